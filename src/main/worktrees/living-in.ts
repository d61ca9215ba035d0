import { readdir, readFile, readlink } from "node:fs/promises";
import path from "node:path";

/** A process that works in a folder, or below it. */
export interface Resident {
  readonly pid: number;
  readonly name: string;
}

/** The processes of this user that work in a folder, as far as the system tells: Linux does, in `/proc`; others answer none. */
export async function livingIn(folder: string): Promise<readonly Resident[]> {
  const names = await readdir("/proc").catch((): string[] => []);
  const found = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => residentOf(folder, Number(name))),
  );
  return found.filter((resident) => resident !== undefined);
}

async function residentOf(folder: string, pid: number): Promise<Resident | undefined> {
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
  if (cwd !== folder && !cwd.startsWith(folder + path.sep)) return undefined;
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  return { pid, name: name.trim() };
}
