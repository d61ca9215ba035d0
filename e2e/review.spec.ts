import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";

const test = base.extend<{ engine: FakeEngine; complaints: string[] }, { readonly built: BuiltWindow }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  built: [async ({}, use) => use(await buildWindow()), { scope: "worker" }],
  engine: async ({ built }, use) => {
    const engine = await startFakeEngine({ count: 6 }, built);
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

const workstreamId = "w000000005";

async function openDiff(page: Page, engine: FakeEngine): Promise<void> {
  await page.goto(engine.url);
  await expect(page.locator("[data-tile]")).not.toHaveCount(0);
  await page.keyboard.press("Alt+5");
  await press(page, "3");
  await expect(page.locator("diffs-container").first()).toBeAttached();
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

const pane = (page: Page) => page.getByRole("complementary", { name: "Review" });
const marks = (page: Page) => pane(page).locator(".review-mark");
const cards = (page: Page) => page.locator(".diff .mark-card");
const writing = (page: Page) => page.getByRole("textbox", { name: "Comment" });

async function comment(page: Page, text: string): Promise<void> {
  await press(page, "c");
  await expect(writing(page)).toBeFocused();
  await page.keyboard.type(text);
}

test("three comments go to the author as one review, through a reload, and say what became of them", async ({
  page,
  engine,
  complaints,
}) => {
  await openDiff(page, engine);
  await press(page, "n");
  await comment(page, "Why was it not awaited before?");
  await press(page, "Control+Enter");
  await expect(cards(page)).toContainText("goes with the review");
  await press(page, "Shift+N", "Shift+J", "Shift+J");
  await comment(page, "Say what the numbers are in.");
  await press(page, "Escape");
  await expect(marks(page)).toHaveCount(2);
  await expect(pane(page)).toContainText("1 draft not in the review yet");

  await page.reload();
  await expect(marks(page)).toHaveCount(2);
  await expect(marks(page).last()).toHaveAttribute("aria-current", "true");
  await press(page, "r");
  await expect(writing(page)).toHaveValue("Say what the numbers are in.");
  await press(page, "Control+Enter", ...Array<string>(9).fill("j"));
  await comment(page, "Good.");
  await press(page, "Control+Enter", "Shift+C");
  const preview = page.getByLabel("What the author will read");
  await expect(preview).toContainText("[2] src/payments/retry.ts:1-3");
  await page.keyboard.type("Nearly there.");
  await expect(preview).toContainText("Nearly there.");
  const previewed = await preview.innerText();
  await press(page, "Control+Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(marks(page)).toHaveText([/open/, /open/, /open/]);
  await expect(pane(page)).toContainText("accepted, on its way");

  const [words] = Object.values(engine.state().words);
  expect(words?.text).toBe(previewed);
  engine.tell({
    type: "turn.opened",
    workstreamId,
    turn: { id: "t000000099", number: 7, cause: "human", status: "running", startedAt: 1 },
    round: false,
  });
  engine.tell({ type: "words.delivered", workstreamId, wordsId: words?.id ?? "", turnId: "t000000099" });
  await expect(pane(page)).toContainText("in turn 7");
  await expect(pane(page)).toContainText("nothing touched");
  engine.changeDiff("revised");
  await expect(page.getByText("Changed since you opened it")).toBeVisible();
  await press(page, ".");
  await expect(pane(page)).toContainText("1 of 3 touched");
  await expect(marks(page).nth(1)).toContainText("retry.ts:2-4");
  await expect(marks(page).last()).toContainText("the line is gone");
  expect(engine.sent.filter(({ name }) => name === "review")).toHaveLength(1);
  expect(complaints).toEqual([]);
});

test("a thread is answered, replied to, resolved and opened again, and its lines are quoted", async ({
  page,
  engine,
}) => {
  await openDiff(page, engine);
  await press(page, "n");
  await comment(page, "Only once?");
  await press(page, "Control+Enter", "Shift+C");
  await press(page, "Control+Enter");
  await expect(marks(page)).toHaveText([/open/]);
  const entry = { by: "author" as const, text: "Yes, the ticket says so.", at: 2 };
  engine.tell({ type: "review.answered", workstreamId, number: 1, entry });
  await expect(cards(page)).toContainText("Yes, the ticket says so.");
  await press(page, "]", "r");
  await expect(page.getByRole("textbox", { name: "Reply in thread 1" })).toBeFocused();
  await page.keyboard.type("Then say it in a comment.");
  await press(page, "Control+Enter");
  await expect(cards(page)).toContainText("Then say it in a comment.");
  await press(page, "Shift+R");
  await expect(marks(page)).toHaveText([/resolved/]);
  await press(page, "Shift+R");
  await expect(marks(page)).toHaveText([/open/]);
  await press(page, "q");
  await expect(page.getByRole("textbox", { name: /Words for/ })).toHaveValue(/^src\/payments\/client.ts:40.*\n> /);
});

test("what was viewed stays viewed while another file changes, in other windows too", async ({
  page,
  engine,
  context,
}) => {
  await openDiff(page, engine);
  await press(page, "v", "v", "v");
  await expect(pane(page)).toContainText("2/3 viewed");
  await expect(page.getByRole("navigation", { name: "Changed files" }).getByText("viewed")).toHaveCount(2);
  await press(page, "v");
  await expect(pane(page)).toContainText("3/3 viewed");
  engine.changeDiff("revised");
  await press(page, ".");
  await expect(pane(page)).toContainText("2/3 viewed");
  await press(page, "Shift+U");
  await expect(pane(page)).toContainText("what changed since 4f1c2ab94f1c");
  await expect(page.locator(".diff-head")).toHaveCount(1);
  await expect(page.locator(".diff-head")).toContainText("src/payments/retry.ts");
  const other = await context.newPage();
  await openDiff(other, engine);
  await other.getByRole("button", { name: "retry.ts" }).first().focus();
  await press(other, "Enter");
  await comment(other, "Seen from elsewhere.");
  await press(other, "Control+Enter");
  await expect(marks(page)).toHaveText([/Seen from elsewhere/]);
  await press(other, "Shift+D");
  await expect(marks(page)).toHaveCount(0);
  await press(other, "z");
  await expect(marks(page)).toHaveText([/Seen from elsewhere/]);
  await expect(pane(other)).toContainText("2/3 viewed");
  await press(page, "n", "Shift+V");
  await expect(pane(other)).toContainText("3/3 viewed");
});

test("has nothing for axe to find, in both themes", async ({ page, engine }) => {
  await openDiff(page, engine);
  await press(page, "n");
  await comment(page, "Why?");
  await press(page, "Control+Enter", "Shift+C");
  const found: string[] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    found.push(...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${colorScheme}: ${id}: ${html}`)));
    // First the dialog, then the threads below it.
    await press(page, "Control+Enter");
    await expect(page.getByRole("dialog")).toBeHidden();
  }
  expect(found).toEqual([]);
});
