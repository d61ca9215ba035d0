import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { smallFiles } from "../../e2e/scenarios/repositories.ts";
import { clientOf, startEngine } from "../harness/engine.ts";
import { median, spread, timed } from "../harness/measure.ts";
import { hasProc, memoryTogether, noProc, treeOf } from "../harness/proc.ts";
import { rowOf, unmeasured, type Row } from "../harness/row.ts";
import type { Stage } from "../harness/stage.ts";

const run = promisify(execFile);
const rounds = 9;
const idleMs = 5_000;
const budget = { start: { most: 0.5 }, idle: { most: 130 } };
/** The peer cannot be run here: these are its figures in docs/architecture.md, section 11. */
const peer = { name: "coder/mux (measured elsewhere)", startSeconds: 1.5, idleMegabytes: 433 };

/** How long an engine that knows one project takes to its first answer, and what it holds when nothing happens. */
export async function benchColdStart(stage: Stage): Promise<Row[]> {
  const repository = await stage.repository("repository", smallFiles);
  await (await startEngine(stage, { home: "home", args: ["--repo", repository] })).end();
  const taken: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await timed(() => run(process.execPath, ["-e", "0"])));
    const began = performance.now();
    const engine = await startEngine(stage, { home: "home" });
    await clientOf(engine).engine.hello();
    taken.push(performance.now() - began);
    await engine.end();
  }
  const started = rowOf({
    row: "cold start to first answer",
    unit: "s",
    value: median(taken) / 1_000,
    rival: { name: peer.name, value: peer.startSeconds },
    budget: budget.start,
    note: `From spawn to the answer of engine.hello; median of ${rounds}, ${spread(taken, "ms")}. A Node that does nothing took ${Math.round(median(bare))} ms, in between.`,
    ifMissed: "It takes 0.3 s of processor, most of it for loading modules; the rest is waiting for a busy machine.",
  });
  return [started, await idleMemory(stage)];
}

async function idleMemory(stage: Stage): Promise<Row> {
  const row = "idle memory";
  if (!hasProc) return unmeasured(row, "MB", budget.idle, noProc);
  const { pid } = await startEngine(stage, { home: "home" });
  await sleep(idleMs);
  const tree = await treeOf(pid);
  const { rss, pss } = await memoryTogether(tree.map((each) => each.pid));
  return rowOf({
    row,
    unit: "MB",
    value: rss,
    rival: { name: peer.name, value: peer.idleMegabytes },
    budget: budget.idle,
    note: `Resident memory of the engine's process tree (${tree.length} process) after ${idleMs / 1_000} s; ${Math.round(pss)} MB with what it shares divided.`,
  });
}
