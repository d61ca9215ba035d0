import { copyFile, lstat, mkdir, readdir, readlink, symlink, utimes } from "node:fs/promises";
import { constants, type Dirent } from "node:fs";

/** Makes a file that shares its blocks with another until one of them is written; fails where that cannot be. */
export type CloneFile = (from: Buffer, to: Buffer) => Promise<void>;

export const cloneFile: CloneFile = (from, to) =>
  copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);

/** How a copy ended, and how many entries it had made by then. */
export interface Cloned {
  readonly ended: "whole" | "too many entries" | "cancelled";
  readonly entries: number;
}

const foldersAtOnce = 4;
const filesAtOnce = 16;

/**
 * Copies a folder, file by file as clones. Symbolic links stay what they say and are never followed; sockets, pipes and
 * devices are left out. Folders keep their time, by which package managers tell whether what they noted down still holds.
 * Throws what the file system says.
 *
 * @param to must not exist
 */
export async function cloneTree(
  from: string,
  to: string,
  how: {
    readonly clone: CloneFile;
    readonly mostEntries: number;
    readonly signal?: AbortSignal | undefined;
    /** Told after each folder. */
    readonly onProgress: (entries: number) => void;
  },
): Promise<Cloned> {
  let entries = 0;
  const waiting: [from: Buffer, to: Buffer][] = [[Buffer.from(from), Buffer.from(to)]];
  await mkdir(to);

  async function copyFolder([here, there]: [from: Buffer, to: Buffer]): Promise<void> {
    const { atime, mtime } = await lstat(here);
    const found = await readdir(here, { withFileTypes: true, encoding: "buffer" });
    entries += found.length;
    if (entries > how.mostEntries) return;
    for (let at = 0; at < found.length; at += filesAtOnce) {
      if (how.signal?.aborted === true) return;
      await Promise.all(found.slice(at, at + filesAtOnce).map((entry) => copyEntry(entry, here, there)));
    }
    await utimes(there, atime, mtime);
    how.onProgress(entries);
  }

  async function copyEntry(entry: Dirent<Buffer>, here: Buffer, there: Buffer): Promise<void> {
    const source = join(here, entry.name);
    const target = join(there, entry.name);
    if (entry.isDirectory()) {
      await mkdir(target);
      waiting.push([source, target]);
    } else if (entry.isSymbolicLink()) await symlink(await readlink(source, "buffer"), target);
    else if (entry.isFile()) await how.clone(source, target);
  }

  while (waiting.length > 0 && entries <= how.mostEntries && how.signal?.aborted !== true)
    await Promise.all(waiting.splice(0, foldersAtOnce).map(copyFolder));
  if (how.signal?.aborted === true) return { ended: "cancelled", entries };
  return { ended: entries > how.mostEntries ? "too many entries" : "whole", entries };
}

const slash = Buffer.from("/");

function join(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, slash, name]);
}
