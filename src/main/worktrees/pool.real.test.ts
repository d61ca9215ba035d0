import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitFiles,
  git as plainGit,
  makeRepository,
  manyFiles,
  scenarioEnvironment,
  temporaryFolder,
} from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import type { PoolStatus } from "../../contract/pool.ts";
import { createGit, type Git } from "../git/git.ts";
import type { Worktree } from "./create.ts";
import type { Machine, PoolWish } from "./pool.ts";
import type { Project } from "./project.ts";
import { createWorktrees, type Worktrees } from "./worktrees.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let worktrees: Worktrees;
let project: Project;
/** Milliseconds; moves on only when a test says so. */
let now: number;
let busy: boolean;
let free: number;
let logged: string[];

const machine: Machine = { now: () => now, isBusy: () => busy, freeBytes: () => Promise.resolve(free) };
const plenty = 100 * 1024 ** 3;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: folder.path });
  now = 1_000_000;
  busy = false;
  free = plenty;
  logged = [];
  project = { ...unwrap(await git.facts(await makeRepository(path.join(folder.path, "repo")))), id: "p1" };
  open();
});

afterEach(async () => {
  await worktrees.close();
  git.close();
  await folder.remove();
});

/** The git that the engine under test uses; tests put their own verbs into it. */
let handed: { -readonly [Verb in keyof Git]: Git[Verb] };

/** As an engine does that starts, or starts again. */
function open(): void {
  handed = { ...git };
  worktrees = createWorktrees({
    root: path.join(folder.path, "worktrees"),
    git: handed,
    machine,
    patienceMs: 50,
    log: (message) => void logged.push(message),
  });
}

function place(...names: string[]): string {
  return path.join(folder.path, "worktrees", "p1", ...names);
}

const two: PoolWish = { base: "main", wanted: 2, most: 2 };

/** Keeps asking, as the fleet does, while time passes. */
async function until(wish: PoolWish, fits: (status: PoolStatus) => boolean | Promise<boolean>): Promise<PoolStatus> {
  for (let asked = 0; asked < 2_000; asked += 1) {
    worktrees.keepWarm(project, wish);
    await sleep(5);
    now += 500;
    const status = worktrees.poolStatus("p1");
    if (status !== undefined && (await fits(status))) return status;
  }
  throw new Error(`It did not come about: ${JSON.stringify(worktrees.poolStatus("p1"))}`);
}

async function start(nth: number, base = "main"): Promise<Worktree> {
  return unwrap(await worktrees.create({ project, base, slug: `work-${nth}`, workstreamId: `w${nth}` }));
}

const head = async (at: string) => (await plainGit(at, "rev-parse", "HEAD")).trim();
const state = (at: string) => plainGit(at, "status", "--porcelain", "--branch");

describe("a start from a warm worktree", () => {
  it("gets what a cold one gets, under the workstream's own name", async () => {
    await until(two, ({ ready }) => ready === 2);
    const made = await start(1);
    expect(made).toEqual({
      path: place("work-1"),
      branch: "cox/w1/work-1",
      baseCommit: await head(project.root),
      folder: "work-1",
      adminDir: expect.stringMatching(/\/\.git\/worktrees\/warm-\d$/),
    });
    expect(await state(made.path)).toBe("## cox/w1/work-1\n");
    expect(await plainGit(project.root, "worktree", "list", "--porcelain")).toContain(
      `worktree ${made.path}\nHEAD ${made.baseCommit}\nbranch refs/heads/cox/w1/work-1\n\n`,
    );
    expect(worktrees.poolStatus("p1")).toMatchObject({ ready: 1 });
    expect(await start(1)).toEqual(made);
    await commitFiles(made.path, [["work", "x"]], "Work");
    await plainGit(project.root, "worktree", "prune");
    await plainGit(project.root, "fsck", "--strict");
  });

  it("is never shared, however many come at once", async () => {
    await until({ base: "main", wanted: 4, most: 4 }, ({ ready }) => ready === 4);
    const made = await Promise.all(Array.from({ length: 9 }, (_, nth) => start(nth)));
    expect(new Set(made.map((one) => one.path)).size).toBe(9);
    expect(new Set(made.map((one) => one.adminDir)).size).toBe(9);
    for (const one of made) expect(await state(one.path)).toBe(`## ${one.branch}\n`);
    expect(await warmOnDisk()).toEqual([]);
  });

  it("begins at the newest commit of its base, although the worktree was made for an older one", async () => {
    await until(two, ({ ready }) => ready === 2);
    await commitFiles(project.root, [["later", "x"]], "Main moves on");
    const made = await start(1);
    expect(made.adminDir).toMatch(/warm-\d$/);
    expect(made.baseCommit).toBe(await head(project.root));
    expect(await readFile(path.join(made.path, "later"), "utf8")).toBe("x");
    expect(await state(made.path)).toBe("## cox/w1/work-1\n");
  });

  it("is cold from any other base, unless that is the very same commit", async () => {
    await plainGit(project.root, "branch", "same");
    await plainGit(project.root, "checkout", "--quiet", "-b", "other");
    await commitFiles(project.root, [["other", "x"]], "Other");
    await until(two, ({ ready }) => ready === 2);
    expect((await start(1, "other")).adminDir).toMatch(/work-1$/);
    expect((await start(2, "same")).adminDir).toMatch(/warm-\d$/);
  });

  it("goes on beside a folder of its name, and beside a branch that is in the way", async () => {
    await until(two, ({ ready }) => ready === 2);
    await mkdir(place("work-1"));
    await writeFile(place("work-1", "precious"), "x");
    expect((await start(1)).path).toBe(place("work-1-2"));
    expect(await readFile(place("work-1", "precious"), "utf8")).toBe("x");
  });
});

/** A verb of git, and whether the engine dies just before it is done or just after. */
const steps = [
  { verb: "markWorktree", nth: 1 },
  { verb: "moveFiles", nth: 1 },
  { verb: "setHead", nth: 1 },
  { verb: "markWorktree", nth: 2 },
  { verb: "startBranch", nth: 1 },
  { verb: "setHead", nth: 2 },
  { verb: "setPlace", nth: 1 },
  { verb: "takeMarkOff", nth: 1 },
] as const;
const deaths = steps.flatMap((step) => (["before", "after"] as const).map((when) => ({ ...step, when })));

describe("an engine that dies while it hands a worktree out", () => {
  it.each(deaths)("$when $verb number $nth leaves what the next start mends", async ({ verb, nth, when }) => {
    await until(two, ({ ready }) => ready === 2);
    // So that the files have to be moved, which is when most steps are taken.
    await commitFiles(project.root, [["later", "x"]], "Main moves on");
    const died = dyingAt(verb, nth, when).then(() => "died");
    expect(await Promise.race([start(1), died])).toBe("died");

    open();
    await until({ base: "main", wanted: 0, most: 2 }, () => true);
    const made = await Promise.all([start(1), start(2), start(3)]);
    expect(new Set(made.map((one) => one.path)).size).toBe(3);
    for (const one of made) {
      expect(await state(one.path)).toBe(`## ${one.branch}\n`);
      expect(await readFile(path.join(one.path, "later"), "utf8")).toBe("x");
      await commitFiles(one.path, [["work", one.branch]], "Work");
    }
    expect(made[0]?.folder).toBe("work-1");
    await until({ base: "main", wanted: 1, most: 1 }, ({ ready, upToDate }) => ready === 1 && upToDate);
    await until({ base: "main", wanted: 1, most: 1 }, async () => (await warmOnDisk()).length === 1);
    await worktrees.close();
    expect(unwrap(await worktrees.inventory(project)).filter((entry) => entry.state !== "ready")).toHaveLength(1);
    await plainGit(project.root, "fsck", "--strict");
    expect(logged).toEqual([]);
  });

  it("leaves locks that keep nobody out", async () => {
    await until(two, ({ ready }) => ready === 2);
    const admin = path.join(project.commonDir, "worktrees");
    for (const lock of ["warm-1/HEAD.lock", "warm-2/HEAD.lock", "warm-1/gitdir.lock"])
      await writeFile(path.join(admin, lock), "");
    for (const nth of [1, 2]) expect((await start(nth)).adminDir).toMatch(/warm-\d$/);
  });

  /** Has the nth call of a verb never answer, and tells when it came to that. */
  function dyingAt(verb: (typeof steps)[number]["verb"], nth: number, when: "before" | "after"): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const never = new Promise<never>(() => undefined);
    let calls = 0;
    const dead =
      <Args extends readonly unknown[], Answer>(act: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        calls += 1;
        if (calls !== nth) return act(...args);
        if (when === "after") await act(...args);
        resolve();
        return never;
      };
    switch (verb) {
      case "markWorktree":
        handed.markWorktree = dead(git.markWorktree);
        break;
      case "moveFiles":
        handed.moveFiles = dead(git.moveFiles);
        break;
      case "startBranch":
        handed.startBranch = dead(git.startBranch);
        break;
      case "setHead":
        handed.setHead = dead(git.setHead);
        break;
      case "setPlace":
        handed.setPlace = dead(git.setPlace);
        break;
      case "takeMarkOff":
        handed.takeMarkOff = dead(git.takeMarkOff);
    }
    return promise;
  }
});

describe("keeping worktrees ready", () => {
  it("tells how many there are, what they take and what the last one cost", async () => {
    await commitFiles(project.root, manyFiles(50), "Many");
    const status = await until(two, ({ ready }) => ready === 2);
    expect(status).toMatchObject({ wanted: 2, base: "main", commit: await head(project.root), upToDate: true });
    expect(status.bytes).toBeGreaterThan(2 * 50 * 100);
    expect(status.lastRefill?.cpuMs).toBeGreaterThanOrEqual(0);
    expect(unwrap(await worktrees.inventory(project))).toMatchObject([
      { state: "warm", ours: true },
      { state: "warm", ours: true },
    ]);
    expect(await plainGit(project.root, "worktree", "list", "--verbose")).toContain("kept ready by Coxswain");
  });

  it("follows its base once it has stood still, however often it moved", async () => {
    await until(two, ({ ready }) => ready === 2);
    let moved = 0;
    handed.moveFiles = (...args) => {
      moved += 1;
      return git.moveFiles(...args);
    };
    await commitFiles(project.root, [["one", "x"]], "One");
    worktrees.keepWarm(project, two);
    await sleep(50);
    now += 400;
    await commitFiles(project.root, [["two", "x"]], "Two");
    worktrees.keepWarm(project, two);
    await sleep(50);
    const commit = await head(project.root);
    await until(two, (status) => status.ready === 2 && status.upToDate && status.commit === commit);
    expect(moved).toBe(2);
    expect(await readdir(place(".pool", "warm-1"))).toContain("two");
  });

  it("is broken off by a start, which waits for nothing, and taken up again", async () => {
    let filling = false;
    let stopped = false;
    handed.fillWorktree = async (at, how) => {
      if (how?.background !== true) return git.fillWorktree(at, how);
      filling = true;
      return new Promise((resolve) => {
        how.signal?.addEventListener("abort", () => {
          stopped = true;
          handed.fillWorktree = git.fillWorktree;
          resolve({ ok: false, error: { code: "CANCELLED", message: "Cancelled.", next: "Ask again." } });
        });
      });
    };
    await until(two, () => filling);
    const made = await start(1);
    expect(stopped).toBe(true);
    expect(await state(made.path)).toBe("## cox/w1/work-1\n");
    worktrees.keepWarm(project, two);
    await until(two, ({ ready }) => ready === 2);
    expect(await warmOnDisk()).toHaveLength(2);
  });

  it("makes none while the human has stopped it, and goes on with the next start or when told to", async () => {
    await until(two, ({ ready }) => ready === 1);
    worktrees.holdPool(true);
    const held = await until(two, ({ waiting }) => waiting === "you");
    expect(held).toMatchObject({ wanted: 2 });
    const { ready } = held;
    for (let asked = 0; asked < 20; asked += 1) await until(two, () => true);
    expect(worktrees.poolStatus("p1")).toMatchObject({ ready, waiting: "you" });
    worktrees.holdPool(false);
    await until(two, (status) => status.ready === 2);

    worktrees.holdPool(true);
    await start(1);
    await until(two, (status) => status.ready === 2 && status.waiting === undefined);
  });

  it("waits while the machine is busy, and makes none on a disk that is nearly full", async () => {
    busy = true;
    expect(await until(two, ({ waiting }) => waiting !== undefined)).toMatchObject({
      waiting: "a busy machine",
      ready: 0,
    });
    busy = false;
    free = 7 * 1024 ** 3;
    expect(await until(two, ({ waiting }) => waiting === "a full disk")).toMatchObject({ ready: 0 });
    free = plenty;
    await until(two, ({ ready }) => ready === 2);
    free = 7 * 1024 ** 3;
    expect(await until(two, ({ waiting }) => waiting === "a full disk")).toMatchObject({ ready: 2 });
    free = 3 * 1024 ** 3;
    await until(two, ({ ready }) => ready === 0);
    await worktrees.close();
    expect(await warmOnDisk()).toEqual([]);
  });

  it("is given up when none is wanted, and takes nothing that somebody put there", async () => {
    await until({ ...two, wanted: 3, most: 3 }, ({ ready }) => ready === 3);
    await writeFile(place(".pool", "warm-2", "precious"), "x");
    await until({ base: "main", wanted: 0, most: 0 }, ({ ready }) => ready === 0);
    await worktrees.close();
    expect(await warmOnDisk()).toEqual(["warm-2"]);
    expect(await readFile(place(".pool", "warm-2", "precious"), "utf8")).toBe("x");
    expect(logged).toEqual([expect.stringContaining("not as it was made")]);
  });

  it("is emptied for a project that is closed, also before an earlier engine's was looked at, and filled again when it is back", async () => {
    await until(two, ({ ready }) => ready === 2);
    await worktrees.emptyPool("p1");
    expect(await warmOnDisk()).toEqual([]);
    expect(worktrees.poolStatus("p1")).toBeUndefined();
    await until(two, ({ ready }) => ready === 2);
    await worktrees.close();
    open();
    busy = true;
    await until(two, ({ waiting }) => waiting === "a busy machine");
    await worktrees.emptyPool("p1");
    expect(await warmOnDisk()).toEqual([]);
  });

  it("takes over what an earlier engine left, but not what is no longer as it was made", async () => {
    await until({ ...two, wanted: 3, most: 3 }, ({ ready }) => ready === 3);
    await worktrees.close();
    await writeFile(place(".pool", "warm-2", "precious"), "x");
    const { ino } = await stat(place(".pool", "warm-1"));
    open();
    await until({ base: "main", wanted: 0, most: 3 }, ({ ready }) => ready === 2);
    await worktrees.close();
    expect((await stat(place(".pool", "warm-1"))).ino).toBe(ino);
    expect(logged).toEqual([expect.stringContaining(place(".pool", "warm-2"))]);
  });

  it("finds its worktrees again after the repository was moved", async () => {
    await until(two, ({ ready }) => ready === 2);
    const moved = path.join(folder.path, "elsewhere");
    await rename(project.root, moved);
    project = { ...unwrap(await git.facts(moved)), id: "p1" };
    await until(two, ({ ready }) => ready === 2);
    expect(await warmOnDisk()).toHaveLength(2);
    expect(await state((await start(1)).path)).toBe("## cox/w1/work-1\n");
  });
});

async function warmOnDisk(): Promise<string[]> {
  return (await readdir(place(".pool")).catch((): string[] => [])).toSorted();
}
