import { appendFile, constants, copyFile, link, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Checkout } from "./run.ts";
import { isObjectId, type GitTools } from "./tools.ts";

/** A commit, or another object, under a full ref name. */
export interface Ref {
  readonly name: string;
  readonly object: string;
}

/** Fetching a long branch, or going over a large pack, may take this long on a slow disk. */
const patientMs = 15 * 60_000;
const longList = 256 * 1024 * 1024;

/**
 * Whatever an agent's `.gitattributes` say, the vault keeps a file byte for byte. `info/attributes` goes before those of the
 * work tree; gitattributes(5).
 */
const asTheyAre = "* -text -filter -ident !eol !working-tree-encoding\n";

/**
 * Makes a bare repository that holds the history of a project and stands without it: packs, which are never changed in
 * place, are linked (copied to another file system), and what is not packed is packed into it anew. It gets its name last,
 * so that one a crash cut short is never taken for whole.
 */
export async function makeVault(
  git: GitTools,
  { vault, project }: { readonly vault: string; readonly project: Checkout & { readonly commonDir: string } },
): Promise<Result<void>> {
  const unfinished = `${vault}.unfinished`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
  } catch (error) {
    return cannotMake(vault, error);
  }
  const at = bare(unfinished);
  const format = await git.run({ at: project, args: ["rev-parse", "--show-object-format"] });
  if (!format.ok) return format;
  const made = await git.run({
    at: { path: unfinished },
    args: ["init", "--quiet", "--bare", "--template=", `--object-format=${format.value.stdout.toString().trim()}`, "."],
  });
  if (!made.ok) return made;
  try {
    await mkdir(path.join(unfinished, "info"), { recursive: true });
    await writeFile(path.join(unfinished, "info", "attributes"), asTheyAre);
    await linkPacks(project.commonDir, unfinished);
    await copyFile(path.join(project.commonDir, "shallow"), path.join(unfinished, "shallow")).catch(() => undefined);
  } catch (error) {
    return cannotMake(vault, error);
  }
  const partial = await allowMissing(git, at, project.commonDir);
  if (!partial.ok) return partial;
  await packLoose(git, project, unfinished);
  const known = await fetchHistory(git, at, project.commonDir);
  if (!known.ok) return known;
  try {
    await rename(unfinished, vault);
    return ok(undefined);
  } catch (error) {
    return cannotMake(vault, error);
  }
}

/** A bare repository as git takes it. */
export function bare(folder: string): Checkout {
  return { path: folder, gitDir: folder };
}

/** A `.keep` beside a pack has git leave it alone: packed together with others, it would need its room on disk twice. */
async function linkPacks(commonDir: string, vault: string): Promise<void> {
  const from = path.join(commonDir, "objects", "pack");
  const to = path.join(vault, "objects", "pack");
  const names = await readdir(from).catch((): string[] => []);
  for (const name of names.filter((each) => /^pack-[0-9a-f]+\.(pack|idx|rev|promisor)$/.test(each))) {
    const place = path.join(to, name);
    await link(path.join(from, name), place).catch(() =>
      copyFile(path.join(from, name), place, constants.COPYFILE_FICLONE),
    );
    if (name.endsWith(".pack")) await appendFile(path.join(to, name.replace(/pack$/, "keep")), "");
  }
}

/** A partial clone promises objects that are elsewhere; its vault cannot have more, and asks nobody for them. */
async function allowMissing(git: GitTools, at: Checkout, commonDir: string): Promise<Result<void>> {
  const packs = await readdir(path.join(commonDir, "objects", "pack")).catch((): string[] => []);
  if (!packs.some((name) => name.endsWith(".promisor"))) return ok(undefined);
  for (const [name, value] of [
    ["core.repositoryFormatVersion", "1"],
    ["extensions.partialClone", "nowhere"],
    ["remote.nowhere.promisor", "true"],
    ["remote.nowhere.url", "/nowhere"],
  ] as const) {
    const set = await git.run({ at, args: ["config", name, value] });
    if (!set.ok) return set;
  }
  return ok(undefined);
}

/**
 * An author can damage loose objects of its project, so these are not linked. Its own branches come later, each object
 * checked. A project with a damaged object is no reason to stop: what the vault then lacks is fetched, and told, by name.
 */
async function packLoose(git: GitTools, project: Checkout, vault: string): Promise<void> {
  const format = "--format=%(refname) %(objectname)";
  const refs = await git.run({
    at: project,
    args: ["for-each-ref", format, "refs/heads", "refs/remotes", "refs/tags"],
  });
  if (!refs.ok) return;
  const lines = refs.value.stdout.toString().split("\n");
  const history = lines.filter((line) => line !== "" && !line.startsWith("refs/heads/cox/"));
  await git.run({
    at: project,
    args: [
      "pack-objects",
      "--quiet",
      "--non-empty",
      "--revs",
      "--unpacked",
      "--threads=1",
      path.join(vault, "objects", "pack", "pack"),
    ],
    stdin: history.map((line) => `${line.slice(line.indexOf(" ") + 1)}\n`).join(""),
    timeoutMs: patientMs,
  });
}

/** Everything but authors' branches. As a rule nothing is left to be transferred, and git checks that nothing is missing. */
async function fetchHistory(git: GitTools, at: Checkout, commonDir: string): Promise<Result<void>> {
  const fetched = await git.run({
    at,
    args: [
      ...fetchFrom(commonDir),
      "^refs/heads/cox/*",
      "+refs/heads/*:refs/project/heads/*",
      "+refs/remotes/*:refs/project/remotes/*",
      "+refs/tags/*:refs/project/tags/*",
    ],
    timeoutMs: patientMs,
  });
  return fetched.ok ? ok(undefined) : fetched;
}

/** No hook runs: the vault has none, and git takes `uploadpack.packObjectsHook` from the user's settings only. */
function fetchFrom(place: string, ...flags: readonly string[]): string[] {
  return [
    "-c",
    "transfer.fsckObjects=true",
    "-c",
    "fetch.fsckObjects=true",
    "-c",
    "protocol.version=2",
    "-c",
    "pack.threads=1",
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--recurse-submodules=no",
    "--update-shallow",
    ...flags,
    place,
  ];
}

/**
 * Brings objects, of whatever kind, and all they lead to from one repository into another. Each is checked as it comes in,
 * and afterwards that nothing they lead to is missing. No ref changes.
 */
export async function fetchObjects(
  git: GitTools,
  into: Checkout,
  from: string,
  objects: readonly string[],
): Promise<Result<void>> {
  if (objects.length === 0) return ok(undefined);
  const wanted = objects.filter(isObjectId);
  const fetched = await git.run({
    at: into,
    args: fetchFrom(from, "--stdin"),
    stdin: `${wanted.join("\n")}\n`,
    timeoutMs: patientMs,
  });
  return fetched.ok ? ok(undefined) : fetched;
}

/** Refs below a prefix such as `refs/workstreams/w1/`, the first ten thousand; with `merged`, those that one of these leads to. */
export async function listRefs(
  git: GitTools,
  at: Checkout,
  prefix: string,
  merged: readonly string[] = [],
): Promise<Result<Ref[]>> {
  const listed = await git.run({
    at,
    args: [
      "for-each-ref",
      "--count=10000",
      "--format=%(objectname) %(refname)",
      ...merged.filter(isObjectId).map((commit) => `--merged=${commit}`),
      prefix,
    ],
  });
  if (!listed.ok) return listed;
  const lines = listed.value.stdout.toString().split("\n");
  return ok(
    lines.flatMap((line) => {
      const space = line.indexOf(" ");
      return space === -1 ? [] : [{ object: line.slice(0, space), name: line.slice(space + 1) }];
    }),
  );
}

/** What a ref is to be from now on; without an object it is to go. With `was`, only if it is that now. */
export interface RefChange {
  readonly name: string;
  readonly object?: string;
  readonly was?: string;
}

/** All of the changes or none. */
export async function changeRefs(git: GitTools, at: Checkout, changes: readonly RefChange[]): Promise<Result<void>> {
  if (changes.length === 0) return ok(undefined);
  const fields = changes.map(({ name, object, was }) =>
    object === undefined ? `delete ${name}\0${was ?? ""}\0` : `update ${name}\0${object}\0${was ?? ""}\0`,
  );
  const changed = await git.run({ at, args: ["update-ref", "--no-deref", "-z", "--stdin"], stdin: fields.join("") });
  return changed.ok ? ok(undefined) : changed;
}

/** What each object is, by its id; one that is not there is missing in the answer. */
export async function objectTypes(
  git: GitTools,
  at: Checkout,
  objects: readonly string[],
): Promise<Result<ReadonlyMap<string, string>>> {
  const wanted = objects.filter(isObjectId);
  if (wanted.length === 0) return ok(new Map());
  const told = await git.run({
    at,
    args: ["cat-file", "--batch-check=%(objectname) %(objecttype)"],
    stdin: `${wanted.join("\n")}\n`,
    env: { GIT_NO_LAZY_FETCH: "1" },
    maxBytes: longList,
  });
  if (!told.ok) return told;
  const pairs = told.value.stdout
    .toString()
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, type]) => type !== undefined && type !== "missing");
  return ok(new Map(pairs.map(([object = "", type = ""]) => [object, type])));
}

/**
 * Those of these commits that the project's own branches, remotes or tags lead to: it has them with all that they lead to.
 * Authors' branches prove nothing, since an author can damage what only they hold.
 */
export async function stillReached(
  git: GitTools,
  at: Checkout,
  objects: readonly string[],
): Promise<Result<readonly string[]>> {
  const types = await objectTypes(git, at, objects);
  if (!types.ok) return types;
  const commits = [...types.value].filter(([, type]) => type === "commit").map(([object]) => object);
  if (commits.length === 0) return ok([]);
  const told = await git.run({
    at,
    args: ["rev-list", "--stdin", "--not", "--exclude=cox/*", "--branches", "--remotes", "--tags"],
    stdin: `${commits.join("\n")}\n`,
    maxBytes: longList,
  });
  // A part of what one of them leads to is gone.
  if (!told.ok) return ok([]);
  const unreached = new Set(told.value.stdout.toString().split("\n"));
  return ok(commits.filter((commit) => !unreached.has(commit)));
}

/**
 * Writes what a commit leads to and others do not into a pack of another repository, which then has it even where its own
 * copy is gone.
 */
export async function packInto(
  git: GitTools,
  at: Checkout,
  commonDir: string,
  { wanted, without }: { readonly wanted: readonly string[]; readonly without: readonly string[] },
): Promise<Result<void>> {
  const packed = await git.run({
    at,
    args: ["pack-objects", "--quiet", "--non-empty", "--revs", path.join(commonDir, "objects", "pack", "pack")],
    stdin: `${[...wanted, ...without.map((each) => `^${each}`)].join("\n")}\n`,
    timeoutMs: patientMs,
  });
  return packed.ok ? ok(undefined) : packed;
}

/** Packs what came in one by one, and drops what no ref has led to for two weeks. */
export async function tidyVault(git: GitTools, at: Checkout): Promise<Result<void>> {
  const packed = await git.run({
    at,
    args: ["-c", "pack.threads=1", "repack", "-d", "-l", "--quiet"],
    timeoutMs: patientMs,
  });
  if (!packed.ok) return packed;
  const pruned = await git.run({ at, args: ["prune", "--expire=2.weeks.ago"], timeoutMs: patientMs });
  return pruned.ok ? ok(undefined) : pruned;
}

function cannotMake(vault: string, error: unknown): Result<never> {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT"
    ? fail("DISK_FULL", "The disk is full: the vault could not be made.", "Free some space, then try again.", error)
    : fail("UNAVAILABLE", `The vault ${vault} could not be made.`, "Check the disk and who owns the home.", error);
}

export interface CommitFacts {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly message: string;
}

/** When commits were made and what they say, in the order asked. */
export async function commitFacts(
  git: GitTools,
  at: Checkout,
  commits: readonly string[],
): Promise<Result<readonly CommitFacts[]>> {
  const wanted = commits.filter(isObjectId);
  if (wanted.length === 0) return ok([]);
  const told = await git.run({
    at,
    args: ["log", "--no-walk=unsorted", "-z", "--format=%ct %B", "--stdin"],
    stdin: `${wanted.join("\n")}\n`,
  });
  if (!told.ok) return told;
  const facts = told.value.stdout.toString().split("\0");
  return ok(
    facts.slice(0, wanted.length).map((line) => {
      const space = line.indexOf(" ");
      return { at: Number(line.slice(0, space)) * 1_000, message: line.slice(space + 1).trim() };
    }),
  );
}
