import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import type { PageNews } from "../src/contract/host.ts";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";

/** What the desktop host tells its page, told in a browser as the preload tells it. */
const test = base.extend<{ readonly engine: FakeEngine }, { readonly built: BuiltWindow }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  built: [async ({}, use) => use(await buildWindow()), { scope: "worker" }],
  engine: async ({ page, built }, use) => {
    const engine = await startFakeEngine({ count: 15 }, built);
    await page.goto(engine.url);
    await expect(page.locator("[data-tile]")).toHaveCount(15);
    await use(engine);
    await engine.close();
  },
});

async function tell(page: Page, told: PageNews): Promise<void> {
  await page.evaluate((news) => window.postMessage({ channel: "cox:news", told: news }, window.location.origin), told);
}

const notices = (page: Page) => page.getByRole("region", { name: "Notices" });

function rowOf(engine: FakeEngine, number: number) {
  const row = Object.values(engine.state().workstreams).find((one) => one.number === number);
  if (row === undefined) throw new Error(`no workstream ${String(number)}`);
  return row;
}

test("a menu item runs its command as its key would, and says so where it does not apply", async ({ page, engine }) => {
  await tell(page, { kind: "command", id: "palette" });
  await expect(page.getByRole("dialog")).toBeVisible();
  // What floats over the screen is answered first.
  await tell(page, { kind: "command", id: "keys" });
  await expect(page.getByRole("dialog", { name: "Keys that work here" })).toHaveCount(0);
  await page.keyboard.press("Escape");

  await tell(page, { kind: "command", id: "interrupt" });
  await expect(notices(page).getByText("“Interrupt the running turn” does not apply here now.")).toBeVisible();
  expect(engine.sent).toEqual([]);
});

test("a link shows the workstream it names, by number or id, and says when there is none", async ({ page, engine }) => {
  const { id, name } = rowOf(engine, 5);
  await tell(page, { kind: "go", workstream: "5" });
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await tell(page, { kind: "go", workstream: rowOf(engine, 6).id });
  await expect(page.getByRole("heading", { name: rowOf(engine, 6).name })).toBeVisible();
  await tell(page, { kind: "go", workstream: id });
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await tell(page, { kind: "go", workstream: "99" });
  await expect(notices(page).getByText("There is no workstream 99 here.")).toBeVisible();
  expect(engine.sent).toEqual([]);
});

test("a link to what needs the human opens the most urgent, and answers nothing", async ({ page, engine }) => {
  await tell(page, { kind: "go", workstream: "6" });
  await tell(page, { kind: "go" });
  await expect(page.locator("[data-request]").first()).toBeVisible();
  expect(engine.sent).toEqual([]);
});

test("a folder that a link names is opened only when the human says so", async ({ page, engine }) => {
  const path = "/home/of/somebody/repository";
  await tell(page, { kind: "offer-project", path });
  const dialog = page.getByRole("dialog", { name: "Open this project?" });
  await expect(dialog).toContainText(path);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  // The key that is pressed without reading leaves it.
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  expect(engine.sent).toEqual([]);

  await tell(page, { kind: "offer-project", path });
  await dialog.getByRole("button", { name: "Open it" }).click();
  await expect(notices(page).getByText(/^Opened /)).toBeVisible();
  expect(engine.sent).toMatchObject([{ name: "openProject", input: { path } }]);
});

test("says above the page that the program is about to quit, and takes it back on a click", async ({
  page,
  engine,
}) => {
  const asked = page.evaluate(
    () =>
      new Promise((resolve) =>
        window.addEventListener("message", ({ data }) => typeof data === "string" && resolve(data)),
      ),
  );
  await tell(page, {
    kind: "notice",
    notice: { text: "Coxswain quits when the 3 workstreams that still work are done.", stay: true },
  });
  const banner = page.getByRole("status").filter({ hasText: "quits when the 3 workstreams" });
  await expect(banner).toBeVisible();
  for (const theme of ["dark", "light"]) {
    await page.evaluate((wanted) => (document.documentElement.dataset["theme"] = wanted), theme);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
  await banner.getByRole("button", { name: "Do not quit" }).click();
  expect(await asked).toBe("cox:stay");
  await tell(page, { kind: "notice", notice: null });
  await expect(banner).toHaveCount(0);
  expect(engine.sent).toEqual([]);
});

test("takes no news from a frame, and none that the contract does not know", async ({ page, engine }) => {
  await page.evaluate(() => {
    const told = { kind: "command", id: "palette" };
    window.dispatchEvent(new MessageEvent("message", { data: { channel: "cox:news", told }, source: null }));
    for (const other of [{ kind: "start" }, { kind: "go", workstream: 7 }, "palette", null]) {
      window.postMessage({ channel: "cox:news", told: other }, window.location.origin);
    }
  });
  await page.keyboard.press("l");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("tablist")).toHaveCount(0);
  expect(engine.sent).toEqual([]);
});
