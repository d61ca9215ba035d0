import { setTimeout as sleep } from "node:timers/promises";
import type { PoolStatus } from "../../src/contract/pool.ts";
import type { Client } from "../../src/contract/procedures.ts";

/** A `WORKFLOW.md` that keeps so many worktrees ready, and lets fifteen workstreams run. */
export function warmPolicy(worktrees: number): [name: string, text: string] {
  const settings = [`agent: { max_concurrent_agents: 40 }`, `coxswain: { warm_worktrees: ${worktrees} }`];
  return ["WORKFLOW.md", ["---", ...settings, "---", ""].join("\n")];
}

/** What the engine keeps ready for its only project. */
export async function poolOf(client: Client): Promise<PoolStatus | undefined> {
  const [project] = await client.project.list();
  return project === undefined ? undefined : (await client.project.pool({ projectId: project.id })).pool;
}

const patienceMs = 120_000;
const pollMs = 20;

/** Resolves once so many worktrees are ready at the base's commit; with the reason when that does not come about. */
export async function untilWarm(client: Client, worktrees: number, base?: string): Promise<string | undefined> {
  let status: PoolStatus | undefined;
  for (let waited = 0; waited < patienceMs; waited += pollMs) {
    status = await poolOf(client);
    const follows = base === undefined || status?.commit === base;
    if (status?.ready === worktrees && status.upToDate && follows) return undefined;
    await sleep(pollMs);
  }
  return `the pool was not full in ${patienceMs / 1_000} s: it waits for ${status?.waiting ?? "an unknown reason"}`;
}
