import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { clearDeadLocks } from "./locks.ts";
import { holderName } from "./names.ts";

let commonDir: string;
let adminDir: string;
let branches: string;
beforeEach(async () => {
  commonDir = await mkdtemp(path.join(tmpdir(), "locks-"));
  adminDir = path.join(commonDir, "worktrees", "mine");
  branches = path.join(commonDir, "refs", "heads", "cox", "w1");
  await Promise.all([adminDir, branches].map((folder) => mkdir(folder, { recursive: true })));
});
afterEach(() => rm(commonDir, { recursive: true, force: true }));

it("takes the locks of a dead git away and leaves everything else, the holder of the branch folder too", async () => {
  for (const file of ["HEAD", "HEAD.lock", "index", "index.lock"]) await writeFile(path.join(adminDir, file), "");
  for (const file of [holderName, "work", "work.lock"]) await writeFile(path.join(branches, file), "");
  expect(await clearDeadLocks({ commonDir, adminDir }, "w1", 0)).toBe(true);
  expect((await readdir(adminDir)).sort()).toEqual(["HEAD", "index"]);
  expect((await readdir(branches)).sort()).toEqual([holderName, "work"].sort());
  expect(await clearDeadLocks({ commonDir, adminDir }, "w1", 0)).toBe(false);
});

it("waits for a git that is alive", async () => {
  const lock = path.join(adminDir, "index.lock");
  await writeFile(lock, "");
  const cleared = clearDeadLocks({ commonDir, adminDir }, "w1", 60_000);
  await rm(lock);
  await writeFile(path.join(adminDir, "index"), "its work");
  expect(await cleared).toBe(true);
  expect(await readdir(adminDir)).toEqual(["index"]);
});
