import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf, type EngineProcess } from "../engine-process.ts";
import { orderFile, type Order } from "./fault-points.ts";
import { nameOf, type Blow, type Victim } from "./moments.ts";

/** Whether the engine goes down with a victim. */
function endsEngine(victim: Victim): boolean {
  return victim !== "agent" && victim !== "command";
}

/** How long a command is looked for before the agent is struck in its place, in milliseconds. */
const commandPatience = 400;

/** Kills the blow's victim, and waits until the engine is gone where that is to be. */
export async function kill(
  engine: EngineProcess,
  home: string,
  blow: Blow,
): Promise<{ readonly struck: string; readonly endsEngine: boolean }> {
  const victim = await killVictim(engine, home, blow);
  return { struck: nameOf({ ...blow, victim }), endsEngine: endsEngine(victim) };
}

/** Answers what was really struck. */
async function killVictim(engine: EngineProcess, home: string, { victim, delay, chance }: Blow): Promise<Victim> {
  if (delay > 0) await sleep(delay);
  switch (victim) {
    case "engine":
      engine.kill("SIGKILL");
      await engine.gone;
      return victim;
    case "agent":
      await killAgents(home);
      return victim;
    case "both": {
      const agents = await agentsOf(home);
      engine.kill("SIGKILL");
      for (const pid of agents) end(pid);
      await engine.gone;
      return victim;
    }
    case "command":
      if (await killCommand(engine, home, chance)) return victim;
      await killAgents(home);
      return "agent";
    case "storage":
      await dieInside(engine, home, { dies: "thread", at: placeIn(chance) });
      return victim;
    case "transaction":
      await dieInside(engine, home, { dies: "process", at: placeIn(chance) });
      return victim;
  }
}

/** Half of them in the middle of a transaction, the rest on both sides of its commit. */
function placeIn(chance: number): Order["at"] {
  if (chance < 0.25) return "before-commit";
  return chance < 0.5 ? "after-commit" : 1 + Math.floor((chance - 0.5) * 16);
}

/** The next transaction is the last one; a note sees to it that there is one. */
async function dieInside(engine: EngineProcess, home: string, order: Order): Promise<void> {
  await writeFile(path.join(home, orderFile), JSON.stringify(order));
  const [row] = await engine.client.workstream.list().catch(() => []);
  if (row !== undefined)
    await engine.client.workstream.note({ workstreamId: row.id, text: "Somebody looks." }).catch(() => undefined);
  await engine.gone;
}

async function agentsOf(home: string): Promise<number[]> {
  const all = await processesOf(home);
  return all.filter(({ command }) => command.includes("scripted/program.ts")).map(({ pid }) => pid);
}

async function killAgents(home: string): Promise<void> {
  for (const pid of await agentsOf(home)) end(pid);
}

/** Any process below the engine that is no agent: an author's command, a hook, a git. */
async function killCommand(engine: EngineProcess, home: string, chance: number): Promise<boolean> {
  const until = performance.now() + commandPatience;
  while (performance.now() < until) {
    const all = await processesOf(home);
    const candidates: number[] = [];
    for (const { pid, command } of all) {
      if (pid === engine.pid || command.includes("scripted/program.ts")) continue;
      if (await isFair(pid, command)) candidates.push(pid);
    }
    const pid = candidates[Math.floor(chance * candidates.length)];
    if (pid !== undefined && end(pid)) return true;
    await sleep(5);
  }
  return false;
}

/**
 * Of what an author runs only the leader of its group, whose end ends all of it: what a script goes on to do without one of
 * its parts is the script's own affair. The approved command is spared, since the author goes on as if it had run.
 */
async function isFair(pid: number, command: string): Promise<boolean> {
  if (command.includes("allowed")) return false;
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const group = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
  return command.startsWith("git ") || command.includes("chaos-hook") || group === pid;
}

function end(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    // It had ended by itself.
    return false;
  }
}
