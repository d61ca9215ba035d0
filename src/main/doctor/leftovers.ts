import { readdir, readFile, readlink } from "node:fs/promises";
import path from "node:path";
import type { Check } from "../../contract/check.ts";

/** A process of this user, as `/proc` tells it. */
export interface Living {
  readonly pid: number;
  readonly parent: number;
  /** Somebody sits at its terminal. */
  readonly terminal: boolean;
  readonly command: string;
  readonly folder: string;
  readonly environment: readonly string[];
}

/** What was started for a home and outlived its engine; nothing where the system does not tell. */
export async function checkLeftovers(home: string, engine: number | undefined): Promise<Check[]> {
  const names = await readdir("/proc").catch((): string[] => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const living = await Promise.all(pids.map((pid) => lookAt(pid)));
  return judgeLeftovers(
    living.filter((each) => each !== undefined),
    home,
    engine,
  );
}

async function lookAt(pid: number): Promise<Living | undefined> {
  try {
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, "utf8");
    const [stat, command, environment, folder] = await Promise.all([
      read("stat"),
      read("cmdline"),
      read("environ"),
      readlink(`/proc/${pid}/cwd`),
    ]);
    // After the name, which may hold anything: state, parent, group, session, terminal (proc(5)).
    const [, parent, , , terminal] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      pid,
      parent: Number(parent),
      terminal: terminal !== "0",
      command: command.replaceAll("\0", " ").trim(),
      folder,
      environment: environment.split("\0"),
    };
  } catch {
    // Ended meanwhile, or another user's.
    return undefined;
  }
}

/** Of what belongs to the home, all that does not descend from its engine. A human at a terminal is let be. */
export function judgeLeftovers(living: readonly Living[], home: string, engine: number | undefined): Check[] {
  const parents = new Map(living.map(({ pid, parent }) => [pid, parent]));
  const left = living.filter((each) => !each.terminal && isOf(each, home) && !descends(each.pid, engine, parents));
  if (left.length === 0) return [];
  const told = left.slice(0, 3).map(({ pid, command }) => `${pid} ${command.slice(0, 60)}`);
  const more = left.length > told.length ? ` and ${left.length - told.length} more` : "";
  return [
    {
      name: "processes",
      state: "warning",
      says: `${left.length} outlived the engine that started them: ${told.join("; ")}${more}`,
      next: `kill ${left.map(({ pid }) => pid).join(" ")}`,
    },
  ];
}

/** Commands of authors carry the home in their environment; what dropped that and was left by its parent stands in a worktree. */
function isOf({ parent, folder, environment }: Living, home: string): boolean {
  if (environment.includes(`CODEX_HOME=${path.join(home, "codex")}`)) return true;
  const isAuthors = environment.some((entry) => entry.startsWith("COXSWAIN_WORKSTREAM="));
  if (isAuthors && environment.includes(`COXSWAIN_HOME=${home}`)) return true;
  return parent === 1 && folder.startsWith(path.join(home, "worktrees") + path.sep);
}

function descends(pid: number, from: number | undefined, parents: ReadonlyMap<number, number>): boolean {
  for (let at = pid, steps = 0; at > 1 && steps < 1_000; steps += 1) {
    if (at === from) return true;
    at = parents.get(at) ?? 0;
  }
  return false;
}
