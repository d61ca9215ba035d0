import { expect, test as base, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";

const test = base.extend<{ readonly engine: FakeEngine }, { readonly built: BuiltWindow }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  built: [async ({}, use) => use(await buildWindow()), { scope: "worker" }],
  engine: async ({ built }, use) => {
    const engine = await startFakeEngine({ count: 15 }, built);
    await use(engine);
    await engine.close();
  },
});
test.use({ viewport: { width: 1280, height: 800 } });

const tiles = (page: Page) => page.locator("[data-tile]");

async function open(page: Page, engine: FakeEngine): Promise<void> {
  await page.goto(engine.url);
  await expect(tiles(page)).not.toHaveCount(0);
}

test("is enlarged by a key in every window, and the next page begins that large", async ({ page, engine, context }) => {
  await open(page, engine);
  const other = await context.newPage();
  await open(other, engine);
  const html = (one: Page) => one.locator("html");
  await page.bringToFront();
  await page.keyboard.press("Control+=");
  await expect(html(page)).toHaveCSS("zoom", "1.1");
  await expect(html(other)).toHaveCSS("zoom", "1.1");
  await engine.leave();
  await expect(page.getByText("Not connected since")).toBeVisible();
  await engine.comeBack();
  await page.reload({ waitUntil: "commit" });
  await expect(html(page)).toHaveCSS("zoom", "1.1");
  await expect(tiles(page)).not.toHaveCount(0);
  await page.keyboard.press("Control+0");
  await expect(html(page)).toHaveCSS("zoom", "1");
});

test("takes over the theme that an older page kept for itself", async ({ page, engine }) => {
  await page.addInitScript(() => {
    if (sessionStorage.getItem("seen") === null) localStorage.setItem("cox.theme", "light");
    sessionStorage.setItem("seen", "yes");
  });
  await open(page, engine);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect.poll(() => engine.state().settings["theme"]).toEqual({ value: "light" });
  await expect.poll(() => page.evaluate(() => localStorage.getItem("cox.theme"))).toBeNull();
});
