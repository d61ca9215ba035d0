import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";
import type { FakeOptions } from "./fake/fake-rows.ts";
import { askFor, holdByHarness } from "./fake/passing.ts";

interface Fixtures {
  readonly fleet: Partial<FakeOptions>;
  readonly engine: FakeEngine;
  /** What the page complained about. */
  readonly complaints: string[];
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
  complaints: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await use(complaints);
  },
});

// It is by far the longest, and no test of it needs another.
test.describe.configure({ mode: "parallel" });

async function openGrid(page: Page, engine: FakeEngine): Promise<void> {
  await page.goto(engine.url);
  await expect(tiles(page)).not.toHaveCount(0);
}

const tiles = (page: Page) => page.locator("[data-tile]");
const tile = (page: Page, name: string) => tiles(page).filter({ hasText: name });
const ask = (page: Page) => page.locator("[data-request]");

async function openByKey(page: Page, engine: FakeEngine, key: string): Promise<void> {
  await openGrid(page, engine);
  await page.keyboard.press(key);
  await expect(page.getByRole("tablist")).toBeVisible();
}

test.describe("the grid", () => {
  test("shows fifteen workstreams, what they do and who needs the human", async ({ page, engine, complaints }) => {
    await openGrid(page, engine);
    await expect(tiles(page)).toHaveCount(15);
    await expect(tile(page, "rate-limits")).toContainText("working");
    await expect(tile(page, "rate-limits")).toContainText("editing src/http/limits.ts");
    await expect(tile(page, "pay-retry")).toContainText("asks you");
    await expect(page.getByText("4 need you")).toBeVisible();
    await expect(page).toHaveTitle("3 blocking · Coxswain");
    await expect(page.locator(".unseen[role=status]")).toHaveText("");
    expect(complaints).toEqual([]);
  });

  test("takes the token out of the address", async ({ page, engine }) => {
    await openGrid(page, engine);
    expect(page.url()).not.toContain("token");
    await page.reload();
    await expect(tiles(page)).toHaveCount(15);
  });

  test("is walked, opened and left by keys, and the focus comes back", async ({ page, engine }) => {
    await openGrid(page, engine);
    await expect(tile(page, "pay-retry")).toBeFocused();
    await page.keyboard.press("l");
    await page.keyboard.press("j");
    await expect(tile(page, "dark-mode")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "dark-mode" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(tile(page, "dark-mode")).toBeFocused();
    await page.keyboard.press("g");
    await expect(page.locator(".hints-pending")).toBeVisible();
    await page.keyboard.press("s");
    await expect(page.getByRole("heading", { name: "dark-mode" })).toBeVisible();
  });

  test("answers an approval in place, once it was in view whole", async ({ page, engine }) => {
    await openGrid(page, engine);
    await expect(ask(page)).toContainText("pnpm add undici@7.2.0 --filter payments");
    await expect(ask(page)).toHaveAttribute("data-whole", "true");
    await page.keyboard.press("a");
    await expect(tile(page, "pay-retry")).toContainText("going on with your answer");
    const [sent] = engine.sent;
    expect(sent).toMatchObject({ name: "answer", input: { decision: { kind: "accept" } } });
    expect(sent?.input["focusedMs"]).toBeGreaterThan(200);
    expect(sent?.input["commandKey"]).toEqual(expect.any(String));
    await expect(page.getByText("3 need you")).toBeVisible();
  });

  test("tells the author why something was declined", async ({ page, engine }) => {
    await openGrid(page, engine);
    await expect(ask(page)).toHaveAttribute("data-whole", "true");
    await page.keyboard.press("d");
    await page.keyboard.type("Use node:http instead");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => engine.sent.at(-1)?.input["decision"])
      .toEqual({ kind: "decline", reason: "Use node:http instead" });
  });

  test("answers a question by its number", async ({ page, engine }) => {
    await openGrid(page, engine);
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowRight");
    await expect(ask(page)).toContainText("Invoices use both");
    await expect(ask(page)).toHaveAttribute("data-whole", "true");
    await page.keyboard.press("2");
    await expect
      .poll(() => engine.sent.at(-1)?.input["decision"])
      .toEqual({ kind: "answers", answers: { q1: ["2026-03-12"] } });
  });

  test("steers in one line and gives the focus back", async ({ page, engine }) => {
    await openGrid(page, engine);
    await page.keyboard.press("s");
    await page.keyboard.type("Mind the idempotency key");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => engine.sent.at(-1))
      .toMatchObject({
        name: "steer",
        input: { text: "Mind the idempotency key", when: "now" },
      });
    await expect(tile(page, "pay-retry")).toBeFocused();
  });

  test("jumps to what is most urgent", async ({ page, engine }) => {
    await openGrid(page, engine);
    await page.keyboard.press("Control+j");
    await expect(page.getByRole("heading", { name: "pay-retry" })).toBeVisible();
    await page.keyboard.press("Control+j");
    await expect(page.getByRole("heading", { name: "invoice-pdf" })).toBeVisible();
  });

  test("finds a workstream through the palette, and lists the keys", async ({ page, engine }) => {
    await openGrid(page, engine);
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keys that work here" })).toBeVisible();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("geo");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "geo-tax" })).toBeVisible();
  });

  test("starts a workstream from a sentence", async ({ page, engine }) => {
    await openGrid(page, engine);
    await page.keyboard.press("n");
    await expect(page.getByText("Wish lists can be shared")).toBeVisible();
    await page.keyboard.type("Say thank you after checkout");
    await page.keyboard.press("Control+Enter");
    await expect
      .poll(() => engine.sent.at(-1))
      .toMatchObject({
        name: "start",
        input: { text: "Say thank you after checkout", projectId: "p00000001" },
      });
    expect(engine.sent.at(-1)?.input).not.toHaveProperty("agent");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  test("starts a workstream with one of the agents there are", async ({ page, engine }) => {
    await openGrid(page, engine);
    await page.keyboard.press("n");
    const agent = page.getByRole("combobox", { name: "Agent" });
    await expect(agent.getByRole("option")).toHaveText(["as policy says", "codex", "scripted", "plain"]);
    await agent.selectOption("codex");
    await page.getByRole("button", { name: "Wish lists can be shared" }).press("Enter");
    await expect
      .poll(() => engine.sent.at(-1)?.input)
      .toMatchObject({ agent: "codex", ticketKey: "tickets/wishlist.md" });
  });

  test("does not let what waits for a place look like what works", async ({ page, engine }) => {
    engine.tell({ type: "workstream.moved", workstreamId: engine.ids.workstream(12), phase: "queued" });
    await openGrid(page, engine);
    const motion = (name: string) =>
      tile(page, name)
        .locator(".status-icon")
        .evaluate((icon) => getComputedStyle(icon).animationName);
    await expect(tile(page, "geo-tax")).toContainText("working");
    await expect(tile(page, "geo-tax").locator(".tile-line-now")).toHaveText("waiting for a place");
    await expect(tile(page, "email-queue").locator(".tile-line-now")).toHaveText("setting up the worktree");
    expect(await motion("geo-tax")).toBe("none");
    expect(await motion("email-queue")).toBe("none");
    expect(await motion("rate-limits")).toBe("breathe");
  });

  test("takes up from the grid what is frozen, and says what is wrong with it", async ({ page, engine }) => {
    const workstreamId = engine.ids.workstream(2);
    engine.tell({ type: "workstream.frozen", workstreamId, why: "Its stored row cannot be read: turn.number is -1." });
    await openGrid(page, engine);
    await expect(tile(page, "search-index")).toContainText("blocked");
    await expect(tile(page, "search-index")).toContainText("frozen: Its stored row cannot be read");
    await page.keyboard.press("l");
    const rest = page.getByRole("region", { name: "Why it rests" });
    await expect(rest).toContainText("Frozen: nothing acts on it until you do. Its stored row cannot be read");
    await expect(page.locator(".hints")).toContainText("retry");
    await page.keyboard.press("Shift+R");
    await expect.poll(() => engine.sent.at(-1)).toMatchObject({ name: "retry", input: { workstreamId } });
    await expect(rest).toHaveCount(0);
  });

  test("hides at once what is put away, with what it needed", async ({ page, engine }) => {
    await openGrid(page, engine);
    await page.keyboard.press("l");
    await page.keyboard.press("Shift+E");
    await expect(tiles(page)).toHaveCount(14);
    await expect(tile(page, "search-index")).toHaveCount(0);
    await expect(page.getByText("3 need you")).toBeVisible();
    await expect(page.getByRole("region", { name: "Needs you" })).not.toContainText("search-index");
    await expect(tile(page, "auth-cookies")).toBeFocused();
    await expect(page.getByRole("region", { name: "Notices" })).toContainText(
      "Shift+D on it among the worktrees (g w)",
    );
    await page.reload();
    await expect(tiles(page)).toHaveCount(14);
    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await page.getByRole("option", { name: "search-index" }).first().click();
    await page.keyboard.press("Shift+D");
    await expect(page.getByRole("dialog", { name: "Delete workstream 2?" })).toBeVisible();
  });

  test("is walked on at once after a decline with a reason", async ({ page, engine }) => {
    await openGrid(page, engine);
    await expect(ask(page)).toHaveAttribute("data-whole", "true");
    await page.keyboard.press("d");
    await page.keyboard.type("Use node:http instead");
    await page.keyboard.press("Enter");
    await expect(ask(page)).toHaveCount(0);
    await expect(tile(page, "pay-retry")).toBeFocused();
    await page.keyboard.press("l");
    await expect(tile(page, "search-index")).toBeFocused();
  });

  test("is walked on at once after an answer in own words", async ({ page, engine }) => {
    await openGrid(page, engine);
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowRight");
    await expect(ask(page)).toHaveAttribute("data-whole", "true");
    await page.keyboard.press("r");
    await page.keyboard.type("Ask accounting first");
    await page.keyboard.press("Enter");
    await expect(ask(page)).toHaveCount(0);
    await expect(tile(page, "invoice-pdf")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "invoice-pdf" })).toBeVisible();
  });

  test("gets the focus back from every dialog that is closed", async ({ page, engine }) => {
    await openGrid(page, engine);
    for (const key of ["n", "?", "Control+k", "b"]) {
      await page.keyboard.press(key);
      await expect(page.getByRole("dialog")).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await expect(tile(page, "pay-retry")).toBeFocused();
    }
  });

  test("raises the budget of what its budget stopped, and takes it up again", async ({ page, engine }) => {
    const workstreamId = engine.ids.workstream(5);
    engine.tell({ type: "budget.set", workstreamId, budget: { tokens: 30_000, minutes: 60 } });
    const reason = "Budget used up: 30100 of 30000 tokens.";
    engine.tell({ type: "workstream.moved", workstreamId, phase: "stopped", reason });
    await openByKey(page, engine, "Alt+5");
    const rest = page.getByRole("region", { name: "Why it rests" });
    await expect(rest).toContainText(reason);
    await rest.getByRole("button", { name: "Raise the budget" }).click();
    const raise = page.getByRole("button", { name: "Raise and go on" });
    await expect(raise).toBeDisabled();
    await page.getByRole("textbox", { name: "Tokens" }).fill("80,000");
    await raise.click();
    await expect
      .poll(() => engine.sent.map(({ name, input }) => [name, input["budget"]]))
      .toEqual([
        ["setBudget", { tokens: 80_000, minutes: 60 }],
        ["retry", undefined],
      ]);
    await expect(rest).toHaveCount(0);
  });

  test("changes the budget of what goes on, found through the palette", async ({ page, engine }) => {
    await openGrid(page, engine);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("budget");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Minutes of work" }).fill("90");
    await page.keyboard.press("Enter");
    await expect(tile(page, "pay-retry")).toBeFocused();
    await expect
      .poll(() => engine.sent.map(({ name, input }) => [name, input["budget"]]))
      .toEqual([["setBudget", { tokens: 200_000, minutes: 90 }]]);
  });

  test("finds by other words how to start something", async ({ page, engine }) => {
    await openGrid(page, engine);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("new");
    await expect(page.getByRole("option").first()).toContainText("Start a workstream");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: "Start a workstream" })).toBeVisible();
  });

  test("has the selected tile in view in a small window", async ({ page, engine }) => {
    await openGrid(page, engine);
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("j");
    const selected = page.locator("[data-tile][aria-current]");
    await page.setViewportSize({ width: 900, height: 700 });
    await expect(selected).toBeInViewport({ ratio: 0.99 });
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await expect(selected).toBeInViewport({ ratio: 0.99 });
  });

  test("says of which project a tile is, where there are several", async ({ page, engine }) => {
    await openGrid(page, engine);
    await expect(tile(page, "rate-limits")).not.toContainText("shop");
    const { projects, workstreams } = engine.state();
    const shop = projects["p00000001"];
    const fifth = workstreams[engine.ids.workstream(5)];
    if (shop === undefined || fifth === undefined)
      throw new Error("The fake fleet has no project or fifth workstream.");
    engine.tell({ type: "project.opened", project: { ...shop, id: "p00000002", name: "depot" } });
    engine.tell({ type: "workstream.created", workstream: { ...fifth, projectId: "p00000002" } });
    await expect(tile(page, "rate-limits")).toContainText("depot");
    await expect(tile(page, "pay-retry")).toContainText("shop");
  });

  test("shows code on a tile without its backticks", async ({ page, engine }) => {
    await openGrid(page, engine);
    engine.tell({ type: "line.told", workstreamId: engine.ids.workstream(5), line: "renaming `limit` to `quota`" });
    await expect(tile(page, "rate-limits").locator(".tile-line-now")).toHaveText("renaming limit to quota");
    await expect(tile(page, "rate-limits").locator("code")).toHaveText(["limit", "quota"]);
  });

  test("keeps every tile in its place while they change", async ({ page, engine }) => {
    await openGrid(page, engine);
    const places = () =>
      tiles(page).evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())));
    const before = await places();
    for (let number = 1; number <= 15; number += 1) {
      engine.tell({
        type: "line.told",
        workstreamId: engine.ids.workstream(number),
        line: "a much longer line ".repeat(8),
      });
    }
    await expect(tile(page, "audit-log")).toContainText("a much longer line");
    expect(await places()).toEqual(before);
  });
});

test.describe("a workstream", () => {
  test("takes steering, queued words, interrupts and a typed stop from the keyboard", async ({ page, engine }) => {
    await openByKey(page, engine, "Alt+5");
    await page.keyboard.press("s");
    const field = page.getByRole("textbox", { name: "Words for rate-limits" });
    await expect(field).toBeFocused();
    await page.keyboard.type("a 1 d are just letters here");
    await page.keyboard.press("Control+Enter");
    await expect
      .poll(() => engine.sent.at(-1)?.input)
      .toMatchObject({ when: "now", text: "a 1 d are just letters here" });
    await expect(page.getByRole("list", { name: "Words on their way" })).toContainText("are just letters here");
    await page.keyboard.type("later");
    await page.keyboard.press("Alt+Enter");
    await expect.poll(() => engine.sent.at(-1)?.input).toMatchObject({ when: "next", text: "later" });
    await page.keyboard.type("at once");
    await page.keyboard.press("Control+Shift+Enter");
    await expect.poll(() => engine.sent.at(-1)?.input).toMatchObject({ when: "interrupt", text: "at once" });

    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+I");
    await expect.poll(() => engine.sent.at(-1)?.name).toBe("interrupt");
    await page.keyboard.press("Shift+X");
    await page.keyboard.type("4");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Backspace");
    await page.keyboard.type("5");
    await page.keyboard.press("Enter");
    await expect.poll(() => engine.sent.at(-1)?.name).toBe("stop");
    await expect(page.getByRole("region", { name: "Why it rests" })).toContainText("Stopped by you.");
    await page.keyboard.press("Shift+R");
    await expect.poll(() => engine.sent.at(-1)?.name).toBe("retry");
  });

  test("offers only what its agent can do", async ({ page, engine }) => {
    const workstream = engine.state().workstreams[engine.ids.workstream(5)];
    if (workstream === undefined) throw new Error("The fake fleet has no fifth workstream.");
    engine.tell({ type: "workstream.created", workstream: { ...workstream, agent: "plain" } });
    await openByKey(page, engine, "Alt+5");
    await expect(page.getByRole("button", { name: "Queue for next turn" })).toBeVisible();
    await expect(page.getByRole("button", { name: /Steer now|Interrupt and send/ })).toHaveCount(0);
    await expect(page.locator(".hints")).not.toContainText("interrupt");
    await page.keyboard.press("Shift+I");
    await page.keyboard.press("s");
    await page.keyboard.type("for later");
    await page.keyboard.press("Control+Shift+Enter");
    await page.keyboard.press("Control+Enter");
    await expect.poll(() => engine.sent.map(({ name, input }) => [name, input["when"]])).toEqual([["steer", "next"]]);
  });

  test("takes digits for answers inside a question and for views outside it", async ({ page, engine }) => {
    await openByKey(page, engine, "Alt+4");
    await expect(ask(page)).toBeFocused();
    await expect(ask(page)).toHaveAttribute("data-whole", "true");
    await page.keyboard.press("Shift+F6");
    await page.keyboard.press("3");
    await expect(page.getByRole("tab", { name: "Diff" })).toHaveAttribute("aria-selected", "true");
    expect(engine.sent).toEqual([]);
    await page.keyboard.press("1");
    await expect(ask(page)).toBeFocused();
    await page.keyboard.press("3");
    await expect
      .poll(() => engine.sent.at(-1)?.input["decision"])
      .toEqual({ kind: "answers", answers: { q1: ["The customer's locale"] } });
  });

  test("answers a question in the human's own words", async ({ page, engine }) => {
    await openByKey(page, engine, "Alt+4");
    await page.keyboard.press("r");
    await page.keyboard.type("Ask accounting first");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => engine.sent.at(-1)?.input["decision"])
      .toEqual({ kind: "answers", answers: { q1: ["Ask accounting first"] } });
  });

  test("takes keys at once after an answer in own words", async ({ page, engine }) => {
    await openByKey(page, engine, "Alt+4");
    await expect(ask(page)).toHaveAttribute("data-whole", "true");
    await page.keyboard.press("r");
    await page.keyboard.type("Ask accounting first");
    await page.keyboard.press("Enter");
    await expect(ask(page)).toHaveCount(0);
    await expect(page.getByRole("tabpanel")).toBeFocused();
    await page.keyboard.press("3");
    await expect(page.getByRole("tab", { name: "Diff" })).toHaveAttribute("aria-selected", "true");
  });

  test("takes keys at once after a decline with a reason, and after a stop that was not meant", async ({
    page,
    engine,
  }) => {
    await openByKey(page, engine, "Alt+1");
    const view = page.getByRole("tabpanel");
    await expect(ask(page)).toHaveAttribute("data-whole", "true");
    await page.keyboard.press("Shift+X");
    await page.keyboard.press("Escape");
    await expect(view).toBeFocused();
    await page.keyboard.press("d");
    await page.keyboard.type("No");
    await page.keyboard.press("Enter");
    await expect(ask(page)).toHaveCount(0);
    await expect(view).toBeFocused();
    await page.keyboard.press("j");
    await expect(page.locator(".transcript-row[data-cursor=true]")).toHaveCount(1);
  });

  test("tells once why it gave up", async ({ page, engine }) => {
    await openByKey(page, engine, "Alt+3");
    await expect(page.getByRole("main").getByText("the same 3 tests in session.test.ts")).toHaveCount(1);
  });

  test("has nothing over the words that are being written", async ({ page, engine }) => {
    await openByKey(page, engine, "Alt+5");
    await page.keyboard.press("s");
    await page.keyboard.type("Mind the tests");
    await page.keyboard.press("Control+Enter");
    const notice = await page.getByRole("region", { name: "Notices" }).boundingBox();
    const field = await page.locator(".composer").boundingBox();
    if (notice === null || field === null) throw new Error("There is no notice or no field.");
    expect(notice.y + notice.height).toBeLessThan(field.y);
  });

  test("keeps what was written through a reload", async ({ page, engine }) => {
    await openByKey(page, engine, "Alt+5");
    await page.keyboard.press("s");
    await page.keyboard.type("half a thought");
    await page.reload();
    await expect(page.getByRole("textbox", { name: "Words for rate-limits" })).toHaveValue("half a thought");
  });

  test("streams text, and stays at the end unless the reader scrolled away", async ({ page, engine }) => {
    await openByKey(page, engine, "Alt+5");
    const id = engine.ids.workstream(5);
    const turnId = engine.ids.turn(5, 3);
    const ordinal = engine.detailOf(id).items.length + 1;
    const body = { kind: "message" as const, text: "" };
    engine.tell({
      type: "item.upserted",
      item: { id: "live", workstreamId: id, turnId, ordinal, at: Date.now(), body },
    });
    for (let word = 0; word < 200; word += 1) engine.stream(id, "live", turnId, `word${String(word)}\n`);
    await expect(page.getByText("word199")).toBeInViewport();
    await page.keyboard.press("n");
    await page.keyboard.press("Shift+N");
    await page.keyboard.press("Shift+N");
    await expect(page.getByText("turn 2")).toBeInViewport();
    engine.stream(id, "live", turnId, "the last word");
    await expect(page.getByRole("button", { name: "It goes on below" })).toBeVisible();
    await expect(page.getByText("turn 2")).toBeInViewport();
    await page.keyboard.press("Shift+G");
    await expect(page.getByText("the last word")).toBeInViewport();
  });
});

test.describe("a long transcript", () => {
  test.use({ fleet: { longTranscript: 5_000 } });

  test("is read backwards page by page without losing the place", async ({ page, engine }) => {
    await openByKey(page, engine, "Alt+1");
    await expect(page.locator(".transcript-row").first()).toBeAttached();
    expect(await page.locator(".transcript-row").count()).toBeLessThan(100);
    const box = page.getByRole("region", { name: "Transcript" });
    await box.evaluate((element) => element.scrollTo(0, 0));
    const first = page.locator(".transcript-row", { hasText: "npm run step-4913" });
    await expect(first).toBeVisible();
    const before = (await first.boundingBox())?.y ?? 0;
    await page.keyboard.press("[");
    await expect(page.getByRole("button", { name: "Read older items" })).toBeAttached();
    await expect.poll(async () => (await box.evaluate((element) => element.scrollHeight)) > 8_000).toBe(true);
    await expect.poll(async () => Math.abs(((await first.boundingBox())?.y ?? Infinity) - before)).toBeLessThan(80);
  });
});

test.describe("a reader", () => {
  test.use({ fleet: { reader: true } });

  test("is told that it may only look, and is offered nothing to do", async ({ page, engine }) => {
    await openGrid(page, engine);
    await expect(page.getByText("You may only look")).toBeVisible();
    await expect(ask(page)).toContainText("pnpm add undici@7.2.0 --filter payments");
    await expect(ask(page).getByRole("button")).toHaveCount(0);
    for (const hint of ["allow once", "decline", "steer", "stop", "new"]) {
      await expect(page.locator(".hints")).not.toContainText(hint);
    }
    for (const key of ["a", "Shift+A", "d", "s", "n", "b", "Shift+X", "Shift+I"]) await page.keyboard.press(key);
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("textbox")).toHaveCount(0);

    await page.keyboard.press("Alt+3");
    await expect(page.getByRole("region", { name: "Why it rests" }).getByRole("button")).toHaveCount(0);
    await expect(page.getByRole("textbox")).toHaveCount(0);
    await page.keyboard.press("Shift+R");
    await page.keyboard.press("Shift+E");
    await page.keyboard.press("Alt+4");
    await expect(ask(page)).toContainText("Invoices use both");
    await expect(ask(page).getByRole("button")).toHaveCount(0);
    await expect(page.getByRole("textbox")).toHaveCount(0);
    await page.keyboard.press("3");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("workstream");
    for (const verb of ["Start", "Stop", "Take", "Put"]) {
      const offered = page
        .locator("[role=option]:not([aria-disabled=true])")
        .filter({ hasText: new RegExp(`^${verb}`) });
      await expect(offered).toHaveCount(0);
    }
    expect(engine.sent).toEqual([]);
  });
});

test.describe("hostile content", () => {
  test.use({ fleet: { hostile: true } });

  test("is shown as text, with what would act unseen named", async ({ page, engine, complaints }) => {
    await openGrid(page, engine);
    await expect(tile(page, "<img src=x")).toContainText("<script>document.title='owned'</script>");
    await expect(ask(page).locator(".mark", { hasText: "U+202E" }).first()).toBeVisible();
    await expect(page).toHaveTitle(/blocking · Coxswain/);
    expect(await page.locator("img, script:not([type=module])").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("cannot be allowed before its end was in view", async ({ page, engine }) => {
    await openGrid(page, engine);
    await expect(page.getByText("Scroll to its end to answer")).toBeVisible();
    await page.keyboard.press("a");
    await page.keyboard.press("Shift+A");
    await ask(page).locator(".ask-body").focus();
    await page.keyboard.press("End");
    await expect(ask(page)).toHaveAttribute("data-whole", "true");
    expect(engine.sent).toEqual([]);
    await page.keyboard.press("a");
    await expect.poll(() => engine.sent.length).toBe(1);
  });

  test("does not break the layout", async ({ page, engine }) => {
    for (const width of [900, 1280, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(engine.url);
      await expect(tiles(page)).toHaveCount(15);
      await page.keyboard.press("Alt+1");
      await expect(page.getByRole("tablist")).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      await page.keyboard.press("g");
      await page.keyboard.press("g");
      await expect(tiles(page)).toHaveCount(15);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    }
  });
});

test.describe("the connection", () => {
  test("says since when it is lost, sends nothing meanwhile, and comes back by itself", async ({ page, engine }) => {
    await openByKey(page, engine, "Alt+5");
    await engine.leave();
    await expect(page.getByRole("alert")).toContainText(/Not connected since \d\d:\d\d, trying again…/);
    await page.keyboard.press("s");
    await page.keyboard.type("not lost");
    await page.keyboard.press("Control+Enter");
    await expect(page.getByRole("region", { name: "Notices" })).toContainText("nothing was sent");
    await expect(page.getByRole("textbox", { name: "Words for rate-limits" })).toHaveValue("not lost");
    engine.tell({ type: "line.told", workstreamId: engine.ids.workstream(5), line: "said while you were away" });
    await engine.comeBack();
    await expect(page.getByRole("alert")).toHaveCount(0, { timeout: 20_000 });
    await expect(page.getByText("said while you were away").first()).toBeVisible();
  });

  test("says what to do when the key is wrong or missing", async ({ page, engine }) => {
    await page.goto(`${engine.origin}#token=wrong`);
    await expect(page.getByRole("alert")).toContainText("does not open the engine");
    await expect(page.getByRole("alert")).toContainText("everything after the #");
  });

  test("says the same to a page without any key", async ({ page, engine }) => {
    await page.goto(engine.origin);
    await expect(page.getByRole("alert")).toContainText("does not open the engine");
  });
});

for (const count of [0, 1, 40]) {
  test.describe(`${String(count)} workstreams`, () => {
    test.use({ fleet: { count } });

    test("have their places", async ({ page, engine }) => {
      await page.goto(engine.url);
      if (count === 0) await expect(page.getByRole("heading", { name: "No workstreams yet." })).toBeVisible();
      else await expect(tiles(page)).toHaveCount(count);
    });
  });
}

test.describe("without a project", () => {
  test.use({ fleet: { bare: true } });

  test("one is opened first", async ({ page, engine }) => {
    await page.goto(engine.url);
    await expect(page.getByRole("heading", { name: "No project is open yet." })).toBeVisible();
    await page.keyboard.press("n");
    await expect(page.getByRole("dialog", { name: "Open a project" })).toBeVisible();
  });
});

test.describe("the worktrees", () => {
  const rows = (page: Page) => page.getByRole("option");
  const chosen = (page: Page) => page.getByRole("option", { selected: true });

  async function openWorktrees(page: Page, engine: FakeEngine): Promise<void> {
    await openGrid(page, engine);
    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await expect(page.getByRole("listbox", { name: "Worktrees" })).toBeFocused();
  }

  test("shows whose each is, measures them, and is walked by key alone", async ({ page, engine, complaints }) => {
    await openWorktrees(page, engine);
    await expect(rows(page)).toHaveCount(18);
    await expect(page.getByText("3.4 GB free")).toBeVisible();
    await expect(page.getByText("Not measured yet.")).toBeVisible();
    await page.keyboard.press("m");
    await expect(page.getByText(/reclaimable 3\.6 GB/)).toBeVisible();
    await page.keyboard.press("j");
    await expect(chosen(page)).toContainText("82 MB");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("tablist")).toBeVisible();
    await page.goBack();
    await expect(chosen(page)).toContainText("82 MB");
    await page.keyboard.press("u");
    await expect(tiles(page)).toHaveCount(15);
    expect(complaints).toEqual([]);
  });

  test("adopts one made by hand, with what is to be done in it", async ({ page, engine }) => {
    await openWorktrees(page, engine);
    for (let presses = 0; presses < 15; presses += 1) await page.keyboard.press("j");
    await expect(chosen(page)).toContainText("by hand");
    await page.keyboard.press("a");
    await page.keyboard.type("Finish the cache");
    await page.keyboard.press("Enter");
    await expect.poll(() => engine.sent.map(({ name }) => name)).toContain("adopt");
    expect(engine.sent.find(({ name }) => name === "adopt")?.input).toMatchObject({ text: "Finish the cache" });
    await expect(page.getByRole("listbox", { name: "Worktrees" })).toBeFocused();
  });

  test("frees what set-up makes again only after showing each folder", async ({ page, engine }) => {
    await openWorktrees(page, engine);
    const resting = rows(page)
      .filter({ hasText: /stopped|blocked/ })
      .first();
    await resting.click();
    await page.keyboard.press("Shift+F");
    await expect(page.getByText("node_modules")).toBeVisible();
    expect(engine.sent).toEqual([]);
    await expect(page.getByRole("button", { name: /^Free 358 MB/ })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect
      .poll(() => engine.sent.at(-1)?.input)
      .toMatchObject({ folders: ["node_modules", "packages/site/.next"] });
  });

  test("deletes what rests, after asking, and nothing that is at work", async ({ page, engine }) => {
    await openWorktrees(page, engine);
    await page.keyboard.press("Shift+D");
    await expect(page.getByRole("dialog")).toBeHidden();
    await rows(page)
      .filter({ hasText: /stopped|blocked/ })
      .first()
      .click();
    await page.keyboard.press("Shift+D");
    await expect(page.getByRole("dialog", { name: /^Delete workstream/ })).toBeVisible();
    expect(engine.sent).toEqual([]);
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Delete/ })
      .click();
    await expect.poll(() => engine.sent.at(-1)?.name).toBe("delete");
    expect(engine.sent.at(-1)?.input).not.toHaveProperty("confirm");
  });

  test.describe("on a slow disk", () => {
    test.use({ fleet: { slowDisk: true } });

    test("says how far measuring is, and Esc gives it up", async ({ page, engine }) => {
      await openWorktrees(page, engine);
      await page.keyboard.press("m");
      await expect(page.getByText("1 of 18 folders")).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(page.getByText("1 of 18 folders")).toBeHidden();
      await expect(page.getByRole("listbox", { name: "Worktrees" })).toBeVisible();
    });
  });

  test.describe("without any", () => {
    test.use({ fleet: { noWorktrees: true } });

    test("say how one comes to be", async ({ page, engine }) => {
      await openGrid(page, engine);
      await page.keyboard.press("g");
      await page.keyboard.press("w");
      await expect(page.getByRole("heading", { name: "No worktrees yet." })).toBeVisible();
    });
  });
});

test.describe("what only the human lets pass", () => {
  const paths = ["AGENTS.md", ".github/workflows/deploy.yml", ".coxswain/guardrails/no-\u202eany.md"];
  const first = "1f2e3d4c".repeat(8);
  const second = "9a8b7c6d".repeat(8);
  const dialog = (page: Page) => page.getByRole("dialog");
  const reason = (page: Page) => dialog(page).getByRole("textbox");
  const waived = (engine: FakeEngine) => engine.sent.filter(({ name }) => name === "waive").map(({ input }) => input);

  test("is a change to harness files, shown whole, from the grid and with a reason", async ({ page, engine }) => {
    holdByHarness(engine, 5, first, paths);
    await openGrid(page, engine);
    await tile(page, "rate-limits").focus();
    await expect(page.getByRole("region", { name: "Why it rests" })).toContainText("judged");
    await page.keyboard.press("w");
    await expect(dialog(page).getByRole("listitem")).toHaveCount(3);
    await expect(dialog(page)).toContainText("U+202E");
    await expect(reason(page)).toBeFocused();
    await expect(reason(page)).toHaveValue("");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    expect(waived(engine)).toEqual([]);
    await page.keyboard.type("The new job is mine");
    await expect(dialog(page).getByRole("button", { name: "Let it pass" })).toBeEnabled();
    await page.keyboard.press("Enter");
    await expect(dialog(page)).toHaveCount(0);
    expect(waived(engine)).toMatchObject([{ gate: "harness", digest: first, why: "The new job is mine" }]);
    expect(waived(engine)[0]?.["focusedMs"]).toBeGreaterThan(200);
    await expect(tile(page, "rate-limits")).toContainText("ready");
    await expect(tile(page, "rate-limits")).toBeFocused();
  });

  test("is not let pass when something else was judged meanwhile, but shown anew", async ({ page, engine }) => {
    holdByHarness(engine, 5, first, paths);
    await openByKey(page, engine, "Alt+5");
    await page.keyboard.press("w");
    await expect(dialog(page)).toContainText("1f2e3d4c");
    holdByHarness(engine, 5, second, ["WORKFLOW.md"]);
    await page.keyboard.type("Seen");
    await expect(dialog(page).getByRole("button", { name: "Let it pass" })).toBeEnabled();
    await page.keyboard.press("Enter");
    await expect(dialog(page).getByRole("alert")).toContainText("It was judged anew since.");
    await expect(dialog(page)).toContainText("AGENTS.md");
    await page.keyboard.press("Enter");
    await expect(dialog(page)).toContainText("WORKFLOW.md");
    await expect(dialog(page)).not.toContainText("AGENTS.md");
    await expect(reason(page)).toHaveValue("");
    await page.keyboard.press("Enter");
    expect(waived(engine)).toHaveLength(1);
    await page.keyboard.type("Seen anew");
    await expect(dialog(page).getByRole("button", { name: "Let it pass" })).toBeEnabled();
    await page.keyboard.press("Enter");
    await expect.poll(() => waived(engine).map(({ digest }) => digest)).toEqual([first, second]);
  });

  test("is read in the diff on the way", async ({ page, engine }) => {
    holdByHarness(engine, 5, first, paths);
    await openGrid(page, engine);
    await tile(page, "rate-limits").focus();
    await page.keyboard.press("w");
    await page.keyboard.press("Shift+Enter");
    await expect(page.getByRole("tab", { name: "Diff" })).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("F6");
    await page.keyboard.press("w");
    await expect(dialog(page)).toBeVisible();
    expect(engine.sent).toEqual([]);
  });

  test("cannot pass before the end of a long list was in view", async ({ page, engine }) => {
    const many = Array.from({ length: 60 }, (_, at) => `.github/workflows/job-${String(at)}.yml`);
    holdByHarness(engine, 5, first, many);
    await openByKey(page, engine, "Alt+5");
    await page.keyboard.press("w");
    await page.keyboard.type("Seen");
    await expect(dialog(page)).toContainText("Scroll the list to its end");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Shift+Tab");
    await expect(dialog(page).getByRole("list")).toBeFocused();
    await page.keyboard.press("End");
    await expect(dialog(page).getByRole("button", { name: "Let it pass" })).toBeEnabled();
    expect(engine.sent).toEqual([]);
  });

  test("is what a project asks for, one thing at a time, on the way to what is urgent", async ({ page, engine }) => {
    askFor(engine, "no-confinement", "unconfined-commands");
    await openGrid(page, engine);
    await page.keyboard.press("Control+j");
    await expect(page.locator("[data-item][aria-current=true]")).toContainText("consent");
    await page.keyboard.press("Enter");
    await expect(dialog(page)).toContainText("Allow no-confinement for shop?");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("listbox")).toBeFocused();
    await page.keyboard.press("Control+j");
    await expect(page.getByRole("heading", { name: "pay-retry" })).toBeVisible();

    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await expect(reason(page)).toHaveValue("");
    await page.keyboard.press("Enter");
    expect(engine.sent).toEqual([]);
    await page.keyboard.type("It drives a browser");
    await page.keyboard.press("Enter");
    await expect(dialog(page)).toContainText("Allow unconfined-commands for shop?");
    await expect(reason(page)).toHaveValue("");
    await expect(reason(page)).toBeFocused();
    await page.keyboard.type("So do its hooks");
    await page.keyboard.press("Enter");
    await expect(dialog(page)).toHaveCount(0);
    expect(engine.sent.map(({ name, input }) => [name, input["loosening"], input["allow"], input["why"]])).toEqual([
      ["allow", "no-confinement", true, "It drives a browser"],
      ["allow", "unconfined-commands", true, "So do its hooks"],
    ]);
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await expect(dialog(page)).toHaveCount(0);
  });

  test("is opened from what needs the human", async ({ page, engine }) => {
    askFor(engine, "unconfined-commands");
    await openGrid(page, engine);
    await page.getByRole("region", { name: "Needs you" }).getByText("consent").click();
    await expect(dialog(page)).toContainText("Its hooks run with all your rights");
  });

  test.describe("to a reader", () => {
    test.use({ fleet: { reader: true } });

    test("is not offered", async ({ page, engine }) => {
      holdByHarness(engine, 5, first, paths);
      askFor(engine, "no-confinement");
      await openByKey(page, engine, "Alt+5");
      for (const key of ["w", "g", "p"]) await page.keyboard.press(key);
      await expect(dialog(page)).toHaveCount(0);
      await page.keyboard.press("Control+j");
      await expect(page.locator("[data-item][aria-current=true]")).toContainText("consent");
      await page.keyboard.press("Enter");
      await expect(dialog(page)).toHaveCount(0);
    });
  });

  for (const keys of [["Alt+5"], ["Alt+5", "w"], ["g", "p"]]) {
    test(`has nothing for axe to find after ${keys.join(" ")}`, async ({ page, engine }) => {
      holdByHarness(engine, 5, first, paths);
      askFor(engine, "no-confinement", "unconfined-commands");
      await openGrid(page, engine);
      for (const key of keys) await page.keyboard.press(key);
      await expect(keys.length === 1 ? page.locator(".rest") : dialog(page)).toBeVisible();
      await expectNothingForAxe(page);
    });
  }
});

test.describe("the doctor", () => {
  const doctor = (page: Page) => page.getByRole("dialog", { name: "Doctor" });

  async function openDoctor(page: Page, engine: FakeEngine): Promise<void> {
    await openGrid(page, engine);
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await expect(doctor(page)).toBeVisible();
  }

  test("tells the worst first, each with its command to copy", async ({ page, context, engine }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await openDoctor(page, engine);
    await expect(doctor(page).getByRole("status")).toHaveText("3 things are wrong; 1 warning.");
    await expect(doctor(page).locator(".check-name")).toHaveText(["worktrees", "policy", "codex", "disk", "git"]);
    // What cannot be seen is not handed to a terminal.
    await expect(doctor(page).getByRole("button", { name: "Copy" })).toHaveCount(3);
    await doctor(page).getByRole("button", { name: "Copy: disk" }).focus();
    await page.keyboard.press("Enter");
    await expect(doctor(page).getByRole("button", { name: "Copied: disk" })).toBeFocused();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("cox disk");
    await page.keyboard.press("Escape");
    await expect(tile(page, "pay-retry")).toBeFocused();
  });

  test("says that it looks, what kept it from that, and that it is offline", async ({ page, engine }) => {
    const looking = Promise.withResolvers<undefined>();
    engine.examineTo(looking.promise);
    await openDoctor(page, engine);
    const status = doctor(page).getByRole("status");
    await expect(status).toHaveText("Looking…");
    looking.resolve(undefined);
    await expect(status).toContainText("was not foreseen");
    await expect(doctor(page).getByRole("listitem")).toHaveCount(0);
    engine.examineTo(Promise.resolve([]));
    await doctor(page).getByRole("button", { name: "Look again" }).press("Enter");
    await expect(status).toHaveText("Nothing is wrong.");
    await engine.leave();
    await expect(status).toHaveText("Not connected to the engine. It is tried again by itself.");
    await engine.comeBack();
    await expect(status).toHaveText("Nothing is wrong.");
  });
});

const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const places: [name: string, keys: readonly string[], ready: string][] = [
  ["grid", [], "[data-tile]"],
  ["transcript", ["Alt+1"], "[data-request]"],
  ["question", ["Alt+4"], "[data-request]"],
  ["resting workstream", ["Alt+3"], ".rest"],
  ["plan", ["Alt+5", "4"], ".plan"],
  ["palette", ["Control+k"], "dialog"],
  ["key sheet", ["?"], "dialog"],
  ["start dialog", ["n"], "dialog"],
  ["budget dialog", ["b"], "dialog"],
  ["doctor", ["g", "d"], "dialog li"],
  ["worktrees", ["g", "w", "m"], "[role=option]"],
  ["adopt dialog", ["g", "w", ...Array.from({ length: 15 }, () => "j"), "a"], "dialog"],
  ["reclaim dialog", ["g", "w", "j", "j", "Shift+F"], "dialog li"],
];

for (const [name, keys, ready] of places) {
  test(`axe finds nothing on the ${name}, in both themes`, async ({ page, engine }) => {
    await openGrid(page, engine);
    for (const key of keys) {
      await page.keyboard.press(key);
      if (key === "w") await expect(page.getByRole("listbox")).toBeFocused();
    }
    await expect(page.locator(ready).first()).toBeVisible();
    await expectNothingForAxe(page);
  });
}

async function expectNothingForAxe(page: Page): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).withTags(axeTags).analyze();
    const told = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${colorScheme}: ${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`),
    );
    expect(told.slice(0, 12)).toEqual([]);
  }
}
