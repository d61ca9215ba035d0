import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitFiles,
  git as plainGit,
  makeRepository,
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

const machine: Machine = { now: () => now, isBusy: () => busy, freeBytes: () => Promise.resolve(free) };
const plenty = 100 * 1024 ** 3;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: folder.path });
  now = 1_000_000;
  busy = false;
  free = plenty;
  project = { ...unwrap(await git.facts(await makeRepository(path.join(folder.path, "repo")))), id: "p1" };
  open();
});

afterEach(async () => {
  await worktrees.close();
  git.close();
  await folder.remove();
});

/** As an engine does that starts, or starts again. */
function open(over: Partial<Git> = {}): void {
  worktrees = createWorktrees({
    root: path.join(folder.path, "worktrees"),
    git: { ...git, ...over },
    machine,
    patienceMs: 50,
    log: (message, cause) => {
      throw new Error(message, { cause });
    },
  });
}

function place(...names: string[]): string {
  return path.join(folder.path, "worktrees", "p1", ...names);
}

const two: PoolWish = { base: "main", wanted: 2, most: 2 };

/** Keeps asking, as the fleet does, while time passes. */
async function until(wish: PoolWish, fits: (status: PoolStatus) => boolean): Promise<PoolStatus> {
  for (let asked = 0; asked < 2_000; asked += 1) {
    worktrees.keepWarm(project, wish);
    await sleep(5);
    now += 500;
    const status = worktrees.poolStatus("p1");
    if (status !== undefined && fits(status)) return status;
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
});
