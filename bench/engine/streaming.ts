import { setTimeout as sleep } from "node:timers/promises";
import { smallFiles } from "../../e2e/scenarios/repositories.ts";
import { startEngine, startWorkstream, subscribe } from "../harness/engine.ts";
import { cpuOf, hasProc, noProc } from "../harness/proc.ts";
import { rowOf, unmeasured, type Row } from "../harness/row.ts";
import type { Stage } from "../harness/stage.ts";

const row = "engine CPU per streamed delta";
const streams = 15;
const windowMs = 20_000;
const idleMs = 5_000;
const budget = { most: 0.1 };
/** The peer cannot be run here: this is its figure in docs/architecture.md, section 11. */
const peer = { name: "coder/mux (measured elsewhere)", value: 0.92 };

/** Words of a length that makes every delta of the scripted agent exactly this long. */
const deltaLength = 24;
const saying = "wordful ".repeat(600);
/** Long messages, one after the other: 200 deltas each, so that what a message itself costs hardly counts. */
const scenario = `name: bench-stream
steps:
${`  - say: "${saying}"\n`.repeat(12)}`;

/** CPU of the engine's process alone while fifteen authors stream to one window that watches them all. */
export async function benchStreaming(stage: Stage): Promise<Row[]> {
  if (!hasProc) return [unmeasured(row, "ms", budget, noProc)];
  const repository = await stage.repository("repository", smallFiles);
  await stage.scenario("bench-stream", scenario);
  const engine = await startEngine(stage, { home: "home", args: ["--repo", repository], pace: "lively" });
  const subscriber = await subscribe(stage, engine);
  await sleep(2_000);
  const idlePerMs = (await during(idleMs, () => cpuOf(engine.pid))) / idleMs;

  for (let index = 0; index < streams; index += 1) {
    subscriber.watch(await startWorkstream(subscriber, `Stream ${index}`, "scripted-bench-stream"));
  }
  while (subscriber.characters() < streams * 10 * deltaLength) await sleep(100);
  const streamedBefore = subscriber.characters();
  const began = performance.now();
  const used = await during(windowMs, () => cpuOf(engine.pid));
  const took = performance.now() - began;
  const deltas = (subscriber.characters() - streamedBefore) / deltaLength;
  return [
    rowOf({
      row,
      unit: "ms",
      value: (used - idlePerMs * took) / deltas,
      rival: peer,
      budget,
      note:
        `${streams} streams, ${Math.round((deltas * 1_000) / took)} deltas/s of ${deltaLength} characters for ${windowMs / 1_000} s ` +
        `to one subscriber of the fleet and all ${streams}; ${((100 * used) / took).toFixed(1)} % of a core, ` +
        `${(100 * idlePerMs).toFixed(1)} % when idle.`,
    }),
  ];
}

/** How much a count grows in a while. */
async function during(ms: number, count: () => Promise<number>): Promise<number> {
  const before = await count();
  await sleep(ms);
  return (await count()) - before;
}
