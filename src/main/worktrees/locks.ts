import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { branchFolder, holderName } from "./names.ts";

const pollMs = 20;

/** Waits until a lock file is gone: a living git takes it away, a dead one leaves it. Answers whether it is gone. */
export async function goesAway(lock: string, patienceMs: number): Promise<boolean> {
  for (let waited = 0; waited < patienceMs && (await exists(lock)); waited += pollMs) await sleep(pollMs);
  return !(await exists(lock));
}

/**
 * Removes the locks that a killed git left on a workstream's own branches and, where there is one, in its admin directory.
 * Only while nobody works in it: a living git gets `patienceMs` to finish. Answers whether there were any.
 */
export async function clearDeadLocks(
  place: { readonly commonDir: string; readonly adminDir?: string },
  workstreamId: string,
  patienceMs: number,
): Promise<boolean> {
  const branches = path.join(place.commonDir, "refs", "heads", branchFolder(workstreamId));
  const folders = place.adminDir === undefined ? [branches] : [branches, place.adminDir];
  const locks = (await Promise.all(folders.map(locksIn))).flat();
  await Promise.all(
    locks.map(async (lock) => {
      if (!(await goesAway(lock, patienceMs))) await rm(lock, { force: true });
    }),
  );
  return locks.length > 0;
}

async function locksIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.filter((name) => name.endsWith(".lock") && name !== holderName).map((name) => path.join(folder, name));
}

export function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Not merely out of reach: the answer decides whether it is made again. */
export async function isMissing(place: string): Promise<boolean> {
  const why: unknown = await stat(place).then(
    () => undefined,
    (error: unknown) => error,
  );
  return why instanceof Error && "code" in why && why.code === "ENOENT";
}
