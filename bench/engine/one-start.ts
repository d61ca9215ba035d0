import path from "node:path";
import { git, manyFiles } from "../../e2e/scenarios/repositories.ts";
import { idleAuthor, startEngine, startWorkstream, stopWorkstreams, subscribe } from "../harness/engine.ts";
import { interleaved, median, spread, timed } from "../harness/measure.ts";
import { warmPolicy } from "../harness/pool.ts";
import { rowOf, type Row } from "../harness/row.ts";
import type { Stage } from "../harness/stage.ts";

const rounds = 7;
const files = 10_000;
const budget = { timesRival: 1.15 };

/** A workstream on a large repository with nothing kept ready, from the human's call to an agent that can be spoken to. */
export async function benchOneStart(stage: Stage): Promise<Row[]> {
  const repository = await stage.repository("repository", [...manyFiles(files), warmPolicy(0)]);
  const subscriber = await subscribe(stage, await startEngine(stage, { home: "home", args: ["--repo", repository] }));
  const toAgent: number[] = [];

  /** Times are the engine's own, from its record; both sides share one clock. */
  async function ours(round: number): Promise<number> {
    const began = Date.now();
    const from = subscriber.heard.length;
    const ids = [await startWorkstream(subscriber, `Start number ${round}`, idleAuthor)];
    const [prepared] = await subscriber.forEach("the worktree", ids, "worktree.prepared", from);
    const [opened] = await subscriber.forEach("the thread", ids, "thread.opened", from);
    await subscriber.forEach("the turns", ids, "turn.started", from);
    await stopWorkstreams(subscriber, ids);
    toAgent.push((opened?.at ?? NaN) - began);
    return (prepared?.at ?? NaN) - began;
  }

  const raw = (round: number) =>
    timed(() =>
      git(repository, "worktree", "add", "--quiet", "-b", `raw-${round}`, path.join(stage.folder, `raw-${round}`)),
    );

  // The first start of an engine also starts the agent's program, and the first checkout reads everything from the disk.
  await raw(rounds);
  await ours(rounds);
  const [firstToAgent = NaN] = toAgent.splice(0);
  const measured = await interleaved(rounds, { git: raw, ours });
  const rival = { name: "git worktree add, same run", value: median(measured.git) };
  const note = (values: readonly number[]) => `Median of ${rounds}, ${spread(values, "ms")}`;
  const agentReady = {
    unit: "ms",
    value: median(toAgent),
    rival,
    note: `${note(toAgent)}; the first after the engine's start took ${firstToAgent} ms, its agent's program included.`,
  };
  return [
    rowOf({
      row: `start on ${files} files, cold: worktree ready`,
      unit: "ms",
      value: median(measured.ours),
      rival,
      budget,
      note: `From the call; ticket, policy, ports and record included. ${note(measured.ours)}; git ${spread(measured.git, "ms")}.`,
    }),
    rowOf({ row: `start on ${files} files, cold: agent ready`, budget, ...agentReady }),
  ];
}
