import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { buildWindow } from "../../e2e/fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "../../e2e/fake/fake-engine.ts";
import { collectGarbage, openBrowser } from "../harness/browser.ts";
import { hasProc, noProc } from "../harness/proc.ts";
import { rowOf, unmeasured, type Row } from "../harness/row.ts";
import type { Stage } from "../harness/stage.ts";
import { eventsPerHour, happenings } from "./hour.ts";

const rows = {
  most: "renderer memory after an hour's events",
  growth: "renderer memory, growth in the last half hour",
};
const budget = { most: { most: 300 }, growth: { most: 10 } };
const samples = 12;
const eventsPerBatch = 43;

/** An hour of fifteen authors told to one window as fast as it takes it, while somebody goes from place to place in it. */
export async function benchMemory(stage: Stage): Promise<Row[]> {
  if (!hasProc) {
    return [unmeasured(rows.most, "MB", budget.most, noProc), unmeasured(rows.growth, "MB", budget.growth, noProc)];
  }
  const engine = await startFakeEngine({ count: 15 }, await buildWindow());
  stage.onEnd(() => engine.close());
  const browser = await openBrowser(stage);
  const page = await browser.page();
  await page.goto(engine.url);
  await page.locator("main").first().waitFor();
  const stories = happenings(engine.state, 7);
  const held: number[] = [];
  const began = performance.now();
  for (let sample = 0; sample < samples; sample += 1) {
    for (const [place, shown] of placesOf(sample)) {
      await page.evaluate((hash) => (location.hash = hash), place);
      await page.locator(shown).first().waitFor();
      await tellFor(engine, stories, eventsPerHour / samples / placesOf(sample).length);
    }
    await settle(page);
    held.push(await browser.memory());
    stage.say(`${((sample + 1) * 60) / samples} minutes of it: ${held.at(-1)?.toFixed(0)} MB`);
  }
  const took = (performance.now() - began) / 1_000;
  const half = held.slice(samples / 2);
  return [
    rowOf({
      row: rows.most,
      unit: "MB",
      value: Math.max(...held),
      budget: budget.most,
      note: `${eventsPerHour} events and what was streamed meanwhile in ${took.toFixed(0)} s, after a collection of garbage, at most; grid, queue and each workstream's transcript looked at in turn.`,
    }),
    rowOf({
      row: rows.growth,
      unit: "MB",
      value: slopeOf(half) * (half.length - 1),
      budget: budget.growth,
      note: `The line of best fit through ${half.map((each) => each.toFixed(0)).join(", ")} MB.`,
    }),
  ];
}

/** Addresses, and what is there once they are shown. */
function placesOf(sample: number): [address: string, shown: string][] {
  const one = (sample % 15) + 1;
  const other = ((sample + 7) % 15) + 1;
  return [
    ["#/grid", "[data-tile]"],
    [`#/${one}`, "[role=tablist]"],
    ["#/grid", "[data-tile]"],
    [`#/${other}`, "[role=tablist]"],
  ];
}

async function tellFor(engine: FakeEngine, stories: ReturnType<typeof happenings>, events: number): Promise<void> {
  for (let told = 0; told < events; told += 1) {
    const { event, stream } = stories.next().value;
    engine.tell(event);
    if (stream !== undefined && event.type === "item.upserted") {
      const { workstreamId, id, turnId = "" } = event.item;
      for (const text of stream.match(/.{1,200}/gs) ?? []) engine.stream(workstreamId, id, turnId, text);
    }
    // As often as the engine itself lets its windows know.
    if (told % eventsPerBatch === 0) await sleep(33);
  }
}

async function settle(page: Page): Promise<void> {
  await sleep(500);
  await collectGarbage(page);
}

/** MB from one sample to the next, by least squares. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const above = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  return above / values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
}
