import { chromium, type Browser, type Page } from "@playwright/test";
import { chromiumArgs, findChromium } from "../../scripts/chromium.mjs";
import { cpuOf, memoryOf } from "./proc.ts";
import type { Stage } from "./stage.ts";

/** A headless Chromium of the bench's own, and what its renderers cost. Rasters in software: figures are a floor. */
export interface BenchBrowser {
  /** A page in a context of its own, so that no cache or storage is shared. */
  page(size?: { readonly width: number; readonly height: number }): Promise<Page>;
  /** CPU that all renderer processes have used, in milliseconds. */
  cpu(): Promise<number>;
  /** Memory of all renderer processes, shared pages divided, in MB of 1,048,576 bytes. */
  memory(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Starts a browser for one contender: what an earlier one left in its processes is not counted against it. Chromium keeps
 * no spare renderer then, which would be counted too.
 */
export async function openBrowser(stage: Stage): Promise<BenchBrowser> {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    args: [...chromiumArgs(), "--disable-features=SpareRendererForSitePerProcess", "--js-flags=--expose-gc"],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  stage.onEnd(() => browser.close());
  const session = await browser.newBrowserCDPSession();
  const renderers = async (): Promise<number[]> => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  };
  const summed = async (one: (pid: number) => Promise<number>): Promise<number> => {
    const each = await Promise.all((await renderers()).map(one));
    return each.reduce((sum, value) => sum + value, 0);
  };
  return {
    page: (size = { width: 1920, height: 1080 }) => openPage(browser, size),
    cpu: () => summed(cpuOf),
    memory: () => summed(async (pid) => (await memoryOf(pid)).pss),
    close: () => browser.close(),
  };
}

async function openPage(
  browser: Browser,
  viewport: { readonly width: number; readonly height: number },
): Promise<Page> {
  const context = await browser.newContext({ viewport, reducedMotion: "no-preference" });
  return context.newPage();
}

export interface Frames {
  readonly perSecond: number;
  /** Milliseconds between two frames that 95 of 100 stay below. */
  readonly p95: number;
}

/**
 * Frames that a page draws in a while, counted by a loop of `requestAnimationFrame`. The loop makes the page draw all the
 * time, which alone costs about a third of a core here.
 */
export function framesOf(page: Page, ms: number): Promise<Frames> {
  return page.evaluate(
    (duration) =>
      new Promise<Frames>((resolve) => {
        const began = performance.now();
        const gaps: number[] = [];
        let before = began;
        const frame = (): void => {
          const now = performance.now();
          gaps.push(now - before);
          before = now;
          if (now - began < duration) {
            requestAnimationFrame(frame);
            return;
          }
          gaps.sort((one, other) => one - other);
          resolve({
            perSecond: (gaps.length * 1_000) / (now - began),
            p95: gaps[Math.floor(gaps.length * 0.95)] ?? 0,
          });
        };
        requestAnimationFrame(frame);
      }),
    ms,
  );
}

/** Frames that a page draws while something in it is scrolled down, and up again from the end, at so many pixels a second. */
export function scrolledFrames(page: Page, selector: string, speed: number, ms: number): Promise<Frames> {
  return page.evaluate(
    ([where, pixelsPerSecond, duration]) =>
      new Promise<Frames>((resolve) => {
        const box = document.querySelector(where);
        if (box === null) throw new Error(`There is no ${where}.`);
        const began = performance.now();
        const gaps: number[] = [];
        let before = began;
        let direction = 1;
        const frame = (): void => {
          const now = performance.now();
          gaps.push(now - before);
          if (box.scrollTop + box.clientHeight >= box.scrollHeight - 1) direction = -1;
          else if (box.scrollTop <= 0) direction = 1;
          box.scrollTop += (direction * pixelsPerSecond * (now - before)) / 1_000;
          before = now;
          if (now - began < duration) {
            requestAnimationFrame(frame);
            return;
          }
          gaps.sort((one, other) => one - other);
          resolve({
            perSecond: (gaps.length * 1_000) / (now - began),
            p95: gaps[Math.floor(gaps.length * 0.95)] ?? 0,
          });
        };
        requestAnimationFrame(frame);
      }),
    [selector, speed, ms] as const,
  );
}

/** Collects garbage, so that memory is what is held and not what was. */
export async function collectGarbage(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.collectGarbage");
  await session.detach();
}

/**
 * Presses keys one after the other and answers, for each, the milliseconds from the moment the browser got it to the moment
 * the frame with its effect was handed to the screen.
 */
export async function keyToPaint(page: Page, keys: readonly string[]): Promise<number[]> {
  await page.evaluate(() => {
    const painted: number[] = [];
    Object.assign(window, { painted });
    window.addEventListener(
      "keydown",
      (event) => {
        requestAnimationFrame(() => {
          // A message is taken up once the frame is through.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => painted.push(performance.now() - event.timeStamp);
          port2.postMessage(undefined);
        });
      },
      { capture: true },
    );
  });
  for (const [at, key] of keys.entries()) {
    await page.keyboard.press(key);
    await page.waitForFunction((count) => (window as unknown as { painted: number[] }).painted.length > count, at);
  }
  return page.evaluate(() => (window as unknown as { painted: number[] }).painted);
}

/** The value that `share` of all stay below. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}
