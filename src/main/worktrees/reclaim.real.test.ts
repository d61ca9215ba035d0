import { access, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  git as plainGit,
  makeRepository,
  scenarioEnvironment,
  temporaryFolder,
  writeFiles,
} from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import { createGit, type Git } from "../git/git.ts";
import { measureReclaimable, reclaim } from "./reclaim.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let root: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: folder.path });
  root = await makeRepository(path.join(folder.path, "repo"), [
    [".gitignore", "node_modules\ntarget\nbuild\n.env\ndata\n.venv\n"],
    ["package.json", "{}"],
    ["app/package.json", "{}"],
    ["tracked/package.json", "{}"],
  ]);
  await writeFiles(root, [
    ["node_modules/a/index.js", "x".repeat(40_000)],
    ["app/node_modules/b/index.js", "x".repeat(40_000)],
    ["target/precious", "nobody says how it is made again"],
    ["build/precious", "x"],
    ["data/precious.db", "x"],
    [".env", "SECRET=1"],
  ]);
});

afterEach(async () => {
  git.close();
  await folder.remove();
});

function at() {
  return { path: root, gitDir: path.join(root, ".git") };
}

function isThere(...names: string[]): Promise<boolean> {
  return access(path.join(root, ...names)).then(
    () => true,
    () => false,
  );
}

const found = async () => unwrap(await measureReclaimable(git, at())).map(({ path: name }) => name);

describe("what set-up makes again", () => {
  it("is ignored, has a known name, and a file beside it that says how", async () => {
    const folders = unwrap(await measureReclaimable(git, at()));
    expect(folders.map(({ path: name }) => name).toSorted()).toEqual(["app/node_modules", "node_modules"]);
    for (const { bytes } of folders) expect(bytes).toBeGreaterThanOrEqual(40_000);
  });

  it("is never what is tracked, nor a link", async () => {
    await writeFiles(root, [["tracked/node_modules/kept.js", "x"]]);
    await plainGit(root, "add", "--force", "tracked/node_modules/kept.js");
    await rm(path.join(root, "node_modules"), { recursive: true });
    await mkdir(path.join(folder.path, "elsewhere"));
    await writeFile(path.join(folder.path, "elsewhere", "precious"), "x");
    await symlink(path.join(folder.path, "elsewhere"), path.join(root, "node_modules"));
    expect(await found()).toEqual(["app/node_modules"]);
  });

  it("goes when it was chosen, and nothing else does", async () => {
    expect(unwrap(await reclaim(git, at(), ["node_modules"]))).toBeGreaterThanOrEqual(40_000);
    expect(await isThere("node_modules")).toBe(false);
    for (const name of ["app/node_modules", "target/precious", "build/precious", "data/precious.db", ".env"]) {
      expect(await isThere(name), name).toBe(true);
    }
  });

  it("stays as a whole when anything else is named with it", async () => {
    for (const other of ["data", ".", "..", "node_modules/../data", "/etc", "target", "node_modules/a"]) {
      expect(await reclaim(git, at(), ["node_modules", other])).toMatchObject({
        ok: false,
        error: { code: "CONFLICT" },
      });
    }
    expect(await isThere("node_modules", "a", "index.js")).toBe(true);
  });
});
