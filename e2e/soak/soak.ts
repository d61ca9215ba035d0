import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startEngine } from "../../bench/harness/engine.ts";
import { hasProc, noProc } from "../../bench/harness/proc.ts";
import { setStage, type Stage } from "../../bench/harness/stage.ts";
import { createHuman, type Deeds } from "./human.ts";
import { takeSample, type Sample } from "./sample.ts";
import { judge, type Bound, type Line } from "./verdict.ts";

/**
 * What "flat" means. Memory that V8 has not collected yet goes up and down, so its slope over an hour is allowed some of that.
 * What is archived is kept, and so is what the vault has of what was deleted: disk is bounded for each workstream put away.
 */
const bounds: readonly Bound[] = [
  { of: "rss", unit: "MB", most: 260, perHour: 16 },
  { of: "heap", unit: "MB", most: 120, perHour: 16 },
  { of: "fds", unit: "", most: 200, perHour: 8 },
  { of: "threads", unit: "", most: 40, perHour: 1 },
  { of: "processes", unit: "", most: 200, perHour: 10 },
  { of: "db", unit: "MB", perFinished: 0.1 },
  { of: "wal", unit: "MB", most: 24 },
  { of: "files", unit: "MB", perFinished: 0.5 },
  { of: "outbox", unit: "", most: 21_000 },
  // The machine may have other work; what a human would feel is held all the same.
  { of: "lagP99", unit: "ms", most: 500 },
];

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    every: { type: "string", default: "30" },
    kills: { type: "string", default: "200" },
    json: { type: "string" },
  },
});

interface Lived {
  readonly samples: readonly Sample[];
  readonly deeds: Readonly<Deeds>;
}

/** Fifteen workstreams of the demo at a lively pace, with a human who never runs out of work. */
async function live(stage: Stage, minutes: number, everySeconds: number): Promise<Lived> {
  const probe = path.join(stage.folder, "probe.json");
  const preload = new URL("probe.ts", import.meta.url).href;
  const engine = await startEngine(stage, {
    home: "home",
    args: ["--demo"],
    pace: "lively",
    env: { NODE_OPTIONS: `--import=${preload}`, COXSWAIN_SOAK_PROBE: probe },
  });
  const human = await createHuman(engine, 1);
  stage.onEnd(human.close);
  const watched = { pid: engine.pid, home: path.join(stage.folder, "home"), probe };
  const began = performance.now();
  const samples: Sample[] = [];
  const minute = () => (performance.now() - began) / 60_000;
  while (minute() < minutes) {
    await Promise.race([sleep(everySeconds * 1_000), human.broken, stage.broken]);
    const sample = await takeSample(watched, minute(), human.deeds.finished);
    samples.push(sample);
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ samples, deeds: human.deeds }));
    stage.say(`${human.live()} live, ${human.deeds.finished} put away; ${row(sample).join(" ")}`);
  }
  return { samples, deeds: { ...human.deeds } };
}

const columns: readonly (keyof Sample)[] = ["minute", "finished", ...bounds.map(({ of }) => of), "lagMax"];

function row(sample: Sample): string[] {
  return columns.map((column) => `${column}=${sample[column].toFixed(Number.isInteger(sample[column]) ? 0 : 1)}`);
}

function print({ samples, deeds }: Lived, lines: readonly Line[]): void {
  const shown = samples.filter(
    (_, index) => index % Math.ceil(samples.length / 15) === 0 || index === samples.length - 1,
  );
  console.table(
    shown.map((sample) => Object.fromEntries(columns.map((column) => [column, Math.round(sample[column] * 10) / 10]))),
  );
  const two = (value: number) => Math.round(value * 100) / 100;
  console.table(
    lines.map(({ bound, first, last, highest, perHour, perFinished, broken }) => ({
      figure: bound.unit === "" ? bound.of : `${bound.of} (${bound.unit})`,
      first: two(first),
      last: two(last),
      highest: two(highest),
      "an hour": two(perHour),
      "each put away": two(perFinished),
      holds: broken.length === 0 ? "yes" : `NO: ${broken.join("; ")}`,
    })),
  );
  console.log(
    `The human: ${Object.entries(deeds)
      .map(([deed, count]) => `${deed} ${count}`)
      .join(", ")}.`,
  );
}

/** The suites that CI plays in short, played long. Answers whether all of them held. */
function playLong(kills: number): Promise<boolean> {
  const runner = path.join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [runner, "run", "--project", "real", "e2e/chaos"], {
    cwd: root,
    env: { ...process.env, COXSWAIN_CHAOS_KILLS: String(kills) },
    stdio: "inherit",
  });
  return new Promise((resolve) => child.once("exit", (code) => resolve(code === 0)));
}

async function soak(): Promise<boolean> {
  if (!hasProc) {
    console.log(`soak: SKIPPED (${noProc})`);
    return true;
  }
  const stage = await setStage();
  // Whoever ends the soak ends its engine.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stage.breakWith(`${signal} came`));
  try {
    const lived = await live(stage, Number(values.minutes), Number(values.every));
    const lines = judge(lived.samples, bounds);
    print(lived, lines);
    return lines.every(({ broken }) => broken.length === 0);
  } finally {
    await stage.close();
  }
}

const held = await soak();
const kills = Number(values.kills);
const survived = kills === 0 || (await playLong(kills));
console.log(held && survived ? "soak: everything held" : "soak: NOT everything held");
process.exitCode = held && survived ? 0 : 1;
