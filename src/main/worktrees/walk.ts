import { lstat, readdir } from "node:fs/promises";
import path from "node:path";

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

  async function visit([folder, fate]: Visit): Promise<Visit[]> {
    const names = await readdir(place(root, folder), { withFileTypes: true, encoding: "buffer" }).catch(
      () => undefined,
    );
    if (names === undefined) {
      if (fate === "open") unheld.push(`${folder}/`);
      return [];
    }
    const nested = fate === "open" && folder !== "" && names.some(({ name }) => isGit(name.toString("latin1")));
    if (nested) unheld.push(`${folder}/`);
    const within = nested ? "told" : fate;
    const below: Visit[] = [];
    for (const entry of names) {
      const own = entry.name.toString("latin1");
      const name = folder === "" ? own : `${folder}/${own}`;
      const isOwn = folder === "" && own === ".git" && entry.isFile();
      if (entry.isDirectory()) {
        if (folder === "" && isGit(own)) unheld.push(`${name}/`);
        below.push([name, within === "open" && ignoredFiles.has(`${name}/`) ? "ignored" : within]);
        continue;
      }
      const size = await lstat(place(root, name)).then(
        ({ blocks }) => blocks * 512,
        () => 0,
      );
      const isIgnored = within === "ignored" || ignoredFiles.has(name);
      bytes += size;
      if (isIgnored) ignoredBytes += size;
      const holds = entry.isFile() || entry.isSymbolicLink();
      if (holds && within === "open" && !isIgnored && !isOwn && !held.has(name)) unheld.push(name);
    }
    return below;
  }

  const waiting: Visit[] = [["", "open"]];
  while (waiting.length > 0) waiting.push(...(await Promise.all(waiting.splice(-atOnce).map(visit))).flat());
  return { unheld: unheld.slice(0, most), bytes, ignoredBytes };
}

/** On a file system that does not tell letters apart `.GIT` is one as well. */
function isGit(name: string): boolean {
  return name.toLowerCase() === ".git";
}

function place(root: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(root + path.sep), Buffer.from(name, "latin1")]);
}
