import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { setImmediate as breath } from "node:timers/promises";

/** What was counted while several folders are walked one after the other. */
export interface Tally {
  /** Files with several names, which count once: device and inode. */
  readonly seen: Set<string>;
  /** Told after each folder that was read, with what it added. */
  readonly onFolder?: (added: { readonly files: number; readonly bytes: number }) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Walk {
  /** Allocated on disk. */
  readonly bytes: number;
  readonly files: number;
  /** Bytes below each folder that was asked about, by its name. */
  readonly within: ReadonlyMap<string, number>;
  /** It was cut short by the bound or the signal: there is more. */
  readonly partial: boolean;
}

/** More entries than this are not looked at in one folder tree: about a minute of a slow disk. */
const mostEntries = 2_000_000;
/** More files of several names than this are counted each time they are met. */
const mostSeen = 500_000;
/** Folders that are read at once: other work of the engine goes before this. */
const atOnce = 4;
const filesAtOnce = 64;

interface Visit {
  /** Relative to the root, its bytes as latin1; empty for the root. */
  readonly name: string;
  readonly mark: string | undefined;
}

/**
 * Bytes that a folder, or a single file, takes on disk. Symbolic links are not followed and no other file system is entered. What vanishes or may
 * not be read counts nothing. `marked` are folders below it, relative, as latin1, whose part is told as well.
 */
export async function walkDisk(root: string, marked: ReadonlySet<string>, tally: Tally): Promise<Walk> {
  const within = new Map<string, number>();
  const waiting: Visit[] = [{ name: "", mark: undefined }];
  const base = Buffer.from(root);
  const start = await lstat(base).catch(() => undefined);
  if (start?.isDirectory() !== true) {
    return { bytes: (start?.blocks ?? 0) * 512, files: start === undefined ? 0 : 1, within, partial: false };
  }
  let bytes = start.blocks * 512;
  let files = 0;
  let partial = false;

  async function visit({ name, mark }: Visit): Promise<Visit[]> {
    const folder = name === "" ? base : Buffer.concat([base, slash, Buffer.from(name, "latin1")]);
    const entries = await readdir(folder, { encoding: "buffer" }).catch((): Buffer[] => []);
    const below: Visit[] = [];
    let added = 0;
    for (let first = 0; first < entries.length; first += filesAtOnce) {
      const part = entries.slice(first, first + filesAtOnce);
      const found = await Promise.all(part.map((entry) => lstat(Buffer.concat([folder, slash, entry])).catch(nothing)));
      for (const [index, facts] of found.entries()) {
        if (facts === undefined || facts.dev !== start?.dev) continue;
        const own = part[index]?.toString("latin1") ?? "";
        const full = name === "" ? own : `${name}/${own}`;
        const isFolder = facts.isDirectory();
        const counted = mark ?? (isFolder && marked.has(full) ? full : undefined);
        if (isFolder) below.push({ name: full, mark: counted });
        else if (isCounted(tally.seen, facts)) continue;
        const size = facts.blocks * 512;
        added += size;
        if (counted !== undefined) within.set(counted, (within.get(counted) ?? 0) + size);
      }
      if (tally.signal?.aborted === true) break;
    }
    bytes += added;
    files += entries.length;
    tally.onFolder?.({ files: entries.length, bytes: added });
    return below;
  }

  while (waiting.length > 0) {
    if (tally.signal?.aborted === true || files > mostEntries) {
      partial = true;
      break;
    }
    waiting.push(...(await Promise.all(waiting.splice(-atOnce).map(visit))).flat());
    await breath();
  }
  return { bytes, files, within, partial };
}

const slash = Buffer.from("/");

function nothing(): undefined {
  return undefined;
}

/** Whether a file was counted under another name of it. */
function isCounted(seen: Set<string>, { nlink, dev, ino }: Stats): boolean {
  if (nlink < 2) return false;
  const key = `${dev}:${ino}`;
  if (seen.has(key)) return true;
  if (seen.size < mostSeen) seen.add(key);
  return false;
}
