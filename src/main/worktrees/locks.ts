import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { branchFolder } from "./names.ts";
import type { Project } from "./project.ts";

const pollMs = 20;

/** Waits until a lock file is gone: a living git takes it away, a dead one leaves it. Answers whether it is gone. */
export async function goesAway(lock: string, patienceMs: number): Promise<boolean> {
  for (let waited = 0; waited < patienceMs && (await exists(lock)); waited += pollMs) await sleep(pollMs);
  return !(await exists(lock));
}

/**
 * Removes the locks that a killed git left on a workstream's own branches. Only for a workstream that nobody works in
 * yet. Answers whether there were any.
 */
export async function clearDeadLocks(
  { commonDir }: Project,
  workstreamId: string,
  patienceMs: number,
): Promise<boolean> {
  const folder = path.join(commonDir, "refs", "heads", branchFolder(workstreamId));
  const names = await readdir(folder).catch((): string[] => []);
  const locks = names.filter((name) => name.endsWith(".lock")).map((name) => path.join(folder, name));
  for (const lock of locks) {
    if (!(await goesAway(lock, patienceMs))) await rm(lock, { force: true });
  }
  return locks.length > 0;
}

export function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
