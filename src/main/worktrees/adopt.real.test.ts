import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitFiles,
  git as plainGit,
  makeRepository,
  scenarioEnvironment,
  temporaryFolder,
  writeFiles,
} from "../../../e2e/scenarios/repositories.ts";
import { ok, unwrap } from "../../contract/errors.ts";
import { createGit, type Git } from "../git/git.ts";
import type { AdoptRequest } from "./adopt.ts";
import type { Project } from "./project.ts";
import { createWorktrees, type Worktrees } from "./worktrees.ts";
import { prepareWritableRoots } from "./writable-roots.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let worktrees: Worktrees;
let project: Project;
let byHand: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: folder.path });
  worktrees = createWorktrees({
    root: path.join(folder.path, "worktrees"),
    git,
    shared: [path.join(folder.path, "tmp")],
  });
  project = { ...unwrap(await git.facts(await makeRepository(path.join(folder.path, "repo")))), id: "p1" };
  byHand = await addByHand("by hand");
});

afterEach(async () => {
  await worktrees.close();
  git.close();
  await folder.remove();
});

/** What a user or another program does. */
async function addByHand(name: string, ...args: string[]): Promise<string> {
  const place = path.join(folder.path, name);
  await plainGit(project.root, "worktree", "add", "--quiet", ...(args.length > 0 ? args : ["-b", "mine"]), place);
  return place;
}

function request(over: Partial<AdoptRequest> = {}): AdoptRequest {
  const from = { branch: "mine", commit: "a".repeat(40) };
  return { project, path: byHand, workstreamId: "w1", branch: "cox/w1/do-it", base: "main", from, ...over };
}

/** All that git and the disk know of a worktree but for the name of its branch. */
async function contents(place: string): Promise<readonly string[]> {
  return Promise.all([
    plainGit(place, "rev-parse", "HEAD"),
    plainGit(place, "status", "--porcelain"),
    plainGit(place, "diff"),
    plainGit(place, "diff", "--cached"),
    plainGit(place, "ls-files", "--stage"),
  ]);
}

function head(place: string): Promise<string> {
  return plainGit(place, "symbolic-ref", "--quiet", "HEAD").then(
    (ref) => ref.trim(),
    () => "detached",
  );
}

describe("adopting", () => {
  it("gives the worktree a branch of the workstream, and leaves index, files and the user's branch as they are", async () => {
    await commitFiles(byHand, [["begun.txt", "1\n"]], "Begun by hand");
    await writeFiles(byHand, [
      ["README.md", "changed\n"],
      ["staged.txt", "staged\n"],
      ["untracked.txt", "untracked\n"],
    ]);
    await plainGit(byHand, "add", "staged.txt");
    const before = await contents(byHand);
    const mine = await plainGit(byHand, "rev-parse", "mine");
    const adopted = unwrap(await worktrees.adopt(request()));
    expect(adopted).toMatchObject({
      path: byHand,
      branch: "cox/w1/do-it",
      adopted: { branch: "mine", commit: mine.trim() },
    });
    expect(adopted.baseCommit).toBe((await plainGit(project.root, "rev-parse", "main")).trim());
    expect(await head(byHand)).toBe("refs/heads/cox/w1/do-it");
    expect(await contents(byHand)).toEqual(before);
    expect(await plainGit(byHand, "rev-parse", "mine")).toBe(mine);
    expect(unwrap(await worktrees.adopt(request()))).toMatchObject({ path: byHand, adopted: { branch: "mine" } });
  });

  it("takes a detached head, a link to it, one inside the main checkout, and one whose branch is also named elsewhere", async () => {
    const detached = await addByHand("detached", "--detach");
    expect(
      unwrap(await worktrees.adopt(request({ path: detached, workstreamId: "w2", branch: "cox/w2/a" }))),
    ).toMatchObject({
      adopted: { commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
    await symlink(byHand, path.join(folder.path, "link"));
    expect(unwrap(await worktrees.findByHand(project, path.join(folder.path, "link"), () => ok(undefined))).path).toBe(
      byHand,
    );
    const inside = await addByHand("repo/.trees/inside", "-b", "inside");
    expect(unwrap(await worktrees.adopt(request({ path: inside, workstreamId: "w3", branch: "cox/w3/a" }))).path).toBe(
      inside,
    );
  });

  it("is carried on after it was cut short between the branch and the head", async () => {
    const commit = (await plainGit(byHand, "rev-parse", "HEAD")).trim();
    await plainGit(project.root, "update-ref", "refs/heads/cox/w1/do-it", commit);
    unwrap(await worktrees.adopt(request()));
    expect(await head(byHand)).toBe("refs/heads/cox/w1/do-it");
  });

  it("refuses with a next step, and changes nothing", async () => {
    const refused = async (place: string) => {
      const before = await plainGit(project.root, "for-each-ref");
      const found = await worktrees.adopt(request({ path: place }));
      expect(await plainGit(project.root, "for-each-ref")).toBe(before);
      return found.ok ? "taken" : `${found.error.message} ${found.error.next}`;
    };
    expect(await refused(project.root)).toMatch(/main checkout.*git worktree add/);
    expect(await refused(path.join(folder.path, "nowhere"))).toMatch(/no folder.*git worktree list/);
    const other = await makeRepository(path.join(folder.path, "other"));
    expect(await refused(other)).toMatch(/no worktree of this project.*git worktree list/);
    await plainGit(project.root, "worktree", "lock", "--reason=on a stick", byHand);
    expect(await refused(byHand)).toMatch(/locked \(on a stick\).*git worktree unlock/);
    await plainGit(project.root, "worktree", "unlock", byHand);
    expect(await refused(await addByHand("tmp/shared", "--detach"))).toMatch(/authors of other.*git worktree move/);
    await addByHand("outer", "--detach");
    await addByHand("outer/inner", "--detach");
    expect(await refused(path.join(folder.path, "outer"))).toMatch(/lies inside.*git worktree move/);
    const ours = unwrap(await worktrees.create({ project, base: "main", slug: "ours", workstreamId: "w9" }));
    expect(await refused(ours.path)).toMatch(/keeps its own worktrees.*git worktree move/);
    const lost = await addByHand("lost", "--detach");
    await rename(path.join(lost, ".git"), path.join(folder.path, "git-file"));
    await writeFile(path.join(lost, ".git"), `gitdir: ${path.join(project.commonDir, "worktrees", "by-hand")}\n`);
    expect(await refused(lost)).toMatch(/does not lead.*git worktree repair/);
  });

  it("refuses what git is in the middle of, and says how to end it", async () => {
    await commitFiles(byHand, [["README.md", "mine\n"]], "Mine");
    await commitFiles(project.root, [["README.md", "main\n"]], "Main");
    for (const [args, says] of [
      [["merge", "main"], /a merge.*git merge --abort/],
      [["rebase", "main"], /a rebase.*git rebase --abort/],
      [["cherry-pick", "main"], /a cherry-pick.*git cherry-pick --abort/],
    ] as const) {
      await plainGit(byHand, ...args).catch(() => "");
      const found = await worktrees.adopt(request());
      expect(found.ok ? "taken" : `${found.error.message} ${found.error.next}`).toMatch(says);
      await plainGit(byHand, args[0], "--abort");
    }
    unwrap(await worktrees.adopt(request()));
  });
});

describe("giving back", () => {
  async function release(over: Partial<AdoptRequest> = {}) {
    const adopted = unwrap(await worktrees.adopt(request(over)));
    const { path: place, adminDir, branch } = adopted;
    unwrap(await prepareWritableRoots({ commonDir: project.commonDir, adminDir, workstreamId: "w1" }));
    return async () =>
      unwrap(await worktrees.release({ project, workstreamId: "w1", path: place, branch, from: adopted.adopted }));
  }

  it("moves the user's branch forward to the work, and leaves index and files as they are", async () => {
    const giveBack = await release();
    const commit = await commitFiles(byHand, [["work.txt", "1\n"]], "Work");
    await writeFile(path.join(byHand, "dirty.txt"), "x");
    const before = await contents(byHand);
    expect(await giveBack()).toEqual({ path: byHand, branch: "mine" });
    expect(await head(byHand)).toBe("refs/heads/mine");
    expect((await plainGit(project.root, "rev-parse", "mine")).trim()).toBe(commit);
    expect(await contents(byHand)).toEqual(before);
    expect(await plainGit(project.root, "for-each-ref", "refs/heads/cox/")).toBe("");
    expect(await giveBack()).toEqual({ path: byHand, branch: "mine" });
  });

  it("detaches the head where it was detached before", async () => {
    byHand = await addByHand("detached", "--detach");
    const giveBack = await release();
    const commit = await commitFiles(byHand, [["work.txt", "1\n"]], "Work");
    expect(await giveBack()).toEqual({ path: byHand });
    expect(await head(byHand)).toBe("detached");
    expect((await plainGit(byHand, "rev-parse", "HEAD")).trim()).toBe(commit);
    expect(await plainGit(project.root, "log", "-1", "--format=%s", "cox/w1/do-it")).toBe("Work\n");
  });

  it("stays on the workstream's branch, and says so, when the user's has moved on, is gone or is checked out elsewhere", async () => {
    const giveBack = await release();
    await commitFiles(byHand, [["work.txt", "1\n"]], "Work");
    const elsewhere = await addByHand("elsewhere", "--detach");
    await plainGit(elsewhere, "checkout", "--quiet", "mine");
    expect((await giveBack()).note?.message).toMatch(/checked out elsewhere/);
    await commitFiles(elsewhere, [["other.txt", "1\n"]], "Moved on");
    await plainGit(elsewhere, "checkout", "--quiet", "--detach");
    const moved = await giveBack();
    expect(moved).toMatchObject({ branch: "cox/w1/do-it", note: { message: "mine has moved on since." } });
    expect(moved.note?.next).toContain("cox/w1/do-it");
    await plainGit(project.root, "branch", "-D", "mine");
    expect((await giveBack()).note?.message).toBe("mine is gone.");
    expect(await readFile(path.join(byHand, "work.txt"), "utf8")).toBe("1\n");
  });

  it("leaves alone what its user has taken back already, or removed", async () => {
    const giveBack = await release();
    await plainGit(byHand, "checkout", "--quiet", "-b", "another");
    expect(await giveBack()).toEqual({ path: byHand, branch: "another" });
    await rm(byHand, { recursive: true });
    expect(await giveBack()).toMatchObject({ path: byHand });
  });
});

describe("the inventory", () => {
  it("tells an adopted worktree by its workstream's branch, and still as its user's", async () => {
    unwrap(await worktrees.adopt(request()));
    await mkdir(path.join(folder.path, "worktrees"), { recursive: true });
    expect(unwrap(await worktrees.inventory(project))).toMatchObject([
      { path: byHand, state: "ready", ours: false, workstreamId: "w1" },
    ]);
  });
});
