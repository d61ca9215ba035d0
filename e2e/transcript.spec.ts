import { expect, test as base, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";
import type { FakeOptions } from "./fake/fake-rows.ts";

interface Fixtures {
  readonly fleet: Partial<FakeOptions>;
  readonly engine: FakeEngine;
}

const test = base.extend<Fixtures, { readonly built: BuiltWindow }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  built: [async ({}, use) => use(await buildWindow()), { scope: "worker" }],
  fleet: [{}, { option: true }],
  engine: async ({ fleet, built }, use) => {
    const engine = await startFakeEngine({ count: 15, ...fleet }, built);
    await use(engine);
    await engine.close();
  },
});
test.use({ viewport: { width: 1280, height: 800 } });

const transcript = (page: Page) => page.getByRole("region", { name: "Transcript" });
const rows = (page: Page) => page.locator(".transcript-row");
const cursor = (page: Page) => page.locator(".transcript-row[data-cursor=true]");

async function open(page: Page, engine: FakeEngine, key: string): Promise<void> {
  await page.goto(engine.url);
  await expect(page.locator("[data-tile]")).not.toHaveCount(0);
  await page.keyboard.press(key);
  await expect(rows(page).first()).toBeAttached();
}

/** The ordinal of the row at the upper edge of the view. */
function firstInView(page: Page): Promise<number> {
  return transcript(page).evaluate((box) => {
    const top = box.getBoundingClientRect().top;
    const inView = [...box.querySelectorAll<HTMLElement>(".transcript-row")]
      .filter((row) => row.getBoundingClientRect().bottom > top + 1)
      .map((row) => Number(row.dataset["ordinal"]));
    return Math.min(...inView);
  });
}

test.describe("a transcript of 100,000 items", () => {
  test.use({ fleet: { longTranscript: 100_000 } });

  test("is shown at any item the address names, and read on from there both ways", async ({ page, engine }) => {
    await page.goto(engine.url);
    await expect(page.locator("[data-tile]")).not.toHaveCount(0);
    await page.evaluate(() => window.location.assign("#/1/transcript/47113"));
    await expect(cursor(page)).toBeInViewport();
    expect(await firstInView(page)).toBeGreaterThan(47_050);
    for (let turn = 0; turn < 8; turn += 1) await page.keyboard.press("Shift+N");
    await expect.poll(() => firstInView(page)).toBeLessThan(46_900);
    await expect(page).toHaveURL(/#\/1$/);
    for (let turn = 0; turn < 16; turn += 1) await page.keyboard.press("n");
    await expect.poll(() => firstInView(page)).toBeGreaterThan(47_200);
    await page.keyboard.press("Shift+G");
    await expect(page.getByText("does not retry a refund")).toBeInViewport();
    expect(await rows(page).count()).toBeLessThan(100);
  });

  test("keeps its place over views, a reload and an engine that went away", async ({ page, engine }) => {
    await open(page, engine, "Alt+1");
    for (let turn = 0; turn < 12; turn += 1) await page.keyboard.press("Shift+N");
    await expect.poll(() => firstInView(page)).toBeLessThan(99_750);
    const left = await firstInView(page);
    await page.keyboard.press("3");
    await page.keyboard.press("1");
    await expect.poll(() => firstInView(page)).toBe(left);
    await page.reload();
    await expect.poll(() => firstInView(page).catch(() => 0)).toBe(left);
    await engine.leave();
    await expect(page.getByText("Not connected since")).toBeVisible();
    await engine.comeBack();
    await expect(page.getByText("Not connected since")).toHaveCount(0, { timeout: 20_000 });
    await expect.poll(() => firstInView(page)).toBe(left);
  });
});
