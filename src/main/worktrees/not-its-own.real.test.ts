import { lstat, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitFiles,
  git as plainGit,
  makeRepository,
  scenarioEnvironment,
  temporaryFolder,
} from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import { createGit, type Git } from "../git/git.ts";
import { createClearing, type Clearing } from "./clear.ts";
import type { Project } from "./project.ts";
import type { Place } from "./stakes.ts";
import { createVault } from "./vault.ts";

/* What a workstream's row says of its worktree may have become another's since: such a one is left alone. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let clearing: Clearing;
let project: Project;
let other: Place;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: folder.path });
  const vault = createVault({ git, folder: path.join(folder.path, "vault") });
  clearing = createClearing({ root: path.join(folder.path, "trees"), git, vault });
  project = { ...unwrap(await git.facts(await makeRepository(path.join(folder.path, "repo")))), id: "p1" };
  other = await worktree("w2", "fix");
  await commitFiles(other.path, [["work.txt", "work\n"]], "Work");
});

afterEach(async () => {
  git.close();
  await folder.remove();
});

async function worktree(workstreamId: string, slug: string): Promise<Place> {
  const at = path.join(folder.path, "trees", "p1", slug);
  await plainGit(project.root, "worktree", "add", "-q", "-b", `cox/${workstreamId}/${slug}`, at, "main");
  const adminDir = path.join(project.commonDir, "worktrees", slug);
  return { project, workstreamId, path: at, adminDir, name: slug, about: workstreamId };
}

async function expectOtherWhole(): Promise<void> {
  expect(await readFile(path.join(other.path, "work.txt"), "utf8")).toBe("work\n");
  expect(await plainGit(other.path, "status", "--porcelain", "--branch")).toBe("## cox/w2/fix\n");
}

describe("deleting a workstream", () => {
  it("that never had a worktree leaves the one that lies where its own was planned", async () => {
    const queued: Place = { project, workstreamId: "w1", path: other.path, adminDir: "", name: "queued", about: "w1" };
    expect(unwrap(await clearing.mayRemove(queued, false))).toMatchObject({ kind: "stakes", bytes: 0 });
    expect(unwrap(await clearing.remove(queued, true))).toMatchObject({ kind: "deleted" });
    await expectOtherWhole();
  });

  it("that never had a worktree leaves a folder that git does not know", async () => {
    await rm(other.adminDir, { recursive: true });
    const queued: Place = { project, workstreamId: "w1", path: other.path, adminDir: "", name: "queued", about: "w1" };
    expect(unwrap(await clearing.remove(queued, true))).toMatchObject({ kind: "deleted" });
    expect(await readFile(path.join(other.path, "work.txt"), "utf8")).toBe("work\n");
  });

  it("whose worktree was removed by hand leaves what git has registered under its name since", async () => {
    const gone = await worktree("w1", "gone");
    await plainGit(project.root, "worktree", "remove", gone.path);
    await plainGit(project.root, "worktree", "add", "-q", "-b", "mine", path.join(folder.path, "gone"), "main");
    const mine = path.join(folder.path, "gone");
    await writeFile(path.join(mine, "staged.txt"), "staged\n");
    await plainGit(mine, "add", "staged.txt");
    expect(unwrap(await clearing.remove(gone, false))).toMatchObject({ kind: "deleted" });
    expect(await plainGit(mine, "status", "--porcelain", "--branch")).toBe("## mine\nA  staged.txt\n");
  });

  it("whose set-up was cut short finds its worktree wherever that came to lie", async () => {
    const cut = await worktree("w1", "fix-2");
    const row: Place = { ...cut, path: other.path, adminDir: "" };
    expect(unwrap(await clearing.remove(row, false))).toMatchObject({ kind: "deleted", keptBranches: [] });
    await expect(lstat(cut.path)).rejects.toThrow("ENOENT");
    await expectOtherWhole();
  });
});
