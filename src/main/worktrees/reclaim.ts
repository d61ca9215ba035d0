import { lstat, realpath, rm } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Git } from "../git/git.ts";
import type { Checkout } from "../git/run.ts";
import { walkDisk } from "./disk-walk.ts";
import { below } from "./inside.ts";

/**
 * Folders that a tool makes anew from a file that is kept beside them (or, where there is none to name, from the sources).
 * A folder that is ignored may hold anything, a database or somebody's notes; one of these does not.
 */
const madeAnew: ReadonlyMap<string, readonly string[]> = new Map([
  ["node_modules", ["package.json"]],
  ["bower_components", ["bower.json"]],
  [".venv", ["pyproject.toml", "requirements.txt", "setup.py", "Pipfile", "uv.lock"]],
  ["venv", ["pyproject.toml", "requirements.txt", "setup.py", "Pipfile"]],
  [".tox", ["tox.ini", "pyproject.toml", "setup.cfg"]],
  ["target", ["Cargo.toml", "pom.xml"]],
  [".gradle", ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"]],
  ["Pods", ["Podfile"]],
  ["deps", ["mix.exs"]],
  ["_build", ["mix.exs", "dune-project"]],
  [".build", ["Package.swift"]],
  [".dart_tool", ["pubspec.yaml"]],
  [".next", ["package.json"]],
  [".nuxt", ["package.json"]],
  [".svelte-kit", ["package.json"]],
  [".turbo", ["package.json", "turbo.json"]],
]);

/** Names are bytes as latin1, relative to the work tree. */
export async function findReclaimable(
  git: Git,
  at: Checkout,
  signal?: AbortSignal,
): Promise<Result<readonly string[]>> {
  const ignored = await git.ignoredFolders(at, signal);
  if (!ignored.ok) return ignored;
  const found: string[] = [];
  for (const name of ignored.value.slice(0, 10_000).map((folder) => folder.toString("latin1"))) {
    const manifests = madeAnew.get(path.posix.basename(name));
    if (manifests === undefined || found.length >= 1_000) continue;
    const parent = path.posix.dirname(name);
    for (const manifest of manifests) {
      if (!(await isFile(below(at.path, parent === "." ? manifest : `${parent}/${manifest}`)))) continue;
      found.push(name);
      break;
    }
  }
  return ok(found);
}

export async function measureReclaimable(
  git: Git,
  at: Checkout,
): Promise<Result<readonly { readonly path: string; readonly bytes: number }[]>> {
  const found = await findReclaimable(git, at);
  if (!found.ok) return found;
  const folders = [];
  const seen = new Set<string>();
  for (const name of found.value) {
    const { bytes } = await walkDisk(below(at.path, name).toString(), new Set(), { seen });
    folders.push({ path: Buffer.from(name, "latin1").toString(), bytes });
  }
  return ok(folders);
}

/** Removes folders that {@link findReclaimable} still names; a link in the place of one is not followed. Answers the bytes. */
export async function reclaim(git: Git, at: Checkout, folders: readonly string[]): Promise<Result<number>> {
  const found = await measureReclaimable(git, at);
  if (!found.ok) return found;
  const other = folders.find((name) => !found.value.some(({ path: known }) => known === name));
  if (other !== undefined) {
    return fail(
      "CONFLICT",
      `${other} is not, or no longer, a folder that set-up makes again.`,
      "Look at the list again, then choose from it.",
    );
  }
  let bytes = 0;
  try {
    const root = await realpath(at.path);
    for (const folder of found.value.filter(({ path: name }) => folders.includes(name))) {
      const place = path.join(root, folder.path);
      if ((await realpath(path.dirname(place))) !== path.dirname(place)) continue;
      await rm(place, { recursive: true, force: true });
      bytes += folder.bytes;
    }
    return ok(bytes);
  } catch (error) {
    return fail("UNAVAILABLE", `Not all of it could be removed.`, "Check who owns it, then try again.", error);
  }
}

function isFile(file: Buffer): Promise<boolean> {
  return lstat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
