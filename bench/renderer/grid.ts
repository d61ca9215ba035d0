import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { smallFiles } from "../../e2e/scenarios/repositories.ts";
import { framesOf, keyToPaint, openBrowser, percentile, type BenchBrowser, type Frames } from "../harness/browser.ts";
import {
  startEngine,
  startWorkstream,
  stopWorkstreams,
  subscribe,
  type BenchEngine,
  type Subscriber,
} from "../harness/engine.ts";
import { hasProc, noProc } from "../harness/proc.ts";
import { warmPolicy } from "../harness/pool.ts";
import { rowOf, unmeasured, type Row } from "../harness/row.ts";
import type { Stage } from "../harness/stage.ts";
import { serveRival } from "./rivals/serve.ts";

const streams = 15;
const asking = 10;
const bytesPerSecond = 200_000;
const windowMs = 6_000;
const settleMs = 3_000;
const speak = fileURLToPath(new URL("speak.mjs", import.meta.url));

const rows = {
  frames: "grid with 15 live tiles: frames",
  cpu: "grid with 15 live tiles: renderer CPU",
  terminalFrames: "grid with 15 terminals' rows: frames",
  terminalCpu: "grid with 15 terminals' rows: renderer CPU",
  gridKeys: "key to paint in the grid, p95",
  queueKeys: "key to paint in the queue, p95",
};
const budget = { frames: { least: 58 }, cpu: { most: 45 }, keys: { most: 25 } };
const rivalName = "15 live xterms";

/** The window on the grid while fifteen authors pour out text, beside a page that gives each of them a live terminal. */
export async function benchGrid(stage: Stage): Promise<Row[]> {
  if (!hasProc) {
    return [
      unmeasured(rows.frames, "fps", budget.frames, noProc),
      unmeasured(rows.cpu, "% of a core", budget.cpu, noProc),
      unmeasured(rows.terminalFrames, "fps", budget.frames, noProc),
      unmeasured(rows.terminalCpu, "% of a core", budget.cpu, noProc),
      unmeasured(rows.gridKeys, "ms", budget.keys, noProc),
      unmeasured(rows.queueKeys, "ms", budget.keys, noProc),
    ];
  }
  const rival = await drawing(stage, "the rival", (browser) => openTerminals(stage, browser));
  const { subscriber, engine, ids } = await pour(stage);
  const heard = await rateOf(subscriber);
  const grid = await drawing(stage, "the grid", (browser) => openPlace(browser, engine, "#/grid", "[data-tile]"));

  const browser = await openBrowser(stage);
  const onGrid = await openPlace(browser, engine, "#/grid", "[data-tile]");
  const gridKeys = await keyToPaint(onGrid, someKeys(["l", "j", "h", "k"]));
  await onGrid.close();
  await askAll(subscriber);
  const inQueue = await openPlace(browser, engine, "#/", "[data-item]");
  const queueKeys = await keyToPaint(inQueue, someKeys(["j", "j", "k", "j", "k", "k"]));
  await browser.close();

  await stopWorkstreams(subscriber, ids);
  await openShells(subscriber, ids);
  const terminals = await drawing(stage, "the grid of terminals", async (own) => {
    const page = await openPlace(own, engine, "#/grid", "[data-tile]");
    await page.keyboard.press("v");
    await page
      .locator(".terminal-rows")
      .nth(streams - 1)
      .waitFor();
    return page;
  });

  const said = `${streams} authors whose commands write ${bytesPerSecond / 1_000} KB/s each through the engine (${Math.round(heard / 1_000)} KB/s heard of one that was watched)`;
  return [
    ...drawnRows(rows.frames, rows.cpu, grid, rival, said),
    ...drawnRows(
      rows.terminalFrames,
      rows.terminalCpu,
      terminals,
      rival,
      `${streams} shells that write as much, the last rows of each in its tile four times a second`,
    ),
    keysRow(rows.gridKeys, gridKeys),
    keysRow(rows.queueKeys, queueKeys),
  ];
}

function drawnRows(framesRow: string, cpuRow: string, own: Drawn, rival: Drawn, said: string): Row[] {
  const p95 = ({ frames }: Drawn): string => `${frames.p95.toFixed(0)} ms between frames at p95`;
  return [
    rowOf({
      row: framesRow,
      unit: "fps",
      value: own.frames.perSecond,
      rival: { name: rivalName, value: rival.frames.perSecond },
      budget: budget.frames,
      note: `${said}; ${p95(own)}, the rival ${p95(rival)}. Software raster, 1920 × 1080.`,
    }),
    rowOf({
      row: cpuRow,
      unit: "% of a core",
      value: own.cpu,
      rival: { name: rivalName, value: rival.cpu },
      budget: budget.cpu,
      note: `The loop that counts frames included; ${own.quietCpu.toFixed(0)} % without it, the rival ${rival.quietCpu.toFixed(0)} %. ${own.memory.toFixed(0)} MB, the rival ${rival.memory.toFixed(0)} MB.`,
    }),
  ];
}

function keysRow(row: string, times: readonly number[]): Row {
  return rowOf({
    row,
    unit: "ms",
    value: percentile(times, 0.95),
    budget: budget.keys,
    note: `${times.length} presses while the fifteen stream; median ${percentile(times, 0.5).toFixed(1)} ms. A frame lasts 16.7 ms.`,
  });
}

interface Drawn {
  readonly frames: Frames;
  /** Share of a core, in percent, while frames are counted and while they are not. */
  readonly cpu: number;
  readonly quietCpu: number;
  /** MB. */
  readonly memory: number;
}

/** What a page costs that draws, in a browser of its own. */
async function drawing(stage: Stage, name: string, open: (browser: BenchBrowser) => Promise<Page>): Promise<Drawn> {
  stage.say(`frames and CPU of ${name}`);
  const browser = await openBrowser(stage);
  const page = await open(browser);
  await sleep(settleMs);
  const quietCpu = await shareOf(browser, () => sleep(windowMs));
  let frames: Frames | undefined;
  const cpu = await shareOf(browser, async () => (frames = await framesOf(page, windowMs)));
  if (frames === undefined) throw new Error("no frame was counted");
  const memory = await browser.memory();
  await browser.close();
  return { frames, cpu, quietCpu, memory };
}

/** CPU of the renderers while something goes on, in percent of a core. */
async function shareOf(browser: BenchBrowser, work: () => Promise<unknown>): Promise<number> {
  const before = await browser.cpu();
  const began = performance.now();
  await work();
  return (100 * ((await browser.cpu()) - before)) / (performance.now() - began);
}

async function openPlace(browser: BenchBrowser, engine: BenchEngine, place: string, shown: string): Promise<Page> {
  const page = await browser.page();
  await page.goto(`${engine.url.replace(/\/$/, "")}/#token=${engine.token}`);
  await page.locator("main").first().waitFor();
  await page.evaluate((hash) => (location.hash = hash), place);
  await page.locator(shown).first().waitFor();
  return page;
}

/** Fifteen processes that speak, each into a terminal of the rival's page. */
async function openTerminals(stage: Stage, browser: BenchBrowser): Promise<Page> {
  const rival = await serveRival(stage, "terminals");
  const page = await browser.page();
  await page.goto(rival.url);
  const socket = await rival.socket;
  const speakers = Array.from({ length: streams }, (_, index) => {
    const child = spawn(process.execPath, [speak, String(bytesPerSecond), String(index + 1)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.on("data", (chunk: Buffer) => socket.send(Buffer.concat([Buffer.of(index), chunk])));
    return child;
  });
  const end = (): void => speakers.forEach((child) => void child.kill("SIGKILL"));
  socket.once("close", end);
  stage.onEnd(end);
  return page;
}

/** Fifteen workstreams whose authors run a command that speaks for as long as the bench takes. */
async function pour(stage: Stage): Promise<{ subscriber: Subscriber; engine: BenchEngine; ids: readonly string[] }> {
  const repository = await stage.repository("repository", [...smallFiles, warmPolicy(0)]);
  const command = `exec ${process.execPath} ${speak} ${bytesPerSecond} {{n}}`;
  await stage.scenario(
    "bench-pour",
    `name: bench-pour\nsteps:\n  - run: { command: "${command.replace("{{n}}", "1")}" }\n`,
  );
  const engine = await startEngine(stage, { home: "home", args: ["--repo", repository] });
  const subscriber = await subscribe(stage, engine);
  const ids: string[] = [];
  for (let index = 0; index < streams; index += 1) {
    ids.push(await startWorkstream(subscriber, `Stream ${index + 1}`, "scripted-bench-pour"));
  }
  await subscriber.forEach("the first turns", ids, "turn.started");
  subscriber.watch(ids[0] ?? "");
  return { subscriber, engine, ids };
}

/** A shell in each worktree, with the same said in it. */
async function openShells({ client }: Subscriber, ids: readonly string[]): Promise<void> {
  for (const [at, workstreamId] of ids.entries()) {
    const { id } = await client.terminal.open({ workstreamId, cols: 80, rows: 24 });
    await client.terminal.write({
      terminalId: id,
      text: `exec ${process.execPath} ${speak} ${bytesPerSecond} ${at + 1}\r`,
    });
  }
}

/** Ten more, each of which waits for an approval. */
async function askAll(subscriber: Subscriber): Promise<void> {
  const ids: string[] = [];
  for (let index = 0; index < asking; index += 1) {
    ids.push(await startWorkstream(subscriber, `Ask ${index + 1}`, "scripted-approve"));
  }
  await Promise.all(
    ids.map((id) =>
      subscriber.next("the asks", ({ event }) => event.type === "request.raised" && event.request.workstreamId === id),
    ),
  );
}

/** Characters a second that arrive of the one watched workstream. */
async function rateOf(subscriber: Subscriber): Promise<number> {
  while (subscriber.characters() === 0) await sleep(50);
  const before = subscriber.characters();
  await sleep(settleMs);
  return ((subscriber.characters() - before) * 1_000) / settleMs;
}

/** A walk of sixty presses. */
function someKeys(walk: readonly string[]): string[] {
  return Array.from({ length: 60 }, (_, at) => walk[at % walk.length] ?? "j");
}
