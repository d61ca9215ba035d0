import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";

const test = base.extend<{ readonly engine: FakeEngine }, { readonly built: BuiltWindow }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  built: [async ({}, use) => use(await buildWindow()), { scope: "worker" }],
  engine: async ({ built }, use) => {
    const engine = await startFakeEngine({ count: 15, slowDelete: true }, built);
    await use(engine);
    await engine.close();
  },
});

test("shows the worktrees that are made ready, and stops and goes on with it by key", async ({ page, engine }) => {
  await page.goto(`${engine.url.replace("/grid", "/worktrees")}`);
  const pools = page.getByRole("region", { name: "Kept ready for next starts" });
  await expect(pools).toContainText("1 of 3 ready for next starts in shop, 40 MB: making the next");
  await expect(pools.getByRole("progressbar")).toHaveAttribute("value", "1");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  await page.keyboard.press("w");
  await expect(pools).toContainText("stopped until the next start");
  await page.keyboard.press("w");
  await expect(pools).toContainText("2 of 3 ready");
  expect(engine.sent.map(({ name, input }) => [name, input["on"]])).toEqual([
    ["refill", false],
    ["refill", true],
  ]);
});

test("takes a deletion back as long as it is looked at what would go", async ({ page, engine }) => {
  await page.goto(engine.url);
  await expect(page.locator("[data-tile]")).toHaveCount(15);
  await page.keyboard.press("l");
  await expect(page.locator("[data-tile][aria-current=true]")).toContainText("search-index");
  await page.keyboard.press("Shift+D");
  const dialog = page.getByRole("dialog", { name: "Delete workstream 2?" });
  await page.keyboard.press("Enter");
  await expect(dialog).toContainText("Copying what it holds to the vault");
  await expect(dialog).toContainText("1 s so far");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("search-index is kept.").first()).toBeVisible();
  await expect.poll(() => engine.sent.map(({ name }) => name)).toEqual(["delete", "deleteTakenBack"]);
});
