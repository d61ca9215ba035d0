import { expect, test as base, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";
import { askForCommand, becomeReady, withdraw } from "./fake/waiting.ts";
import { giveNotifications, inTest } from "./fake/watched.ts";

const test = base.extend<{ readonly engine: FakeEngine }, { readonly built: BuiltWindow }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  built: [async ({}, use) => use(await buildWindow()), { scope: "worker" }],
  engine: async ({ built }, use) => {
    const engine = await startFakeEngine({ count: 15 }, built);
    await use(engine);
    await engine.close();
  },
});

const standing = (page: Page) => inTest<[string, string][]>(page, "standing");

test("tells a human who looks elsewhere what blocks, and nothing else", async ({ page, engine }) => {
  await giveNotifications(page);
  await page.goto(engine.home);
  await expect(page).toHaveTitle("3 blocking · Coxswain");
  const icon = page.locator("link[rel=icon]");
  const marked = await icon.getAttribute("href");

  // Only the human's own press asks the browser.
  await page.keyboard.press(",");
  await page.keyboard.press("/");
  await page.keyboard.type("notifications");
  await page.keyboard.press("Escape");
  const allow = page.getByRole("button", { name: "Let this browser show them" });
  await page.keyboard.press("Tab");
  await expect(allow).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("This browser shows them while the page is hidden.")).toBeVisible();

  // Nothing beside a page that is looked at.
  askForCommand(engine, 5, "npm run seen", 2);
  await expect(page).toHaveTitle("4 blocking · Coxswain");
  expect(await inTest(page, "told")).toBe(0);

  await inTest(page, "hide");
  becomeReady(engine, 7, 1);
  askForCommand(engine, 6, "npm run build", 1);
  await expect.poll(() => standing(page)).toEqual([["#6 csv-import asks for an approval", "Allow npm run build"]]);
  await expect.poll(() => inTest(page, "badge")).toBe(5);
  withdraw(engine, 6, "approval");
  await expect.poll(() => standing(page)).toEqual([]);

  askForCommand(engine, 8, "npm run lint", 1);
  await expect.poll(async () => (await standing(page)).length).toBe(1);
  await inTest(page, { choose: (await standing(page))[0]?.[0] ?? "" });
  await expect(page.locator("[data-item][aria-current=true]")).toContainText("npm run lint");

  for (const { id } of Object.values(engine.state().attention))
    engine.tell({ type: "attention.cleared", attentionId: id });
  await expect(page).toHaveTitle("Coxswain");
  await expect.poll(() => inTest(page, "badge")).toBe(0);
  expect(await standing(page)).toEqual([]);
  expect(await icon.getAttribute("href")).not.toBe(marked);
});
