import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import type { ItemBody } from "../src/contract/items.ts";
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

/** The first item in view after one turn more; a page that is still read takes the next press. */
async function turned(page: Page, key: string): Promise<number> {
  await page.keyboard.press(key);
  return firstInView(page);
}

test.describe("a transcript of 100,000 items", () => {
  test.use({ fleet: { longTranscript: 100_000 } });

  test("is shown at any item the address names, and read on from there both ways", async ({ page, engine }) => {
    await page.goto(engine.url);
    await expect(page.locator("[data-tile]")).not.toHaveCount(0);
    await page.evaluate(() => window.location.assign("#/1/transcript/47113"));
    await expect(cursor(page)).toBeInViewport();
    expect(await firstInView(page)).toBeGreaterThan(47_050);
    await expect.poll(() => turned(page, "Shift+N")).toBeLessThan(46_900);
    await expect(page).toHaveURL(/#\/1$/);
    await expect.poll(() => turned(page, "n")).toBeGreaterThan(47_150);
    await page.keyboard.press("Shift+G");
    await expect(page.getByText("does not retry a refund")).toBeInViewport();
    expect(await rows(page).count()).toBeLessThan(100);
  });

  test("keeps its place over views, a reload and an engine that went away", async ({ page, engine }) => {
    await open(page, engine, "Alt+1");
    await page.evaluate(() => window.location.assign("#/1/transcript/60000"));
    await expect(cursor(page)).toBeInViewport();
    for (let turn = 0; turn < 2; turn += 1) await page.keyboard.press("Shift+N");
    await expect.poll(() => firstInView(page)).toBeLessThan(59_990);
    const left = await firstInView(page);
    const awayFrom = (ordinal: number) => async () => Math.abs((await firstInView(page).catch(() => 0)) - ordinal);
    await page.keyboard.press("3");
    await page.keyboard.press("1");
    await expect.poll(awayFrom(left)).toBeLessThanOrEqual(1);
    await page.reload();
    await expect.poll(awayFrom(left)).toBeLessThanOrEqual(1);
    await engine.leave();
    await expect(page.getByText("Not connected since")).toBeVisible();
    await engine.comeBack();
    await expect(page.getByText("Not connected since")).toHaveCount(0, { timeout: 20_000 });
    await expect.poll(awayFrom(left)).toBeLessThanOrEqual(1);
  });
});

test.describe("words for the author", () => {
  const field = (page: Page) => page.getByRole("textbox", { name: "Words for rate-limits" });

  test("mention files and symbols, chosen by key", async ({ page, engine }) => {
    await open(page, engine, "Alt+5");
    await page.keyboard.press("s");
    await page.keyboard.type("See @retry");
    const files = page.getByRole("listbox", { name: "Files" });
    await expect(files.getByRole("option")).toHaveCount(4);
    await expect(files).toContainText("U+202E");
    await expect(files.getByRole("option", { selected: true })).toContainText("changed here");
    await page.keyboard.press("ArrowDown");
    await expect(files.getByRole("option", { selected: true })).toContainText("retry policy.md");
    await page.keyboard.press("Enter");
    await expect(field(page)).toHaveValue('See "docs/retry policy.md" ');
    await page.keyboard.type("and #retryO");
    await expect(page.getByRole("listbox", { name: "Definitions" })).toContainText("retryOnce");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("listbox")).toHaveCount(0);
    await expect(field(page)).toBeFocused();
    await page.keyboard.type("n");
    await page.keyboard.press("Backspace");
    await page.keyboard.type(" #retryO");
    await expect(page.getByRole("listbox", { name: "Definitions" })).toBeVisible();
    await page.keyboard.press("Tab");
    await expect(field(page)).toHaveValue(/ src\/payments\/retry\.ts:12 retryOnce $/);
  });

  test("are taken back, mended, and said again", async ({ page, engine }) => {
    await open(page, engine, "Alt+5");
    await page.keyboard.press("s");
    for (const words of ["first thought", "second thought"]) {
      await page.keyboard.type(words);
      await page.keyboard.press("Alt+Enter");
      await expect(page.getByRole("button", { name: `Take back: ${words}` })).toBeVisible();
    }
    await page.getByRole("button", { name: "Take back: first thought" }).press("Enter");
    await expect(page.getByRole("button", { name: "Take back: first thought" })).toHaveCount(0);
    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await expect(page.getByRole("button", { name: "Take back: first thought" })).toBeVisible();
    await page.getByRole("button", { name: "Edit: second thought" }).press("Enter");
    await expect(field(page)).toHaveValue("second thought");
    await expect(field(page)).toBeFocused();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.keyboard.press("ArrowUp");
    await expect(field(page)).toHaveValue("first thought");
    await page.keyboard.press("ArrowUp");
    await expect(field(page)).toHaveValue("second thought");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expect(field(page)).toHaveValue("");
  });

  test("are a draft in every window, and stay one while the engine is away", async ({ page, engine, context }) => {
    await open(page, engine, "Alt+5");
    const other = await context.newPage();
    await open(other, engine, "Alt+5");
    await other.keyboard.press("s");
    await other.keyboard.type("from the other window");
    await expect(field(page)).toHaveValue("from the other window");
    await expect(page.getByText("as another window wrote it")).toBeVisible();
    await engine.leave();
    await expect(page.getByText("not connected: kept as a draft")).toBeVisible();
    await page.bringToFront();
    await page.keyboard.press("s");
    await page.keyboard.press("Control+Enter");
    await expect(page.getByRole("region", { name: "Notices" })).toContainText("nothing was sent");
    await expect(field(page)).toHaveValue("from the other window");
    await engine.comeBack();
  });
});

test.describe("reading", () => {
  test.use({ fleet: { longTranscript: 9_000, hostile: true } });

  test("finds a text anywhere in it, and copies what is under the cursor as it is seen", async ({
    page,
    engine,
    context,
  }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await open(page, engine, "Alt+1");
    await page.keyboard.press("/");
    await page.keyboard.type("npm run step-1499");
    await page.keyboard.press("Enter");
    await expect(page.getByText("Item 1500 of")).toBeVisible();
    await expect(cursor(page)).toBeInViewport();
    await page.keyboard.press("Escape");
    await page.keyboard.press("y");
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("npm run step-1499");
    await page.keyboard.press("5");
    await expect(page.getByRole("region", { name: "Usage" })).toContainText("of your attention");
  });

  test("draws hostile texts as text, with few nodes however long they are", async ({ page, engine }) => {
    const id = engine.ids.workstream(5);
    const turnId = engine.ids.turn(5, 3);
    let ordinal = engine.detailOf(id).items.length;
    const tell = (body: ItemBody): void => {
      ordinal += 1;
      const item = { id: `h${String(ordinal)}`, workstreamId: id, turnId, ordinal, at: 1, endedAt: 2, body };
      engine.tell({ type: "item.upserted", item });
    };
    tell({ kind: "message", text: `${"\u202e".repeat(30_000)} ${"a\u202e".repeat(16_000)}` });
    tell({ kind: "message", text: `[pay](javascript:alert(1)) <img src=x onerror=alert(1)> ${"x".repeat(60_000)}` });
    tell({ kind: "message", text: "> ".repeat(30_000) });
    const output = `\u001b]0;owned\u0007\u001b]52;c;ZXZpbA==\u0007\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007click`;
    tell({ kind: "command", command: "rm \u202egpj.exe", folder: "/", status: "completed", output, exitCode: 0 });
    await open(page, engine, "Alt+5");
    await expect(page.getByText("(javascript:alert(1))")).toBeAttached();
    await expect(page.locator(".transcript a, .transcript img")).toHaveCount(0);
    expect(await page.locator(".transcript *").count()).toBeLessThan(2_500);
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await expect(page.locator(".output")).toHaveText("red click");
    await expect(page.locator(".fold .mark").first()).toHaveText("U+202E");
  });
});

const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

test("axe finds nothing in a transcript, its field, its mentions and its cost, in both themes", async ({
  page,
  engine,
}) => {
  await open(page, engine, "Alt+5");
  const markdown = "# Found\n\n- **one**\n- [x] two\n\n> said\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```";
  const workstreamId = engine.ids.workstream(5);
  const ordinal = engine.detailOf(workstreamId).items.length + 1;
  const body: ItemBody = { kind: "message", text: markdown };
  engine.tell({ type: "item.upserted", item: { id: "md", workstreamId, ordinal, at: 1, endedAt: 2, body } });
  await expect(page.locator(".markdown table")).toBeVisible();
  const findNothing = async (): Promise<void> => {
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).withTags(axeTags).analyze();
      expect(violations.map(({ id, nodes }) => `${colorScheme}: ${id}: ${nodes[0]?.html.slice(0, 160) ?? ""}`)).toEqual(
        [],
      );
    }
  };
  await page.keyboard.press("s");
  await page.keyboard.type("for later");
  await page.keyboard.press("Alt+Enter");
  await page.keyboard.type("see @re");
  await expect(page.getByRole("listbox", { name: "Files" })).toBeVisible();
  await findNothing();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("5");
  await expect(page.getByRole("region", { name: "Usage" })).toBeVisible();
  await findNothing();
});
