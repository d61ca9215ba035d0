import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ok } from "../contract/errors.ts";
import { emptyFleetState } from "../contract/states.ts";
import { createDiskMeasure, type DiskMeasure } from "./disk-use.ts";
import { createGit, type Git } from "./git/git.ts";

let home: string;
let git: Git;
let disk: DiskMeasure;

beforeEach(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), "coxswain-disk-")));
  await mkdir(path.join(home, "vault"));
  await mkdir(path.join(home, "worktrees", "p1", "left-behind"), { recursive: true });
  await writeFile(path.join(home, "vault", "pack"), Buffer.alloc(200_000, "x"));
  await writeFile(path.join(home, "worktrees", "p1", "left-behind", "file"), Buffer.alloc(100_000, "x"));
  await writeFile(path.join(home, "coxswain.db"), Buffer.alloc(50_000, "x"));
  git = createGit({ env: {}, folder: home });
  disk = createDiskMeasure({
    home,
    git,
    worktrees: { inventory: () => Promise.resolve(ok([])) },
    state: () => emptyFleetState,
    space: () => Promise.resolve({ free: 10 ** 10, total: 10 ** 12 }),
    now: () => 7,
  });
});

afterEach(async () => {
  await disk.close();
  git.close();
  await rm(home, { recursive: true, force: true });
});

const forever = new AbortController().signal;

describe("what takes room on disk", () => {
  it("is known once it was measured, part by part, also what no project knows any more", async () => {
    expect(await disk.use()).toEqual({ free: 10 ** 10, low: 5_000_000_000, floor: 1_000_000_000 });
    const { measured } = await disk.measure(() => {}, forever);
    const parts = Object.fromEntries((measured?.parts ?? []).map(({ part, bytes }) => [part, bytes]));
    expect(parts["vault"]).toBeGreaterThanOrEqual(200_000);
    expect(parts["worktrees"]).toBeGreaterThanOrEqual(100_000);
    expect(parts["database"]).toBeGreaterThanOrEqual(50_000);
    expect(measured).toMatchObject({ partial: false, at: 7 });
    expect((await disk.use()).measured).toEqual(measured);
  });

  it("is measured once for all who ask at the same time, and tells each how far it is", async () => {
    const told: [number[], number[]] = [[], []];
    const [one, two] = await Promise.all([
      disk.measure(({ done }) => told[0].push(done), forever),
      disk.measure(({ done }) => told[1].push(done), forever),
    ]);
    expect(two).toEqual(one);
    expect(told[0].at(-1)).toBeGreaterThan(0);
    expect(told[1]).toEqual(told[0]);
  });

  it("is given up when nobody waits any more, and what was known before stays", async () => {
    const { measured } = await disk.measure(() => {}, forever);
    const stop = new AbortController();
    const given = disk.measure(() => stop.abort(), stop.signal);
    expect((await given).measured).toEqual(measured);
  });
});
