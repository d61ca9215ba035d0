import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";
import type { FakeOptions } from "./fake/fake-rows.ts";
import { forecast } from "./fake/forecasts.ts";

interface Fixtures {
  readonly fleet: Partial<FakeOptions>;
  readonly engine: FakeEngine;
}

const test = base.extend<Fixtures, { readonly built: BuiltWindow }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  built: [async ({}, use) => use(await buildWindow()), { scope: "worker" }],
  fleet: [{}, { option: true }],
  engine: async ({ fleet, built, page }, use) => {
    const engine = await startFakeEngine({ count: 15, ...fleet }, built);
    await page.goto(engine.url);
    await expect(tiles(page)).not.toHaveCount(0);
    await use(engine);
    await engine.close();
  },
});
test.use({ viewport: { width: 1280, height: 800 } });

const tiles = (page: Page) => page.locator("[data-tile]");
const tile = (page: Page, name: string) => tiles(page).filter({ hasText: name });
const bar = (page: Page) => page.getByRole("region", { name: "What is shown" });

/** Where every tile is, to the pixel. */
function places(page: Page): Promise<string[]> {
  return tiles(page).evaluateAll((all) =>
    all.map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return [one.getAttribute("data-tile"), x, y, width, height].join(" ");
    }),
  );
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

test.describe("what is shown", () => {
  test("is filtered by a key and by text, in the order of the numbers, and all again by Esc", async ({
    page,
    engine,
  }) => {
    await press(page, "f");
    await expect(tiles(page)).toHaveCount(4);
    const numbers = await tiles(page).locator(".tile-number").allTextContents();
    expect(numbers).toEqual(["1", "2", "3", "4"]);
    // What no longer needs the human is not shown any more, and the keys go to the next.
    await expect(tile(page, "pay-retry")).toBeFocused();
    engine.tell({
      type: "request.withdrawn",
      workstreamId: engine.ids.workstream(1),
      requestId: engine.ids.request(1),
      why: "No.",
    });
    engine.tell({ type: "attention.cleared", attentionId: engine.ids.attention(1, "approval") });
    await expect(tiles(page)).toHaveCount(3);
    await expect(tile(page, "search-index")).toBeFocused();
    await press(page, "f", "/");
    await page.keyboard.type("AUDIT");
    await expect(tiles(page)).toHaveCount(1);
    await press(page, "Enter");
    await expect(tile(page, "audit-log")).toBeFocused();
    await press(page, "f");
    await expect(page.getByText("No workstream fits this filter.")).toBeVisible();
    await press(page, "Escape");
    await expect(tiles(page)).toHaveCount(15);
  });

  test("is as dense as it was left, also in the next page", async ({ page, engine }) => {
    const heightOf = async () => (await tiles(page).first().boundingBox())?.height ?? 0;
    const before = await heightOf();
    await press(page, "+");
    await expect(bar(page)).toContainText("roomy");
    expect(await heightOf()).toBeGreaterThan(before);
    await page.reload();
    await expect(bar(page)).toContainText("roomy");
    await press(page, "-", "-", "-");
    await expect(bar(page)).toContainText("compact");
    await expect(page.getByText("Answer 429")).toBeHidden();
    expect(engine.sent).toEqual([]);
  });
});

test("a tile grows over its neighbours, which stay where they are, and says more", async ({ page, engine }) => {
  const before = await places(page);
  await press(page, "Space");
  const enlarged = page.getByRole("region", { name: "Enlarged" });
  await expect(enlarged).toContainText("plan · 1 of 4 done");
  await expect(enlarged).toContainText("One retry with jitter");
  await expect(enlarged).toContainText("src/payments/retry.ts+18 −0");
  const box = await enlarged.boundingBox();
  expect(box?.width).toBeGreaterThan(700);
  engine.tell({
    type: "plan.updated",
    workstreamId: engine.ids.workstream(1),
    steps: [{ text: "Another way", status: "running" }],
  });
  await expect(enlarged).toContainText("Another way");
  expect(await places(page)).toEqual(before);
  await expect(tile(page, "pay-retry")).toBeFocused();
  await press(page, "i");
  const meaning = page.getByRole("region", { name: "What its numbers mean" });
  await expect(meaning).toContainText("41,200 of 200,000 tokens, 21 % of the budget");
  await expect(meaning).toContainText("+86 −12 in 4 files, 2 commits, and work not committed");
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag22aa", "best-practice"]).analyze();
  expect(found.violations).toEqual([]);
  await press(page, "l");
  await expect(meaning.getByRole("heading")).toHaveText("search-index");
  await press(page, "Escape");
  await expect(meaning).toHaveCount(0);
  expect(await places(page)).toEqual(before);
});

test.describe("several workstreams", () => {
  test("are chosen and told one thing, and whoever was not told is named", async ({ page, engine }) => {
    engine.deaf.add(engine.ids.workstream(7));
    await press(page, "x", "x", "Shift+ArrowRight", "Shift+ArrowDown");
    await expect(bar(page)).toContainText("7 chosen");
    await press(page, "Shift+S");
    const dialog = page.getByRole("dialog", { name: "Tell 7 workstreams" });
    const state = (name: string) => dialog.getByRole("listitem").filter({ hasText: name });
    await expect(state("pay-retry")).toContainText("into its running turn");
    await expect(state("search-index")).toContainText("with its next turn");
    await page.keyboard.type("Freeze the schema until noon");
    await press(page, "Enter");
    await expect(state("dark-mode")).toContainText("not told: Its worktree is being set up. Ask again when it works.");
    await expect(dialog).toContainText("1 of 7 were not told.");
    const told = engine.sent.map(({ input }) => [input["workstreamId"], input["text"], input["when"]]);
    expect(told).toHaveLength(7);
    expect(told[0]).toEqual([engine.ids.workstream(1), "Freeze the schema until noon", "now"]);
    const [words] = Object.values(engine.state().words).filter(
      ({ workstreamId }) => workstreamId === engine.ids.workstream(1),
    );
    engine.tell({
      type: "words.delivered",
      workstreamId: engine.ids.workstream(1),
      wordsId: words?.id ?? "",
      turnId: engine.ids.turn(1, 3),
    });
    await expect(state("pay-retry")).toContainText("delivered");
    const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag22aa", "best-practice"]).analyze();
    expect(found.violations).toEqual([]);
    engine.deaf.clear();
    await press(page, "Enter");
    await expect(state("dark-mode")).toContainText("accepted, on its way");
    expect(engine.sent).toHaveLength(8);
    await press(page, "Enter");
    await expect(dialog).toHaveCount(0);
    await expect(bar(page)).not.toContainText("chosen");
  });

  test("are paused together and taken up again, and one is stopped after its number was typed", async ({
    page,
    engine,
  }) => {
    for (const number of [1, 2]) {
      const row = engine.state().workstreams[engine.ids.workstream(number)];
      if (row === undefined) throw new Error("There is no such row.");
      engine.tell({
        type: "worktree.prepared",
        workstreamId: row.id,
        place: { ...row.place, gitDir: `${row.place.path}/.git` },
        ports: { first: 20_000, count: 10 },
      });
    }
    await expect(page.locator(".hints")).toContainText("enlarge");
    await press(page, "x", "l", "x", "p");
    await expect.poll(() => engine.sent.map(({ name }) => name)).toEqual(["pause", "pause"]);
    for (const number of [1, 2]) {
      const workstreamId = engine.ids.workstream(number);
      engine.tell({ type: "workstream.moved", workstreamId, phase: "paused" });
      engine.tell({ type: "worktree.freed", workstreamId });
    }
    await expect(tile(page, "search-index")).toContainText("stopped");
    await press(page, "p");
    await expect.poll(() => engine.sent.map(({ name }) => name)).toEqual(["pause", "pause", "retry", "retry"]);
    await press(page, "Escape", "h", "Shift+X");
    await expect(page.getByRole("dialog", { name: "Stop workstream 1?" })).toBeVisible();
    await page.keyboard.type("1");
    await press(page, "Enter");
    await expect.poll(() => engine.sent.at(-1)?.name).toBe("stop");
  });
});

test.describe("an unread mark", () => {
  const unread = (page: Page, name: string) => tile(page, name).getByRole("img", { name: /^unread/ });

  test("comes with what happened, outlives page and connection, and goes with a look", async ({ page, engine }) => {
    const workstreamId = engine.ids.workstream(5);
    await expect(page.getByRole("img", { name: /^unread/ })).toHaveCount(0);
    await engine.leave();
    await expect(page.getByText("Not connected since")).toBeVisible();
    engine.tell({ type: "turn.ended", workstreamId, turnId: engine.ids.turn(5, 3), outcome: "completed" });
    await engine.comeBack();
    await expect(unread(page, "rate-limits")).toHaveAccessibleName("unread: a turn ended");
    await page.reload();
    await expect(unread(page, "rate-limits")).toHaveAccessibleName("unread: a turn ended");
    await press(page, "Alt+5");
    await expect(page.getByRole("heading", { name: "rate-limits" })).toBeVisible();
    await press(page, "Escape");
    await expect(tile(page, "rate-limits")).toBeFocused();
    await expect(unread(page, "rate-limits")).toHaveCount(0);
    await press(page, "Shift+U");
    await expect(unread(page, "rate-limits")).toHaveAccessibleName("unread: marked by you");
    await press(page, "Space");
    await expect(unread(page, "rate-limits")).toHaveCount(0);
  });
});

test.describe("a conflict", () => {
  test("is named on its tile and in its workstream, and is the author's by one key", async ({ page, engine }) => {
    const before = await places(page);
    forecast(
      engine,
      6,
      ["src/import/csv.ts"],
      [{ workstreamId: engine.ids.workstream(1), conflicts: true, files: ["src/payments/client.ts"] }],
    );
    const mark = (name: string) => tile(page, name).locator(".tile-conflict");
    await expect(mark("csv-import")).toContainText("conflict");
    await expect(mark("csv-import").getByRole("img")).toHaveAccessibleName(
      "conflicts with main in src/import/csv.ts; touches the same lines as #1 pay-retry in src/payments/client.ts",
    );
    await expect(page.getByText("5 need you")).toBeVisible();
    expect(await places(page)).toEqual(before);
    await press(page, "Alt+6");
    await expect(page.locator(".workstream-conflict")).toContainText("conflicts with main in src/import/csv.ts");
    await press(page, "Shift+B");
    await expect.poll(() => engine.sent.at(-1)).toMatchObject({ name: "steer", input: { when: "now" } });
    expect(engine.sent.at(-1)?.input["text"]).toContain("it conflicts in src/import/csv.ts. Rebase onto main");
    await press(page, "g", "q", "Tab", "Tab");
    await expect(page.getByRole("button", { name: "Have it rebased" })).toBeVisible();
    await page.goBack();
    forecast(engine, 6, []);
    await expect(page.locator(".workstream-conflict")).toHaveCount(0);
    await expect(page.getByText("4 need you")).toBeVisible();
  });
});

test.describe("forty workstreams with a hostile one", () => {
  test.use({ fleet: { count: 40, hostile: true }, viewport: { width: 900, height: 700 } });

  test("stand in as many columns as fit, and none is drawn again for what another does", async ({ page, engine }) => {
    await expect(tiles(page)).toHaveCount(40);
    const lefts = await tiles(page).evaluateAll((all) => new Set(all.map((one) => one.getBoundingClientRect().x)).size);
    expect(lefts).toBe(3);
    await page.evaluate(() => {
      const drawn: string[] = [];
      Object.assign(globalThis, { drawn });
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target instanceof Element ? target : target.parentElement;
          drawn.push(element?.closest("[data-tile]")?.getAttribute("data-tile") ?? "none");
        }
      }).observe(document.querySelector(".tiles") ?? document.body, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
    });
    const workstreamId = engine.ids.workstream(9);
    for (let line = 0; line < 5; line += 1) {
      engine.tell({ type: "line.told", workstreamId, line: `line ${String(line)}` });
      engine.stream(engine.ids.workstream(3), "i3-1", engine.ids.turn(3, 3), "words ".repeat(200));
      await expect(page.locator(`[data-tile="${workstreamId}"] .tile-line-now`)).toHaveText(`line ${String(line)}`);
    }
    const drawn = await page.evaluate((): unknown => Reflect.get(globalThis, "drawn"));
    expect(new Set(Array.isArray(drawn) ? drawn : [])).toEqual(new Set([workstreamId]));
    await press(page, "Space");
    const enlarged = page.getByRole("region", { name: "Enlarged" });
    await expect(enlarged).toContainText("U+202E");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide).toBe(false);
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test("axe finds nothing on marks, filter and chosen tiles", async ({ page, engine }) => {
      forecast(engine, 6, ["src/import/csv.ts"]);
      forecast(engine, 5, [], [{ workstreamId: engine.ids.workstream(1), conflicts: true, files: ["src/a.ts"] }]);
      await press(page, "Shift+U", "Shift+ArrowRight", "-");
      await expect(page.locator(".tile-conflict")).toHaveCount(2);
      const found = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag22aa", "best-practice"])
        .analyze();
      expect(found.violations).toEqual([]);
    });
  });
}
