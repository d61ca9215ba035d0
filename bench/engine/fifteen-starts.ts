import path from "node:path";
import { git, manyFiles } from "../../e2e/scenarios/repositories.ts";
import { idleAuthor, startEngine, startWorkstream, stopWorkstreams, subscribe } from "../harness/engine.ts";
import { interleaved, median, spread, timed } from "../harness/measure.ts";
import { untilWarm, warmPolicy } from "../harness/pool.ts";
import { rowOf, type Row } from "../harness/row.ts";
import type { Stage } from "../harness/stage.ts";

const rounds = 5;
const files = 300;
const fifteen = Array.from({ length: 15 }, (_, index) => index);
const budget = { timesRival: 0.8 };

/** Fifteen workstreams started in one breath, with fifteen worktrees kept ready, against fifteen raw worktrees. */
export async function benchFifteenStarts(stage: Stage): Promise<Row[]> {
  const repository = await stage.repository("repository", [...manyFiles(files), warmPolicy(15)]);
  const subscriber = await subscribe(stage, await startEngine(stage, { home: "home", args: ["--repo", repository] }));
  const toAgents: number[] = [];
  const waited: string[] = [];

  async function ours(round: number): Promise<number> {
    const notReady = await untilWarm(subscriber.client, 15);
    if (notReady !== undefined) waited.push(notReady);
    const began = Date.now();
    const from = subscriber.heard.length;
    const ids = await Promise.all(
      fifteen.map((index) => startWorkstream(subscriber, `Start ${round} of ${index}`, idleAuthor)),
    );
    const prepared = await subscriber.forEach("the worktrees", ids, "worktree.prepared", from);
    const opened = await subscriber.forEach("the threads", ids, "thread.opened", from);
    await subscriber.forEach("the turns", ids, "turn.started", from);
    await stopWorkstreams(subscriber, ids);
    toAgents.push(Math.max(...opened.map(({ at }) => at)) - began);
    return Math.max(...prepared.map(({ at }) => at)) - began;
  }

  const add = (name: string) =>
    git(repository, "worktree", "add", "--quiet", "-b", name, path.join(stage.folder, name));

  const inTurn = (round: number) =>
    timed(async () => {
      for (const index of fifteen) await add(`in-turn-${round}-${index}`);
    });

  /** Git forgets to lock its list of worktrees, so some of fifteen at once may fail; those are made again, as anyone would. */
  const atOnce = (round: number) =>
    timed(async () => {
      const made = await Promise.allSettled(fifteen.map((index) => add(`at-once-${round}-${index}`)));
      for (const [index, { status }] of made.entries()) if (status === "rejected") await add(`again-${round}-${index}`);
    });

  await ours(rounds);
  toAgents.length = 0;
  const measured = await interleaved(rounds, { inTurn, ours, atOnce });
  const rivals = [
    { name: "15 × git worktree add in turn, same run", value: median(measured.inTurn) },
    { name: "15 × git worktree add at once, same run", value: median(measured.atOnce) },
  ].toSorted((one, other) => one.value - other.value);
  const [rival = { name: "", value: NaN }, slower] = rivals;
  const ifMissed = waited[0] === undefined ? "" : `Some were made while the human waited, since ${waited[0]}.`;
  return [
    rowOf({
      row: `15 starts at once, ${files} files: worktrees ready`,
      unit: "ms",
      value: median(measured.ours),
      rival,
      budget,
      note: `Pool of 15. Median of ${rounds}, ${spread(measured.ours, "ms")}; the slower rival took ${Math.round(slower?.value ?? NaN)} ms.`,
      ifMissed,
    }),
    rowOf({
      row: `15 starts at once, ${files} files: agents ready`,
      unit: "ms",
      value: median(toAgents),
      rival,
      budget,
      note: `Median of ${rounds}, ${spread(toAgents, "ms")}.`,
      ifMissed,
    }),
  ];
}
