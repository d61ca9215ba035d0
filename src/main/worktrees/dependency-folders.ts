import path from "node:path";
import type { CopiedFolder } from "./copy-folders.ts";
import { isThere } from "./inside.ts";

/** A folder that a project wants copied; without a lock file of its own, the nearest of npm, pnpm, Yarn or Bun. */
export interface WantedFolder {
  readonly folder: string;
  readonly lock: string | null;
}

const lockFiles = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"];

/**
 * What is to be copied. A project that says nothing gets its top `node_modules`: of the folders that package managers make it
 * is the one that holds no absolute paths, is slow to make anew, and is told by a lock file. Others must be named.
 *
 * @param wanted null when the project says nothing
 * @returns `unclear` for folders without a lock file, which nothing could be held against
 */
export async function dependencyFolders(
  root: string,
  wanted: readonly WantedFolder[] | null,
): Promise<{ readonly folders: readonly CopiedFolder[]; readonly unclear: readonly string[] }> {
  const folders: CopiedFolder[] = [];
  const unclear: string[] = [];
  for (const { folder, lock } of wanted ?? [{ folder: "node_modules", lock: null }]) {
    // What the main checkout itself lacks is nothing to speak of.
    if (wanted === null && !(await isThere(path.join(root, folder)))) continue;
    const found = lock ?? (await nearestLock(root, folder));
    if (found !== undefined) folders.push({ folder, lock: found });
    else if (wanted !== null) unclear.push(folder);
  }
  return { folders, unclear };
}

/** Of a workspace the lock file may lie further up. */
async function nearestLock(root: string, folder: string): Promise<string | undefined> {
  for (let above = path.posix.dirname(folder); ; above = path.posix.dirname(above)) {
    for (const name of lockFiles) {
      const lock = path.posix.join(above, name);
      if (await isThere(path.join(root, lock))) return lock;
    }
    if (above === ".") return undefined;
  }
}
