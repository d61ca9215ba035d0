import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { buildWindow } from "../../e2e/fake/built-window.ts";
import { startFakeEngine } from "../../e2e/fake/fake-engine.ts";
import { largeDiff } from "../../e2e/scenarios/large-diff.ts";
import { collectGarbage, openBrowser, scrolledFrames } from "../harness/browser.ts";
import { median, spread } from "../harness/measure.ts";
import { hasProc, noProc } from "../harness/proc.ts";
import { rowOf, unmeasured, type Row } from "../harness/row.ts";
import type { Stage } from "../harness/stage.ts";
import { serveRival } from "./rivals/serve.ts";

const rows = {
  first: "diff of 200 files, first highlighted line",
  frames: "diff of 200 files, frames while scrolling",
  memory: "diff of 200 files, renderer memory",
};
const budget = { first: { most: 0.35 }, frames: { least: 55 }, memory: { most: 260 } };
const rounds = 3;
const size = { width: 1280, height: 800 };
/** Pixels a second: as fast as somebody reads by scrolling, and as fast as somebody looks for a place. */
const reading = 2_000;
const skimming = 20_000;
const scrollMs = 4_000;

/** The diff's view on two hundred files, twenty thousand changed lines, beside a page that draws the same patch with diff2html. */
export async function benchDiff(stage: Stage): Promise<Row[]> {
  if (!hasProc) {
    return [
      unmeasured(rows.first, "s", budget.first, noProc),
      unmeasured(rows.frames, "fps", budget.frames, noProc),
      unmeasured(rows.memory, "MB", budget.memory, noProc),
    ];
  }
  const rival = await measureRival(stage);
  const engine = await startFakeEngine({ count: 15, diff: "large" }, await buildWindow());
  stage.onEnd(() => engine.close());
  const browser = await openBrowser(stage);
  const page = await browser.page(size);
  const firsts: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await page.goto("about:blank");
    await page.goto(engine.url);
    await page.locator("[data-tile]").first().waitFor();
    await page.keyboard.press("Alt+5");
    await page.getByRole("tablist").waitFor();
    // The window fetches the diff's program when it has nothing better to do.
    await sleep(1_500);
    firsts.push((await untilHighlighted(page)) / 1_000);
  }
  const slow = await scrolledFrames(page, ".diff", reading, scrollMs);
  const fast = await scrolledFrames(page, ".diff", skimming, scrollMs);
  await collectGarbage(page);
  const memory = await browser.memory();
  await browser.close();
  const name = "diff2html, not highlighted";
  return [
    rowOf({
      row: rows.first,
      unit: "s",
      value: median(firsts),
      rival: { name, value: rival.first },
      budget: budget.first,
      note: `From the key to a coloured word on the screen, ${spread(firsts, "s")} in ${rounds} rounds; what git takes to make the diff is not in it.`,
    }),
    rowOf({
      row: rows.frames,
      unit: "fps",
      value: slow.perSecond,
      rival: { name, value: rival.slow },
      budget: budget.frames,
      note: `At ${reading} pixels a second, ${slow.p95.toFixed(0)} ms between frames at p95; at ${skimming} it is ${fast.perSecond.toFixed(0)} fps, the rival ${rival.fast.toFixed(0)}. Software raster, ${size.width} × ${size.height}.`,
    }),
    rowOf({
      row: rows.memory,
      unit: "MB",
      value: memory,
      rival: { name, value: rival.memory },
      budget: budget.memory,
      note: "After scrolling and a collection of garbage.",
    }),
  ];
}

/** Milliseconds from the key that shows the diff to the first word of it that is coloured. */
async function untilHighlighted(page: Page): Promise<number> {
  await page.evaluate(() => {
    Object.assign(window, { highlightedAfter: undefined });
    window.addEventListener(
      "keydown",
      () => {
        const began = performance.now();
        const look = (): void => {
          const coloured = [...document.querySelectorAll("diffs-container")].some(
            ({ shadowRoot }) => shadowRoot?.querySelector("[data-line] span[style*='--diffs-token']") != null,
          );
          if (coloured) Object.assign(window, { highlightedAfter: performance.now() - began });
          else requestAnimationFrame(look);
        };
        look();
      },
      { capture: true, once: true },
    );
  });
  await page.keyboard.press("3");
  const told = await page.waitForFunction(
    () => (window as unknown as { highlightedAfter?: number }).highlightedAfter,
    undefined,
    { polling: 50 },
  );
  return (await told.jsonValue()) ?? Number.NaN;
}

interface RivalDrawn {
  /** Seconds. */
  readonly first: number;
  readonly slow: number;
  readonly fast: number;
  /** MB. */
  readonly memory: number;
}

async function measureRival(stage: Stage): Promise<RivalDrawn> {
  stage.say("the rival's diff");
  const rival = await serveRival(stage, "diff2html", largeDiff().patch);
  const browser = await openBrowser(stage);
  const page = await browser.page(size);
  await page.goto(rival.url);
  const first = await page.evaluate(() => (window as unknown as { showPatch(): Promise<number> }).showPatch());
  const slow = await scrolledFrames(page, "html", reading, scrollMs);
  const fast = await scrolledFrames(page, "html", skimming, scrollMs);
  await collectGarbage(page);
  const memory = await browser.memory();
  await browser.close();
  return { first: first / 1_000, slow: slow.perSecond, fast: fast.perSecond, memory };
}
