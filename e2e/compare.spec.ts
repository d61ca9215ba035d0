import { expect, test as base, type Page } from "@playwright/test";
import { expectNothingForAxe } from "./axe.ts";
import { attemptAgain } from "./fake/attempts.ts";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";
import type { FakeOptions } from "./fake/fake-rows.ts";

const test = base.extend<
  { readonly fleet: Partial<FakeOptions>; readonly engine: FakeEngine },
  { readonly built: BuiltWindow }
>({
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

const box = (page: Page) => page.getByRole("region", { name: "Attempts" });
const columns = (page: Page) => box(page).getByRole("columnheader");
const selected = (page: Page) => box(page).locator("thead th[data-selected=true]");

async function compare(page: Page, engine: FakeEngine, number = 2): Promise<void> {
  await page.goto(`${engine.url}`);
  await expect(page.locator(".top-counts li")).not.toHaveCount(0);
  await page.keyboard.press(`Alt+${String(number)}`);
  await expect(page.getByRole("tablist")).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("c");
}

test("compares three attempts, shows what differs between two, keeps one, and takes it back", async ({
  page,
  engine,
}) => {
  attemptAgain(engine, 2, 3);
  await compare(page, engine);
  await expect(box(page)).toBeFocused();
  await expect(columns(page)).toHaveCount(3);
  await expect(box(page)).toContainText("Files all 3 touched (1)");
  await expect(box(page)).toContainText("exit 1");
  await expect(selected(page)).toContainText("2 search-index");
  await expectNothingForAxe(page);
  await page.keyboard.press("l");
  await expect(selected(page)).toContainText("search-index-2");
  await page.keyboard.press("|");
  await expect(page.getByText("return receiptOf(answer, order.currency);")).toBeVisible();
  expect(engine.sent.at(-1)).toMatchObject({
    name: "between",
    input: { workstreamId: engine.ids.workstream(2), otherId: engine.ids.workstream(102) },
  });
  await page.keyboard.press("Escape");
  await expect(box(page)).toBeFocused();
  await page.keyboard.press("Shift+K");
  await expect(page.getByRole("dialog")).toContainText("#2, #103");
  await page.keyboard.press("2");
  await page.keyboard.press("Enter");
  await expect
    .poll(() => engine.sent.at(-1))
    .toMatchObject({
      name: "keep",
      input: { why: "tested", over: [engine.ids.workstream(2), engine.ids.workstream(103)] },
    });
  await expect(selected(page)).toContainText("kept: tested");
  await expect(box(page).getByText("put away")).toHaveCount(2);
  await page.keyboard.press("z");
  await expect.poll(() => engine.sent.filter(({ name }) => name === "unarchive")).toHaveLength(2);
});

test("says how to start some where there is one attempt only", async ({ page, engine }) => {
  await compare(page, engine);
  await expect(page.getByText("This is the only attempt at its ticket.")).toBeVisible();
  await expectNothingForAxe(page);
});

test.describe("with hostile names on a narrow screen", () => {
  test.use({ fleet: { hostile: true, count: 3, reader: true }, viewport: { width: 900, height: 700 } });
  test("keeps eight attempts within the window and lets a reader look only", async ({ page, engine }) => {
    attemptAgain(engine, 2, 8);
    await compare(page, engine);
    await expect(columns(page)).toHaveCount(8);
    for (let step = 0; step < 9; step += 1) await page.keyboard.press("l");
    await expect(selected(page)).toBeInViewport();
    await page.keyboard.press("Shift+K");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
  });
});
