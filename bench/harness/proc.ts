import { readdir, readFile } from "node:fs/promises";

/** What the kernel tells of processes, proc(5). Linux only. */
export const hasProc = process.platform === "linux";
export const noProc = "this platform has no /proc";

/** CPU that a process and its threads have used, in milliseconds; to the kernel's tick of 10. */
export async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The program's name stands in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export interface Memory {
  /** Resident, in MB of 1,048,576 bytes; pages shared with other processes count in full. */
  readonly rss: number;
  /** The same with shared pages divided among those who share them. */
  readonly pss: number;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]);
  return { rss: kilobytes("Rss") / 1_024, pss: kilobytes("Pss") / 1_024 };
}

/** The memory of several processes together; those that have ended meanwhile are left out. */
export async function memoryTogether(pids: readonly number[]): Promise<Memory> {
  const each = await Promise.all(pids.map((pid) => memoryOf(pid).catch(() => ({ rss: 0, pss: 0 }))));
  return each.reduce((sum, { rss, pss }) => ({ rss: sum.rss + rss, pss: sum.pss + pss }), { rss: 0, pss: 0 });
}

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** A process and everything below it. Below one that `leaveOut` names nothing is looked for. */
export async function treeOf(pid: number, leaveOut: (child: Process) => boolean = () => false): Promise<Process[]> {
  const children = new Map<number, number[]>();
  for (const entry of await readdir("/proc")) {
    const stat = /^\d+$/.test(entry) ? await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "") : "";
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found: Process[] = [];
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const command = await readFile(`/proc/${next}/cmdline`, "utf8").catch(() => "");
    const one = { pid: next, command: command.replaceAll("\0", " ") };
    if (leaveOut(one)) continue;
    found.push(one);
    waiting.push(...(children.get(next) ?? []));
  }
  return found;
}

/** Bytes that the thread of this name has handed to the kernel to write. */
export async function writtenBy(pid: number, thread: string): Promise<number> {
  for (const id of await readdir(`/proc/${pid}/task`)) {
    const name = await readFile(`/proc/${pid}/task/${id}/comm`, "utf8").catch(() => "");
    if (name.trim() !== thread) continue;
    const counts = await readFile(`/proc/${pid}/task/${id}/io`, "utf8");
    return Number(/^wchar: (\d+)$/m.exec(counts)?.[1]);
  }
  throw new Error(`the engine has no thread called ${thread}`);
}
