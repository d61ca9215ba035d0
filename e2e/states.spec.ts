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

/** Each place, what it needs of the engine, and what it shows once it has it. */
const places: [place: string, needs: string, shows: string][] = [
  ["1", "feed.workstream", "Use jitter, please"],
  ["1/diff", "workstream.changes", "client.ts"],
  ["1/usage", "workstream.usage", "read from the cache"],
  ["1/compare", "workstream.compare", "This is the only attempt"],
  ["worktrees", "worktree.list", "/home/ada/.coxswain/worktrees/shop/pay-retry"],
  ["welcome", "engine.doctor", "Coxswain’s home"],
];

const alert = (page: Page) => page.locator("main").getByText("The disk could not be read.");

test("says in every place what could not be read and what helps, and reads it once it can", async ({
  page,
  engine,
}) => {
  await page.goto(engine.url);
  await expect(page.locator("[data-tile]")).toHaveCount(15);
  for (const [, needs] of places) engine.broken.add(needs);
  for (const [place, needs, shows] of places) {
    await page.evaluate((hash) => (window.location.hash = hash), `#/${place}`);
    await expect(alert(page)).toBeVisible();
    await expect(page.locator("main code").filter({ hasText: "cox doctor" }).first()).toBeVisible();
    engine.broken.delete(needs);
    const again = page.getByRole("button", { name: /again/ });
    if ((await again.count()) > 0) await again.press("Enter");
    if (place !== "welcome") await expect(page.locator("main").getByText(shows).first()).toBeVisible();
    await expect(alert(page)).toHaveCount(0);
  }
});

test("says so when the engine is there and tells nothing any more", async ({ page, engine }) => {
  await page.goto(engine.url);
  await expect(page.locator("[data-tile]")).toHaveCount(15);
  engine.broken.add("feed.fleet");
  await engine.leave();
  await engine.comeBack();
  const banner = page.getByRole("alert").filter({ hasText: "The fleet cannot be read, trying again…" });
  await expect(banner).toContainText("What you see is from");
  engine.broken.clear();
  await expect(banner).toHaveCount(0);
});
