import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";
import type { FakeOptions } from "./fake/fake-rows.ts";
import { askForCommand, askQuestion, becomeReady, withdraw } from "./fake/waiting.ts";

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

const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const rows = (page: Page) => page.locator("[data-item]");
const current = (page: Page) => page.locator("[data-item][aria-current=true]");
const list = (page: Page) => page.getByRole("listbox");
const peek = (page: Page) => page.getByRole("region", { name: "What is needed to decide" });
const ask = (page: Page) => page.locator("[data-request]");
const notices = (page: Page) => page.getByRole("region", { name: "Notices" });
const split = (page: Page, name: string) => page.getByRole("button", { name: new RegExp(`^${name} \\d`) });

async function openQueue(page: Page, engine: FakeEngine): Promise<void> {
  await page.goto(engine.home);
  await expect(list(page)).toBeFocused();
}

/** The whole ask has been in view long enough for a key to answer it. */
async function seen(page: Page, text: string): Promise<void> {
  await expect(ask(page)).toContainText(text);
  await expect(ask(page)).toHaveAttribute("data-whole", "true");
}

test("shows on start what needs the human, the most urgent first, with all that is needed to decide", async ({
  page,
  engine,
}) => {
  await openQueue(page, engine);
  await expect(rows(page)).toHaveText([/approval.*pay-retry/, /question.*invoice-pdf/, /failed.*auth-cookies/]);
  await expect(current(page)).toContainText("pay-retry");
  await expect(peek(page)).toContainText("pnpm add undici@7.2.0 --filter payments");
  await expect(peek(page)).toContainText("It is not done; the author is told");
  await expect(peek(page)).toContainText("does not retry a refund");
  await expect(split(page, "Land")).toHaveText("Land 0");
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    expect((await new AxeBuilder({ page }).withTags(axeTags).analyze()).violations).toEqual([]);
  }
});

test("triages ten waiting items in a row", async ({ page, engine }) => {
  for (const number of [5, 6, 8, 9, 12]) askForCommand(engine, number, `npm run step-${String(number)}`, 20 + number);
  askQuestion(engine, 15, { text: "Which log?", answers: ["The audit log", "The access log (Recommended)"] }, 3);
  await openQueue(page, engine);
  await expect(rows(page)).toHaveCount(9);
  // The oldest approvals first.
  await seen(page, "npm run step-12");
  await page.keyboard.press("a");
  await seen(page, "npm run step-9");
  await page.keyboard.press("Shift+A");
  await seen(page, "npm run step-8");
  await page.keyboard.press("d");
  await page.keyboard.type("Not now");
  await page.keyboard.press("Enter");
  await seen(page, "npm run step-6");
  await expect(list(page)).toBeFocused();
  await page.keyboard.press("a");
  await seen(page, "npm run step-5");
  await page.keyboard.press("h");
  await page.keyboard.press("2");
  await seen(page, "pnpm add undici");
  await page.keyboard.press("a");
  await seen(page, "Invoices use both");
  await page.keyboard.press("r");
  await page.keyboard.type("As the customer likes");
  await page.keyboard.press("Enter");
  await expect(current(page)).toContainText("The access log");
  await seen(page, "Which log?");
  await page.keyboard.press("2");
  await expect(current(page)).toContainText("auth-cookies");
  await page.keyboard.press("Shift+R");
  await expect(page.getByText("Nothing in Blocking.")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(current(page)).toContainText("search-index");
  await page.keyboard.press("e");
  await expect(page.getByText("Nothing needs you.").first()).toBeVisible();
  await expect(list(page)).toBeFocused();
  const did = engine.sent.map(({ name, input }) => [name, input["decision"] ?? {}]);
  expect(did).toEqual([
    ["answer", { kind: "accept" }],
    ["answer", { kind: "accept-for-thread" }],
    ["answer", { kind: "decline", reason: "Not now" }],
    ["answer", { kind: "accept" }],
    ["snooze", {}],
    ["answer", { kind: "accept" }],
    ["answer", { kind: "answers", answers: { q1: ["As the customer likes"] } }],
    ["answer", { kind: "answers", answers: { q1: ["The access log (Recommended)"] } }],
    ["retry", {}],
    ["clear", {}],
  ]);
  expect(engine.sent.every(({ input }) => typeof input["focusedMs"] === "number")).toBe(true);
});

test("moves nothing under the cursor, and says what is new", async ({ page, engine }) => {
  await openQueue(page, engine);
  await page.keyboard.press("j");
  await expect(current(page)).toContainText("invoice-pdf");
  askForCommand(engine, 5, "npm run urgent", 90);
  await expect(page.getByText("1 new ↑")).toBeVisible();
  await expect(rows(page)).toHaveText([/pay-retry/, /invoice-pdf/, /auth-cookies/]);
  await page.keyboard.press(".");
  await expect(rows(page)).toHaveText([/npm run urgent/, /pay-retry/, /invoice-pdf/, /auth-cookies/]);
  await expect(current(page)).toContainText("invoice-pdf");
  // What goes away by itself keeps its place, and takes no answer.
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  await seen(page, "npm run urgent");
  withdraw(engine, 5, "approval");
  await expect(current(page)).toContainText("settled");
  await page.keyboard.press("a");
  await expect(peek(page)).toContainText("It no longer needs you");
  await page.keyboard.press(".");
  await expect(rows(page)).toHaveCount(3);
  expect(engine.sent).toEqual([]);
});

test("takes back a snooze, a done and a putting away, and not an answer", async ({ page, engine }) => {
  await openQueue(page, engine);
  await seen(page, "pnpm add undici");
  await page.keyboard.press("a");
  await expect(current(page)).toContainText("invoice-pdf");
  await page.keyboard.press("h");
  await page.keyboard.press("3");
  await expect(current(page)).toContainText("auth-cookies");
  await expect(split(page, "Snoozed")).toHaveText("Snoozed 1");
  await page.keyboard.press("z");
  await expect(notices(page)).toContainText("Undone: Snoozed invoice-pdf");
  await expect(current(page)).toContainText("invoice-pdf");
  await page.keyboard.press("Shift+Z");
  await expect(split(page, "Snoozed")).toHaveText("Snoozed 1");
  await page.keyboard.press("z");
  await expect(current(page)).toContainText("invoice-pdf");
  await page.keyboard.press("z");
  await expect(notices(page)).toContainText("It was sent and cannot be undone.");
  await page.keyboard.press("Tab");
  await page.keyboard.press("e");
  await expect(split(page, "Review")).toHaveText("Review 0");
  await page.keyboard.press("z");
  await expect(current(page)).toContainText("search-index");
  await page.keyboard.press("Shift+E");
  await expect(split(page, "Review")).toHaveText("Review 0");
  await page.keyboard.press("z");
  await expect.poll(() => engine.sent.at(-1)?.name).toBe("unarchive");
});

test("answers several at once, when every character of all of them was in view", async ({ page, engine }) => {
  const long = `echo ${"x".repeat(6_000)}`;
  askForCommand(engine, 5, "npm run one", 30);
  askForCommand(engine, 6, long, 29);
  await openQueue(page, engine);
  await page.keyboard.press("Shift+J");
  const bulk = page.getByRole("region", { name: "2 marked" });
  await expect(bulk).toContainText("npm run one");
  expect((await new AxeBuilder({ page }).withTags(axeTags).analyze()).violations).toEqual([]);
  await page.keyboard.press("a");
  await expect(bulk).toContainText("Scroll to the end to answer");
  expect(engine.sent).toEqual([]);
  await page.keyboard.press("F6");
  await page.keyboard.press("End");
  await expect(bulk.getByRole("button", { name: "Allow these 2 once" })).toBeEnabled();
  await page.keyboard.press("a");
  await expect(rows(page)).toHaveText([/pay-retry/, /invoice-pdf/, /auth-cookies/]);
  expect(engine.sent.map(({ input }) => input["decision"])).toEqual([{ kind: "accept" }, { kind: "accept" }]);
  await expect(list(page)).toBeFocused();
});

test("goes to the most urgent from inside a field, on to the next, and back to exactly where it was", async ({
  page,
  engine,
}) => {
  await openQueue(page, engine);
  await page.keyboard.press("Alt+5");
  await expect(page.getByRole("heading", { name: "rate-limits" })).toBeVisible();
  await page.keyboard.press("s");
  await page.keyboard.type("Mind the header");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Control+j");
  await expect(current(page)).toContainText("pay-retry");
  await expect(list(page)).toBeFocused();
  await page.keyboard.press("Control+j");
  await expect(current(page)).toContainText("invoice-pdf");
  await page.keyboard.press("Control+j");
  await page.keyboard.press("Control+j");
  await expect(current(page)).toContainText("search-index");
  await page.keyboard.press("Control+Shift+J");
  await expect(page.getByRole("heading", { name: "rate-limits" })).toBeVisible();
  const field = page.locator("main textarea");
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("Mind the header");
  expect(await field.evaluate((element: HTMLTextAreaElement) => element.selectionStart)).toBe(14);
});

test("goes back to where a workstream was opened from", async ({ page, engine }) => {
  await openQueue(page, engine);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tablist")).toBeVisible();
  await page.keyboard.press("u");
  await expect(current(page)).toContainText("invoice-pdf");
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await expect(page.locator("[data-tile]")).toHaveCount(15);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.locator("[data-tile]")).toHaveCount(15);
});

test("keeps split, selection and drafts over a reload, and says why an item stands where it stands", async ({
  page,
  engine,
}) => {
  askQuestion(engine, 5, { text: "German?", answers: ["Yes", "No"], waits: false }, 3);
  becomeReady(engine, 6, 1);
  await openQueue(page, engine);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await expect(current(page)).toContainText("German?");
  await page.keyboard.press("i");
  await expect(peek(page)).toContainText("an author asks, and goes on meanwhile");
  await page.keyboard.press("r");
  await page.keyboard.type("Perhaps");
  await page.reload();
  await expect(current(page)).toContainText("German?");
  await expect(page.locator("main textarea")).toHaveValue("Perhaps");
  await page.keyboard.press("m");
  await expect(split(page, "FYI")).toHaveText("FYI 0");
  // Ready work wants a review until all of it was viewed as it stands.
  await page.keyboard.press("Shift+Tab");
  await expect(page.getByText("Nothing in Land.")).toBeVisible();
  const workstreamId = engine.ids.workstream(2);
  const head = engine.state().workstreams[workstreamId]?.diff?.head ?? "";
  engine.tell({ type: "review.counted", workstreamId, reviewed: { head, hunks: 3, viewed: 3, unresolved: 0 } });
  await expect(rows(page)).toHaveText([/search-index/]);
  await page.keyboard.press("Shift+Tab");
  await expect(rows(page)).toHaveText([/csv-import/]);
});

test("has the peek as a page where there is no room beside the list", async ({ page, engine }) => {
  await page.setViewportSize({ width: 900, height: 700 });
  await openQueue(page, engine);
  await expect(peek(page)).toBeHidden();
  await page.keyboard.press("Enter");
  await seen(page, "pnpm add undici");
  await expect(rows(page).first()).toBeHidden();
  await page.keyboard.press("a");
  await expect(ask(page)).toContainText("Invoices use both");
  await page.keyboard.press("Escape");
  await expect(rows(page)).toHaveCount(2);
});

test.describe("for a reader", () => {
  test.use({ fleet: { reader: true } });

  test("is shown and answers nothing", async ({ page, engine }) => {
    await openQueue(page, engine);
    await expect(ask(page)).toContainText("pnpm add undici");
    for (const key of ["a", "e", "h", "1", "z"]) await page.keyboard.press(key);
    await page.keyboard.press("j");
    await expect(current(page)).toContainText("invoice-pdf");
    expect(engine.sent).toEqual([]);
  });
});

test.describe("with nothing that needs the human", () => {
  test.use({ fleet: { count: 0 } });

  test("offers to start something", async ({ page, engine }) => {
    await page.goto(engine.home);
    await expect(page.getByText("No workstreams yet.")).toBeVisible();
  });
});
