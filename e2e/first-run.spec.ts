import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";

const test = base.extend<{ readonly engine: FakeEngine }, { readonly built: BuiltWindow }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  built: [async ({}, use) => use(await buildWindow()), { scope: "worker" }],
  engine: async ({ built }, use) => {
    const engine = await startFakeEngine({ count: 0, bare: true }, built);
    engine.examineTo(
      Promise.resolve([
        { name: "git", state: "ok", says: "2.39.5" },
        {
          name: "codex",
          state: "missing",
          says: "There is no Codex program.",
          next: "`bin/cox doctor --install codex`",
        },
      ]),
    );
    await use(engine);
    await engine.close();
  },
});

const main = (page: Page) => page.getByRole("main");
const names = (engine: FakeEngine): string[] => engine.sent.map(({ name }) => name);

test("says what is here, what is missing with the command that brings it, and how to begin", async ({
  page,
  engine,
}) => {
  await page.goto(engine.url);
  await expect(main(page)).toContainText("No project is open yet.");
  await expect(main(page)).toContainText("One thing could be better.");
  await expect(main(page)).toContainText("bin/cox doctor --install codex");
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]);
    expect((await axe.analyze()).violations).toEqual([]);
  }
});

test("installs Codex by a key, tells how far it is, and cancels", async ({ page, engine }) => {
  await page.goto(engine.url);
  await expect(main(page)).toContainText("bin/cox doctor --install codex");
  await page.keyboard.press("i");
  await expect(main(page)).toContainText("fetching @openai/codex");
  await page.keyboard.press("Escape");
  await expect(page.getByText("The installation was cancelled.").first()).toBeVisible();
  await expect(main(page)).toContainText("bin/cox doctor --install codex");
  await page.keyboard.press("i");
  await expect(main(page)).toContainText("fetching @openai/codex");
  engine.examineTo(Promise.resolve([{ name: "codex", state: "ok", says: "0.169.0" }]));
  engine.finishInstall();
  await expect(main(page)).toContainText("Everything that is needed is here.");
  expect(names(engine)).toEqual(["install", "install"]);
});

test("opens the demo by a key and goes to it", async ({ page, engine }) => {
  await page.goto(engine.url);
  await expect(main(page)).toContainText("No project is open yet.");
  await page.keyboard.press("t");
  await expect(page.getByText(/fifteen tickets, played by scripts/).first()).toBeVisible();
  await expect(main(page)).not.toContainText("No project is open yet.");
  expect(names(engine)).toEqual(["openDemo"]);
});

test("offers a dropped folder to be opened, and reads nothing of it before", async ({ page, engine }) => {
  await page.goto(engine.url);
  await expect(main(page)).toContainText("No project is open yet.");
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData("text/uri-list", "file:///home/ada/my%20shop");
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
  await expect(page.getByRole("dialog")).toContainText("/home/ada/my shop");
  expect(names(engine)).toEqual([]);
  await page.getByRole("button", { name: "Open it" }).press("Enter");
  await expect.poll(() => engine.sent.map(({ input }) => input["path"])).toEqual(["/home/ada/my shop"]);
});
