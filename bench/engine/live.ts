import { setTimeout as sleep } from "node:timers/promises";
import { startEngine, subscribe, type Subscriber } from "../harness/engine.ts";
import { hasProc, memoryOf, memoryTogether, noProc, treeOf, writtenBy, type Memory } from "../harness/proc.ts";
import { rowOf, unmeasured, type Row } from "../harness/row.ts";
import type { Stage } from "../harness/stage.ts";

const liveMs = 30_000;
const sampleMs = 2_000;
const budget = { engine: { most: 260 }, tree: { most: 450 }, bytes: { most: 2_048 } };
/** The peer cannot be run here: this is its figure in docs/architecture.md, section 11. */
const peer = { name: "coder/mux (measured elsewhere)", value: 661 };
const rows = {
  engine: "memory with 15 live workstreams: engine",
  tree: "memory with 15 live workstreams: tree without agents",
  bytes: "bytes written per event",
};

/** The demo's fifteen tickets at a lively pace, watched by one window: what the engine holds and what it writes. */
export async function benchLive(stage: Stage): Promise<Row[]> {
  if (!hasProc)
    return [
      unmeasured(rows.engine, "MB", budget.engine, noProc),
      unmeasured(rows.tree, "MB", budget.tree, noProc),
      unmeasured(rows.bytes, "B", budget.bytes, noProc),
    ];
  const engine = await startEngine(stage, { home: "home", args: ["--demo"], pace: "lively" });
  const subscriber = await subscribe(stage, engine);
  const live = await tickets(subscriber);
  for (const id of live) subscriber.watch(id);
  await subscriber.forEach("the first turns", live, "turn.started");

  const seqBefore = subscriber.heard.at(-1)?.seq ?? NaN;
  const writtenBefore = await writtenBy(engine.pid, "storage");
  const alone: Memory[] = [];
  const whole: Memory[] = [];
  for (let waited = 0; waited < liveMs; waited += sampleMs) {
    await sleep(sampleMs);
    const tree = await treeOf(engine.pid, ({ command }) => command.includes("scripted-agent"));
    alone.push(await memoryOf(engine.pid));
    whole.push(await memoryTogether(tree.map(({ pid }) => pid)));
  }
  const events = (subscriber.heard.at(-1)?.seq ?? NaN) - seqBefore;
  const written = (await writtenBy(engine.pid, "storage")) - writtenBefore;

  const most = (samples: readonly Memory[], kind: keyof Memory) => Math.max(...samples.map((sample) => sample[kind]));
  return [
    rowOf({
      row: rows.engine,
      unit: "MB",
      value: most(alone, "rss"),
      rival: peer,
      budget: budget.engine,
      note: `The most that was resident in ${liveMs / 1_000} s of ${live.length} live workstreams; ${Math.round(most(alone, "pss"))} MB with what it shares divided.`,
    }),
    rowOf({
      row: rows.tree,
      unit: "MB",
      value: most(whole, "rss"),
      rival: peer,
      budget: budget.tree,
      note: "Server host, without a window; git and other short commands of the engine's own included.",
    }),
    rowOf({
      row: rows.bytes,
      unit: "B",
      value: written / events,
      budget: budget.bytes,
      note: `From the first turns on, ${events} events in ${liveMs / 1_000} s; what the storage thread handed to the kernel, database and write-ahead log together.`,
      ifMissed:
        "With some three commits a second few events share one, and every page of 512 B that one touches is written whole: " +
        "the item and its indexes, its workstream's live row, the outbox and the search index.",
    }),
  ];
}

/** The demo's workstreams, once all of them are there. */
async function tickets({ client }: Subscriber): Promise<string[]> {
  for (;;) {
    const rows = await client.workstream.list();
    if (rows.length === 15) return rows.map(({ id }) => id);
    await sleep(100);
  }
}
