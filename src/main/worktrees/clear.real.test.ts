import { chmod, lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
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
import { createVault, type Vault } from "./vault.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let vault: Vault;
let clearing: Clearing;
let project: Project;
let place: Place;
let vaultDir: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: folder.path });
  vault = createVault({ git, folder: path.join(folder.path, "vault") });
  clearing = createClearing({ root: path.join(folder.path, "trees"), git, vault });
  project = { ...unwrap(await git.facts(await makeRepository(path.join(folder.path, "repo")))), id: "p1" };
  vaultDir = path.join(folder.path, "vault", "p1.git");
  place = await worktree("w1", "fix-login");
});

afterEach(async () => {
  git.close();
  await folder.remove();
});

async function worktree(workstreamId: string, slug: string): Promise<Place> {
  const at = path.join(folder.path, "trees", "p1", slug);
  await mkdir(path.dirname(at), { recursive: true });
  await plainGit(project.root, "worktree", "add", "-q", "-b", `cox/${workstreamId}/${slug}`, at, "main");
  return {
    project,
    workstreamId,
    path: at,
    adminDir: path.join(project.commonDir, "worktrees", slug),
    about: `${workstreamId} ${slug}`,
  };
}

function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

describe("the vault", () => {
  it("holds what was committed although the project loses it", async () => {
    await commitFiles(place.path, [["work.txt", "work\n"]], "Work");
    unwrap(await vault.keep({ project, workstreamId: "w1" }));
    const tip = (await plainGit(place.path, "rev-parse", "HEAD")).trim();
    expect((await plainGit(vaultDir, "rev-parse", "refs/workstreams/w1/heads/fix-login")).trim()).toBe(tip);
    await plainGit(vaultDir, "fsck", "--strict");
    expect(await isThere(path.join(vaultDir, "objects", "info", "alternates"))).toBe(false);
  });

  it("keeps a commit that an amend took off its branch, and nothing that the branch still leads to", async () => {
    await commitFiles(place.path, [["work.txt", "one\n"]], "Work");
    const first = (await plainGit(place.path, "rev-parse", "HEAD")).trim();
    const at = { path: place.path, gitDir: place.adminDir };
    unwrap(await vault.keep({ project, workstreamId: "w1", at }));
    await writeFile(path.join(place.path, "work.txt"), "two\n");
    await plainGit(place.path, "commit", "-qa", "--amend", "-m", "Work");
    unwrap(await vault.keep({ project, workstreamId: "w1", at }));
    expect((await plainGit(vaultDir, "for-each-ref", "--format=%(refname)", "refs/workstreams/w1/past/")).trim()).toBe(
      `refs/workstreams/w1/past/${first}`,
    );
  });
});

describe("deleting", () => {
  it("takes a worktree whose work is committed, and brings its branch back on demand", async () => {
    await commitFiles(place.path, [["work.txt", "work\n"]], "Work");
    expect(unwrap(await clearing.remove(place, false))).toEqual({ kind: "deleted", keptBranches: [] });
    expect(await readdir(path.dirname(place.path))).toEqual([]);
    expect(await isThere(place.adminDir)).toBe(false);
    expect(await plainGit(project.root, "branch", "--list", "cox/*")).toBe("");
    expect(unwrap(await vault.deleted(project))).toMatchObject([{ workstreamId: "w1", about: "w1 fix-login" }]);
    expect(unwrap(await vault.restore(place))).toEqual(["cox/w1/fix-login"]);
    expect(await plainGit(project.root, "show", "cox/w1/fix-login:work.txt")).toBe("work\n");
  });

  it("refuses what is not committed, and keeps it in the vault where a human confirms", async () => {
    await writeFile(path.join(place.path, "new.txt"), "new\n");
    expect(unwrap(await clearing.remove(place, false))).toMatchObject({
      kind: "refused",
      why: { code: "CONFLICT", message: expect.stringContaining("new.txt") },
    });
    expect(await readFile(path.join(place.path, "new.txt"), "utf8")).toBe("new\n");
    unwrap(await clearing.remove(place, true));
    expect(await isThere(place.path)).toBe(false);
    expect(unwrap(await vault.restore(place))).toContain("cox/w1/uncommitted");
    expect(await plainGit(project.root, "show", "cox/w1/uncommitted:new.txt")).toBe("new\n");
  });
});

describe("pausing", () => {
  it("frees the folder and gives back what was staged, changed, new and deleted", async () => {
    await writeFile(path.join(place.path, "staged.txt"), "staged\n");
    await plainGit(place.path, "add", "staged.txt");
    await writeFile(path.join(place.path, "staged.txt"), "staged, then changed\n");
    await writeFile(path.join(place.path, "src/add.ts"), "changed\n");
    await writeFile(path.join(place.path, "new \n.txt"), "new\n");
    await chmod(path.join(place.path, "src/greet.ts"), 0o755);
    await symlink("/nowhere", path.join(place.path, "link"));
    const before = await plainGit(place.path, "status", "--porcelain=v2", "-z");
    const paused = unwrap(await clearing.pause(place));
    if (paused.kind === "refused") throw new Error(paused.why.message);
    expect(paused.bytes).toBeGreaterThan(0);
    expect(await isThere(place.path)).toBe(false);
    await plainGit(project.root, "worktree", "add", "-q", place.path, "cox/w1/fix-login");
    unwrap(await vault.unpack({ ...place, at: { path: place.path, gitDir: place.adminDir } }, paused.snapshot ?? ""));
    expect(await plainGit(place.path, "status", "--porcelain=v2", "-z")).toBe(before);
    expect(await readFile(path.join(place.path, "staged.txt"), "utf8")).toBe("staged, then changed\n");
  });
});
