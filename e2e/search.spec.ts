import { expect, test as base, type Page } from "@playwright/test";
import { expectNothingForAxe } from "./axe.ts";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";
import type { FakeOptions } from "./fake/fake-rows.ts";

const test = base.extend<
  { readonly fleet: Partial<FakeOptions>; readonly engine: FakeEngine },
  { readonly built: BuiltWindow }
>({
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

const field = (page: Page) => page.getByRole("textbox", { name: /^Search/ });
const results = (page: Page) => page.getByRole("listbox", { name: "Found" });
const hits = (page: Page) => results(page).getByRole("option");
const selected = (page: Page) => results(page).locator("[aria-selected=true]");

async function openSearch(page: Page, engine: FakeEngine): Promise<void> {
  await page.goto(engine.url);
  await expect(page.locator("[data-tile]")).not.toHaveCount(0);
  await page.keyboard.press("g");
  await page.keyboard.press("/");
  await expect(field(page)).toBeFocused();
}

function say(engine: FakeEngine, number: number, text: string, at: number): void {
  const workstreamId = engine.ids.workstream(number);
  const ordinal = (engine.detailOf(workstreamId).items.at(-1)?.ordinal ?? 0) + 1;
  const body = { kind: "message", text } as const;
  engine.tell({
    type: "item.upserted",
    item: { id: `said-${String(number)}-${String(ordinal)}`, workstreamId, ordinal, at, body },
  });
}

const yesterday = Date.now() - 86_400_000;

test("finds a phrase said yesterday, looks around it and goes there, by keys alone", async ({ page, engine }) => {
  say(engine, 2, "The pigeon loft needs a second door.", yesterday);
  say(engine, 5, "A pigeon needs no retry.", Date.now());
  await openSearch(page, engine);
  await page.keyboard.type('"pigeon loft" since:yesterday');
  await expect(hits(page)).toHaveCount(1);
  await expect(page.locator("mark")).toHaveText(["pigeon loft"]);
  await expect(selected(page)).toContainText("1d");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  const context = page.getByRole("complementary", { name: "What stands around it" });
  await expect(context.locator("[data-hit=true]")).toContainText("needs a second door");
  await expectNothingForAxe(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "search-index" })).toBeVisible();
  await expect(page).toHaveURL(/#\/2\/transcript\/\d+$/);
  await expect(page.getByRole("region", { name: "Transcript" })).toContainText("needs a second door");
  await page.keyboard.press("g");
  await page.keyboard.press("/");
  await expect(field(page)).toHaveValue('"pigeon loft" since:yesterday');
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await expect(hits(page)).toHaveText(['"pigeon loft" since:yesterday']);
  await page.keyboard.press("Enter");
  await expect(selected(page)).toContainText("needs a second door");
});

test("shows five of a workstream, and the rest of it by one key", async ({ page, engine }) => {
  for (let at = 0; at < 8; at += 1) say(engine, 3, `pigeon number ${String(at)}`, yesterday + at);
  say(engine, 4, "one more pigeon", yesterday);
  await openSearch(page, engine);
  await page.keyboard.type("pigeon");
  await expect(page.getByText("9 found in 2 workstreams")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("j");
  await expect(selected(page)).toContainText("3 more in auth-cookies");
  await page.keyboard.press("Enter");
  await expect(field(page)).toHaveValue("in:3 pigeon");
  await expect(hits(page)).toHaveCount(8);
});

test("says what it left out, what to try, and that it is searched when the engine is back", async ({
  page,
  engine,
}) => {
  await openSearch(page, engine);
  await expect(page.getByText("kind:command")).toBeVisible();
  await page.keyboard.type("nobodysaidthis kind:poem");
  await expect(page.getByText("Nothing was found for")).toBeVisible();
  await expect(page.getByText("Left out kind:poem: kinds are words")).toBeVisible();
  await expectNothingForAxe(page);
  await engine.leave();
  await expect(page.getByText("Not connected since")).toBeVisible();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("flaky");
  await expect(page.getByText("It is searched when the engine is back.")).toBeVisible();
  say(engine, 2, "flaky again", yesterday);
  await engine.comeBack();
  await expect(hits(page).first()).toContainText("flaky again");
});

test.describe("with hostile text", () => {
  test.use({ fleet: { hostile: true, count: 3, reader: true }, viewport: { width: 900, height: 700 } });
  test("shows a reader what acts unseen by its name, on a narrow screen", async ({ page, engine }) => {
    say(engine, 2, `pigeon \u202egpj.exe <img src=x onerror=alert(1)> ${"x".repeat(5_000)}`, yesterday);
    await openSearch(page, engine);
    await page.keyboard.type("pigeon");
    await expect(hits(page).first()).toContainText("U+202E");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await expect(page.locator(".search-context [data-hit=true]")).toContainText("<img src=x");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
  });
});
