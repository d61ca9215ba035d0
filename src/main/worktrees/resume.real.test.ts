import { lstat, readFile, writeFile } from "node:fs/promises";
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

/* What was paused comes back as it was, once, and is not lost on the way. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let vault: Vault;
let clearing: Clearing;
let project: Project;
let place: Place;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: folder.path });
  vault = createVault({ git, folder: path.join(folder.path, "vault") });
  clearing = createClearing({ root: path.join(folder.path, "trees"), git, vault });
  project = { ...unwrap(await git.facts(await makeRepository(path.join(folder.path, "repo")))), id: "p1" };
  const at = path.join(folder.path, "trees", "p1", "fix");
  place = {
    project,
    workstreamId: "w1",
    path: at,
    adminDir: path.join(project.commonDir, "worktrees/fix"),
    name: "fix",
    about: "{}",
  };
  await plainGit(project.root, "worktree", "add", "-q", "-b", "cox/w1/fix", at, "main");
  await commitFiles(place.path, [["work.txt", "work\n"]], "Work");
});

afterEach(async () => {
  git.close();
  await folder.remove();
});

async function pause(): Promise<string> {
  const paused = unwrap(await clearing.pause(place));
  if (paused.kind === "refused" || paused.snapshot === undefined) throw new Error("not paused");
  return paused.snapshot;
}

/** As a worktree is made for paused work: on its own branch, whatever was checked out. */
async function checkOutAgain(): Promise<void> {
  await plainGit(project.root, "worktree", "add", "-q", place.path, "cox/w1/fix");
}

const unpack = (snapshot: string) =>
  vault.unpack({ ...place, at: { path: place.path, gitDir: place.adminDir } }, snapshot);
const status = () => plainGit(place.path, "status", "--porcelain", "--branch");

describe("paused work comes back", () => {
  it("on another branch than its own, where it was", async () => {
    await plainGit(place.path, "switch", "-q", "-c", "cox/w1/try", "main");
    await commitFiles(place.path, [["try.txt", "try\n"]], "Try");
    await writeFile(path.join(place.path, "try.txt"), "changed\n");
    const before = await status();
    const snapshot = await pause();
    await checkOutAgain();
    unwrap(await unpack(snapshot));
    expect(await status()).toBe(before);
    await expect(lstat(path.join(place.path, "work.txt"))).rejects.toThrow("ENOENT");
  });

  it("with its head on an earlier commit", async () => {
    await plainGit(place.path, "checkout", "-q", "--detach", "main");
    await writeFile(path.join(place.path, "README.md"), "changed\n");
    const before = await status();
    const snapshot = await pause();
    await checkOutAgain();
    unwrap(await unpack(snapshot));
    expect(await status()).toBe(before);
  });

  it("not where its branch has moved since: that is told, and nothing is changed", async () => {
    await writeFile(path.join(place.path, "new.txt"), "new\n");
    const snapshot = await pause();
    await checkOutAgain();
    await commitFiles(place.path, [["more.txt", "more\n"]], "More");
    expect(await unpack(snapshot)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await status()).toBe("## cox/w1/fix\n");
  });

  it("once: what was done in the worktree since stays", async () => {
    await writeFile(path.join(place.path, "new.txt"), "new\n");
    const snapshot = await pause();
    await checkOutAgain();
    unwrap(await unpack(snapshot));
    await writeFile(path.join(place.path, "new.txt"), "mended by hand\n");
    unwrap(await unpack(snapshot));
    expect(await readFile(path.join(place.path, "new.txt"), "utf8")).toBe("mended by hand\n");
    // Whoever removes the folder has it made anew.
    await plainGit(project.root, "worktree", "remove", "--force", place.path);
    await checkOutAgain();
    unwrap(await unpack(snapshot));
    expect(await readFile(path.join(place.path, "new.txt"), "utf8")).toBe("new\n");
  });

  it("with what a merge had put aside", async () => {
    await commitFiles(project.root, [["work.txt", "theirs\n"]], "Theirs");
    await writeFile(path.join(place.path, "README.md"), "put aside\n");
    await plainGit(place.path, "merge", "--autostash", "main").catch(() => undefined);
    const snapshot = await pause();
    await plainGit(project.root, "gc", "-q", "--prune=now");
    await checkOutAgain();
    unwrap(await unpack(snapshot));
    await plainGit(place.path, "checkout", "-q", "--ours", "work.txt");
    await plainGit(place.path, "add", "work.txt");
    await plainGit(place.path, "commit", "-qm", "Merge");
    expect(await readFile(path.join(place.path, "README.md"), "utf8")).toBe("put aside\n");
  });

  it("with what a rebase had put aside", async () => {
    await commitFiles(project.root, [["work.txt", "theirs\n"]], "Theirs");
    await writeFile(path.join(place.path, "README.md"), "put aside\n");
    await plainGit(place.path, "rebase", "-q", "--autostash", "main").catch(() => undefined);
    const snapshot = await pause();
    await plainGit(project.root, "gc", "-q", "--prune=now");
    await checkOutAgain();
    unwrap(await unpack(snapshot));
    await plainGit(place.path, "rebase", "--abort");
    expect(await readFile(path.join(place.path, "README.md"), "utf8")).toBe("put aside\n");
  });
});

describe("paused work that did not come back", () => {
  it("is at stake although its folder is gone", async () => {
    await writeFile(path.join(place.path, "new.txt"), "new\n");
    await pause();
    const away = { ...place, adminDir: "" };
    expect(unwrap(await clearing.mayRemove(away, false))).toMatchObject({ kind: "refused" });
    unwrap(await clearing.remove(away, true));
    expect(unwrap(await vault.restore(place))).toEqual(["cox/w1/fix", "cox/w1/uncommitted"]);
  });

  it("is nothing at stake when all was committed", async () => {
    await pause();
    expect(unwrap(await clearing.remove({ ...place, adminDir: "" }, false))).toMatchObject({ kind: "deleted" });
  });

  it("is at stake when the workstream is deleted, and is had back from the vault", async () => {
    await writeFile(path.join(place.path, "new.txt"), "new\n");
    await pause();
    await checkOutAgain();
    expect(unwrap(await clearing.remove({ ...place, adminDir: "" }, false))).toMatchObject({
      kind: "refused",
      why: { message: expect.stringContaining("when it was paused") },
    });
    unwrap(await clearing.remove({ ...place, adminDir: "" }, true));
    expect(unwrap(await vault.restore(place))).toContain("cox/w1/paused");
    expect(await plainGit(project.root, "show", "cox/w1/paused:new.txt")).toBe("new\n");
  });
});

describe("restoring", () => {
  it("brings all of a branch although the project has lost the history it began from", async () => {
    const tip = (await plainGit(place.path, "rev-parse", "HEAD")).trim();
    unwrap(await clearing.remove(place, false));
    await plainGit(project.root, "commit", "-q", "--amend", "-m", "Another beginning");
    await plainGit(project.root, "reflog", "expire", "--expire=now", "--all");
    await plainGit(project.root, "gc", "-q", "--prune=now");
    unwrap(await vault.restore(place));
    expect((await plainGit(project.root, "rev-parse", "cox/w1/fix")).trim()).toBe(tip);
    await plainGit(project.root, "rev-list", "--objects", "cox/w1/fix");
  });

  it("brings no history that the project still has", async () => {
    await commitFiles(project.root, [["later.txt", "later\n"]], "Later");
    unwrap(await clearing.remove(place, false));
    await plainGit(project.root, "gc", "-q", "--prune=now");
    unwrap(await vault.restore(place));
    const counted = await plainGit(project.root, "count-objects", "-v");
    // The commit, its tree and the one file.
    const inPack = Number(/in-pack: (\d+)/.exec(counted)?.[1]);
    expect(inPack - Number((await plainGit(project.root, "rev-list", "--objects", "--count", "main")).trim())).toBe(3);
  });
});
