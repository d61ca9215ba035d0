import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
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
import type { Death } from "./test-clear-and-die.ts";
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
    name: `the ${slug}`,
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
      why: {
        code: "CONFLICT",
        message: expect.stringContaining("new.txt"),
        next: expect.stringContaining("the name the fix-login:"),
      },
    });
    expect(await readFile(path.join(place.path, "new.txt"), "utf8")).toBe("new\n");
    unwrap(await clearing.remove(place, true));
    expect(await isThere(place.path)).toBe(false);
    expect(unwrap(await vault.restore(place))).toContain("cox/w1/uncommitted");
    expect(await plainGit(project.root, "show", "cox/w1/uncommitted:new.txt")).toBe("new\n");
  });
});

/** Takes the worktree away in a process that is killed as it begins its act number `acts`; whether it lived to the end. */
function clearAndDie(purpose: Death["purpose"], acts: number): Promise<boolean> {
  const death: Death = {
    root: path.join(folder.path, "trees"),
    vault: path.join(folder.path, "vault"),
    temporary: folder.path,
    env: scenarioEnvironment,
    purpose,
    place,
    acts,
  };
  const child = spawn(process.execPath, [program, JSON.stringify(death)], { stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve) => child.once("exit", (code) => resolve(code === 0)));
}

const program = path.join(import.meta.dirname, "test-clear-and-die.ts");

describe("a kill in the middle", () => {
  it("of a deletion leaves what the next call finishes, at every act", { timeout: 120_000 }, async () => {
    let lived = false;
    for (let acts = 0; !lived; acts += 1) {
      place = await worktree(`kill${String(acts)}`, `kill-${String(acts)}`);
      await commitFiles(place.path, [["work.txt", `work ${String(acts)}\n`]], "Work");
      await writeFile(path.join(place.path, "new.txt"), "new\n");
      lived = await clearAndDie("delete", acts);
      // Whatever half of it is gone, git goes on in the project.
      await plainGit(project.root, "worktree", "list");
      const first = unwrap(await clearing.remove(place, true));
      expect(first).toMatchObject({ kind: "deleted", keptBranches: [] });
      expect((await readdir(path.dirname(place.path))).filter((name) => name !== "fix-login")).toEqual([]);
      expect(await isThere(place.adminDir)).toBe(false);
      const branches = unwrap(await vault.restore(place));
      expect(branches).toEqual([`cox/kill${String(acts)}/kill-${String(acts)}`, `cox/kill${String(acts)}/uncommitted`]);
      expect(await plainGit(project.root, "show", `cox/kill${String(acts)}/uncommitted:new.txt`)).toBe("new\n");
    }
    expect((await readdir(project.commonDir)).filter((name) => name.startsWith("cox-removed"))).toEqual([]);
  });

  it("of a pause leaves what the next call finishes, at every act", { timeout: 120_000 }, async () => {
    let lived = false;
    for (let acts = 0; !lived; acts += 1) {
      place = await worktree(`kill${String(acts)}`, `kill-${String(acts)}`);
      await writeFile(path.join(place.path, "new.txt"), "new\n");
      lived = await clearAndDie("pause", acts);
      const paused = unwrap(await clearing.pause(place));
      if (paused.kind === "refused") throw new Error(paused.why.message);
      expect(await isThere(place.path)).toBe(false);
      await plainGit(project.root, "worktree", "add", "-q", place.path, `cox/kill${String(acts)}/kill-${String(acts)}`);
      unwrap(await vault.unpack({ ...place, at: { path: place.path, gitDir: place.adminDir } }, paused.snapshot ?? ""));
      expect(await readFile(path.join(place.path, "new.txt"), "utf8")).toBe("new\n");
    }
  });
});

describe("what an author may have left", () => {
  it("never follows a link in place of the folder", async () => {
    const precious = path.join(folder.path, "precious");
    await mkdir(precious);
    await writeFile(path.join(precious, "file"), "precious\n");
    await rename(place.path, `${place.path}-elsewhere`);
    await symlink(precious, place.path);
    expect(unwrap(await clearing.remove(place, false))).toMatchObject({ kind: "refused" });
    expect((await lstat(place.path)).isSymbolicLink()).toBe(true);
    unwrap(await clearing.remove(place, true));
    expect(await isThere(place.path)).toBe(false);
    expect(await readFile(path.join(precious, "file"), "utf8")).toBe("precious\n");
  });

  it("removes folders it closed, and follows no link within", async () => {
    const precious = path.join(folder.path, "precious");
    await mkdir(precious);
    await writeFile(path.join(precious, "file"), "precious\n");
    await mkdir(path.join(place.path, "closed"));
    await writeFile(path.join(place.path, "closed", "file"), "x\n");
    await symlink(precious, path.join(place.path, "link"));
    const unnamed = Buffer.concat([Buffer.from(`${place.path}/closed/`), Buffer.from([0xff])]);
    await mkdir(unnamed);
    await writeFile(Buffer.concat([unnamed, Buffer.from("/file")]), "x\n");
    await chmod(unnamed, 0o500);
    await chmod(path.join(place.path, "closed"), 0o500);
    unwrap(await clearing.remove(place, true));
    expect(await isThere(place.path)).toBe(false);
    expect(await readdir(precious)).toEqual(["file"]);
  });

  it("looks once more at what was written after the first look, and puts it back", async () => {
    const late = createClearing({
      root: path.join(folder.path, "trees"),
      git,
      vault,
      before: (act) => act === "move aside" && writeFileSync(path.join(place.path, "late.txt"), "late\n"),
    });
    unwrap(await late.mayRemove(place, false));
    expect(unwrap(await late.remove(place, false))).toMatchObject({
      kind: "refused",
      why: { message: expect.stringContaining("late.txt") },
    });
    expect(await readFile(path.join(place.path, "late.txt"), "utf8")).toBe("late\n");
    expect(await plainGit(place.path, "status", "--porcelain")).toBe("?? late.txt\n");
  });

  it.runIf(process.platform === "linux")("waits for processes that work there", async () => {
    const child = spawn("sleep", ["60"], { cwd: place.path, stdio: "ignore" });
    try {
      expect(await clearing.mayRemove(place, true)).toMatchObject({
        value: { kind: "refused", why: { message: expect.stringContaining(`sleep (${String(child.pid)})`) } },
      });
      expect(unwrap(await clearing.remove(place, true))).toMatchObject({ kind: "refused" });
      expect(await isThere(path.join(place.path, "README.md"))).toBe(true);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("names hidden edits: the index of an author is not believed", async () => {
    await plainGit(place.path, "update-index", "--assume-unchanged", "README.md");
    await plainGit(place.path, "update-index", "--skip-worktree", "src/add.ts");
    await writeFile(path.join(place.path, "README.md"), "hidden\n");
    await writeFile(path.join(place.path, "src/add.ts"), "hidden too\n");
    expect(await plainGit(place.path, "status", "--porcelain")).toBe("");
    expect(await clearing.mayRemove(place, false)).toMatchObject({
      value: { why: { message: expect.stringMatching(/README\.md, src\/add\.ts|src\/add\.ts, README\.md/) } },
    });
  });

  it("takes a sparse worktree and one with other line endings for what they are", async () => {
    await commitFiles(
      place.path,
      [
        [".gitattributes", "*.txt text eol=crlf\n"],
        ["lines.txt", "a\nb\n"],
      ],
      "Lines",
    );
    await writeFile(path.join(place.path, "lines.txt"), "a\r\nb\r\n");
    await plainGit(place.path, "sparse-checkout", "set", "--no-cone", "/*.txt", "/.gitattributes");
    expect(unwrap(await clearing.mayRemove(place, false))).toMatchObject({ uncommitted: [], unheld: [] });
  });

  it("takes one whose checkout was cut short, of which nobody was told", async () => {
    await writeFile(path.join(place.adminDir, "locked"), "initializing");
    await rm(path.join(place.path, "README.md"));
    expect(unwrap(await clearing.remove({ ...place, adminDir: "" }, false))).toMatchObject({ kind: "deleted" });
    expect(await plainGit(project.root, "worktree", "list", "--porcelain")).not.toContain("fix-login");
  });

  it("leaves alone what was made by hand", async () => {
    await plainGit(project.root, "worktree", "add", "-q", "../hand");
    const hand = {
      ...place,
      path: path.join(folder.path, "hand"),
      adminDir: path.join(project.commonDir, "worktrees/hand"),
    };
    expect(unwrap(await clearing.remove(hand, true))).toMatchObject({ kind: "refused", why: { code: "FORBIDDEN" } });
    expect(unwrap(await clearing.pause(hand))).toMatchObject({ kind: "refused" });
    expect(await isThere(path.join(hand.path, "README.md"))).toBe(true);
  });

  it("says how much of a folder is ignored", async () => {
    await commitFiles(place.path, [[".gitignore", "built/\n"]], "Ignore");
    await mkdir(path.join(place.path, "built"));
    await writeFile(path.join(place.path, "built", "out"), Buffer.alloc(100_000, 1));
    const stakes = unwrap(await clearing.mayRemove(place, false));
    if (stakes.kind === "refused") throw new Error(stakes.why.message);
    expect(stakes.ignoredBytes).toBeGreaterThanOrEqual(100_000);
    expect(stakes.bytes).toBeGreaterThan(stakes.ignoredBytes);
  });
});

describe("a vault beside a hostile or damaged project", () => {
  it("runs nothing that the project's settings name", async () => {
    const witness = path.join(folder.path, "witness");
    const hook = path.join(folder.path, "hook.sh");
    await writeFile(hook, `#!/bin/sh\ntouch ${witness}\nexec "$@"\n`, { mode: 0o755 });
    await commitFiles(place.path, [[".gitattributes", "*.evil filter=evil\n"]], "Work");
    await plainGit(project.root, "config", "uploadpack.packObjectsHook", hook);
    await plainGit(project.root, "config", "core.fsmonitor", hook);
    await plainGit(project.root, "config", "filter.evil.clean", hook);
    unwrap(await vault.keep({ project, workstreamId: "w1" }));
    await writeFile(path.join(place.path, "x.evil"), "x\n");
    unwrap(await vault.snapshot({ ...place, at: { path: place.path, gitDir: place.adminDir } }, "x"));
    expect(await isThere(witness)).toBe(false);
  });

  it("takes no hostile object in", async () => {
    const blob = (await plainGit(project.root, "hash-object", "-w", "README.md")).trim();
    const inner = await treeWith(project.root, `100644 blob ${blob}\tconfig`);
    const evil = await treeWith(project.root, `040000 tree ${inner}\t.git`);
    const commit = (await plainGit(project.root, "commit-tree", evil, "-m", "Evil", "-p", "main")).trim();
    await plainGit(project.root, "update-ref", "refs/heads/cox/w1/evil", commit);
    expect(await vault.keep({ project, workstreamId: "w1" })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining("could not be copied to the vault") },
    });
    expect(await plainGit(vaultDir, "for-each-ref", "refs/workstreams/")).toBe("");
  });

  it("says what is damaged, and gives back what it has", async () => {
    await commitFiles(place.path, [["work.txt", "work\n"]], "Work");
    unwrap(await vault.keep({ project, workstreamId: "w1" }));
    const tree = (await plainGit(place.path, "rev-parse", "HEAD^{tree}")).trim();
    await rm(path.join(project.commonDir, "objects", tree.slice(0, 2), tree.slice(2)), { force: true });
    await expect(plainGit(project.root, "ls-tree", "cox/w1/fix-login")).rejects.toThrow();
    expect(unwrap(await vault.restore({ project, workstreamId: "w1" }))).toEqual(["cox/w1/fix-login"]);
    expect(await plainGit(project.root, "ls-tree", "--name-only", "cox/w1/fix-login")).toContain("work.txt");
    await plainGit(project.root, "fsck", "--connectivity-only");
  });

  it("copies the others of a batch although one is damaged", async () => {
    const other = await worktree("w2", "other");
    await commitFiles(place.path, [["work.txt", "one\n"]], "Work");
    const tree = (await plainGit(place.path, "rev-parse", "HEAD^{tree}")).trim();
    await commitFiles(other.path, [["work.txt", "two\n"]], "Work");
    await rm(path.join(project.commonDir, "objects", tree.slice(0, 2), tree.slice(2)), { force: true });
    const [one, two] = await Promise.all([
      vault.keep({ project, workstreamId: "w1" }),
      vault.keep({ project, workstreamId: "w2" }),
    ]);
    expect([one.ok, two.ok]).toEqual([false, true]);
    expect(one).toMatchObject({ error: { next: expect.stringContaining("git fsck") } });
  });

  it("stands without the project's objects", async () => {
    await plainGit(project.root, "gc", "-q");
    await commitFiles(place.path, [["work.txt", "work\n"]], "Work");
    unwrap(await vault.keep({ project, workstreamId: "w1" }));
    await rm(path.join(project.commonDir, "objects"), { recursive: true });
    await plainGit(vaultDir, "fsck", "--full", "--strict");
    expect(await plainGit(vaultDir, "show", "refs/workstreams/w1/heads/fix-login:work.txt")).toBe("work\n");
  });

  it("lets go of what was deleted long ago, and of nothing else", async () => {
    await commitFiles(place.path, [["work.txt", "work\n"]], "Work");
    const other = await worktree("w2", "other");
    await commitFiles(other.path, [["work.txt", "two\n"]], "Work");
    unwrap(await vault.keep({ project, workstreamId: "w2" }));
    unwrap(await clearing.remove(place, false));
    unwrap(await vault.tidy(project, Date.now() + 29 * 86_400_000));
    expect(unwrap(await vault.deleted(project))).toHaveLength(1);
    unwrap(await vault.tidy(project, Date.now() + 31 * 86_400_000));
    expect(unwrap(await vault.deleted(project))).toEqual([]);
    expect(await plainGit(vaultDir, "for-each-ref", "--format=%(refname)", "refs/workstreams/")).toBe(
      "refs/workstreams/w2/heads/other\n",
    );
  });
});

async function treeWith(at: string, line: string): Promise<string> {
  const child = spawn("git", ["-C", at, "mktree"], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(`${line}\n`);
  let out = "";
  for await (const chunk of child.stdout) out += String(chunk);
  return out.trim();
}

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
