import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { below } from "./inside.ts";

/** What a folder holds, and what of it would be gone for good with it. */
export interface Walked {
  /** Names of what is neither held nor ignored, at most a thousand; a repository of its own stands for all it holds. */
  readonly unheld: readonly string[];
  /** On disk; a block shared with other files counts here too. */
  readonly bytes: number;
  readonly ignoredBytes: number;
}

/** `told`: inside a repository of its own, of which the folder was told already. */
type Fate = "open" | "ignored" | "told";
type Visit = readonly [folder: string, fate: Fate];

const most = 1_000;
/** How many folders are read at once. */
const atOnce = 16;

/**
 * Looks at every file of a work tree itself, since git passes over whatever lies in a `.git` of any folder. Names are bytes as
 * latin1. Symbolic links are not followed.
 */
export async function walk(
  root: string,
  { held, ignored }: { readonly held: ReadonlySet<string>; readonly ignored: readonly string[] },
): Promise<Walked> {
  const ignoredFiles = new Set(ignored);
  const unheld: string[] = [];
  let bytes = 0;
  let ignoredBytes = 0;

  async function visit([folder, given]: Visit): Promise<Visit[]> {
    const entries = await readFolder(below(root, folder));
    if (entries === undefined) {
      if (given === "open") unheld.push(`${folder}/`);
      return [];
    }
    const nested = given === "open" && entries.some((entry) => isForeign(folder, entry));
    if (nested) unheld.push(`${folder}/`);
    const fate = nested ? "told" : given;
    await Promise.all(
      entries.map(async (entry) => {
        if (entry.isDirectory()) return;
        const name = nameIn(folder, entry);
        const isIgnored = fate === "ignored" || ignoredFiles.has(name);
        const size = await sizeOf(below(root, name));
        bytes += size;
        if (isIgnored) ignoredBytes += size;
        else if (fate === "open" && name !== ".git" && holdsSomething(entry) && !held.has(name)) unheld.push(name);
      }),
    );
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => nameIn(folder, entry))
      .map((name) => [name, fate === "open" && ignoredFiles.has(`${name}/`) ? "ignored" : fate]);
  }

  const waiting: Visit[] = [["", "open"]];
  while (waiting.length > 0) waiting.push(...(await Promise.all(waiting.splice(-atOnce).map(visit))).flat());
  return { unheld: unheld.slice(0, most), bytes, ignoredBytes };
}

type Entry = Dirent<Buffer>;

function readFolder(folder: Buffer): Promise<Entry[] | undefined> {
  return readdir(folder, { withFileTypes: true, encoding: "buffer" }).catch(() => undefined);
}

function nameIn(folder: string, { name }: Entry): string {
  const own = name.toString("latin1");
  return folder === "" ? own : `${folder}/${own}`;
}

/**
 * Whether a `.git` makes its folder a repository of its own; the worktree has one, a plain file. Where a file system does not
 * tell letters apart `.GIT` is one as well.
 */
function isForeign(folder: string, entry: Entry): boolean {
  const name = entry.name.toString("latin1");
  return name.toLowerCase() === ".git" && (folder !== "" || name !== ".git" || !entry.isFile());
}

/** Sockets and pipes hold nothing. */
function holdsSomething(entry: Entry): boolean {
  return entry.isFile() || entry.isSymbolicLink();
}

function sizeOf(file: Buffer): Promise<number> {
  return lstat(file).then(
    ({ blocks }) => blocks * 512,
    () => 0,
  );
}
