import { expect, test, type Page } from "@playwright/test";
import { journeyScenarios, wideFiles } from "./board/journeys.ts";
import { setBoard, type BoardStage } from "./board/stage.ts";

/** What a day of steering consists of, on the built app, among fifteen live scripted workstreams, without a mouse. */
test.describe.configure({ mode: "serial", timeout: 90_000 });

let stage: BoardStage;
let page: Page;
const complaints: string[] = [];
const slow = { timeout: 30_000 };

test.beforeAll(async ({ browser }) => {
  stage = await setBoard(journeyScenarios);
  await stage.startAll();
  const start = (text: string, model: string, attempts = 1) =>
    stage.client.workstream.start({ text, agent: "scripted", model: `scripted-${model}`, attempts });
  await start("Talk while it works", "journey-talk");
  await start("Touch two hundred files", "journey-wide");
  await start("Try it in three ways", "journey-attempt", 3);
  page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(stage.url);
  await page.getByRole("main").waitFor();
  // A mouse anywhere is one too many.
  await page.evaluate(() => {
    for (const type of ["mousedown", "pointerdown", "wheel"]) {
      window.addEventListener(type, () => console.error(`a ${type} event`), { capture: true });
    }
  });
});

test.afterAll(async () => {
  await page.close();
  await stage.close();
});

const dialog = () => page.getByRole("dialog");
const transcript = () => page.getByRole("region", { name: "Transcript" });

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Opens a workstream by its name, through the palette. */
async function open(name: string): Promise<void> {
  await press("Control+k");
  await expect(dialog().getByRole("combobox")).toBeFocused();
  await page.keyboard.type(name);
  await expect(dialog().getByRole("option").first()).toContainText(name);
  await press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
}

async function row(name: string) {
  const found = (await stage.client.workstream.list()).find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}

async function isReady(name: string): Promise<void> {
  await expect.poll(async () => (await row(name)).phase, slow).toBe("ready");
}

test("steers, interrupts, and answers", async () => {
  await open("talk-while-it-works");
  await expect(transcript()).toContainText("needs a second door", slow);
  await press("s");
  await page.keyboard.type("Mind the roof");
  await press("Control+Enter");
  await expect(transcript()).toContainText("I take that up: Mind the roof", slow);
  await press("Escape", "Shift+I");
  await expect(page.locator(".hints")).not.toContainText("interrupt", slow);
  await open("dates-on-invoices");
  await expect(page.locator("[data-request]")).toHaveAttribute("data-whole", "true", slow);
  // Digits are the views of a workstream, unless the question has the focus.
  const inAsk = page.locator("[data-request] :focus, [data-request]:focus");
  for (let regions = 0; regions < 8 && (await inAsk.count()) === 0; regions += 1) await press("F6");
  await press("1");
  await isReady("dates-on-invoices");
});

test("reviews a diff of two hundred files, and sees the review reach its author", async () => {
  await isReady("touch-two-hundred-files");
  await open("touch-two-hundred-files");
  await press("3");
  await expect(page.getByRole("navigation", { name: "Changed files" })).toContainText(`${wideFiles} files`, slow);
  await expect(page.locator("diffs-container").first()).toBeVisible(slow);
  for (const said of ["Name this for what it is.", "Why twelve folders?"]) {
    await press("n");
    await press("c");
    await expect(page.getByRole("textbox", { name: "Comment" })).toBeFocused();
    await page.keyboard.type(said);
    await press("Control+Enter");
    await expect(page.getByRole("textbox", { name: "Comment" })).toHaveCount(0);
  }
  await press("Shift+C");
  await expect(page.getByLabel("What the author will read")).toContainText("Why twelve folders?");
  await page.keyboard.type("Nearly there.");
  await press("Control+Enter");
  await expect(dialog()).toBeHidden();
  await expect(page.getByText(/in turn 2/).first()).toBeVisible(slow);
  await press("1");
  await expect(transcript()).toContainText("Why twelve folders?", slow);
  await expect(transcript()).toContainText("Take the review up", slow);
});

test("compares three attempts, keeps one and says why", async () => {
  for (const name of ["try-it-in-three-ways", "try-it-in-three-ways-2", "try-it-in-three-ways-3"]) await isReady(name);
  await open("try-it-in-three-ways");
  await press("g", "c");
  const box = page.getByRole("region", { name: "Attempts" });
  await expect(box).toContainText("Files all 3 touched", slow);
  await press("l", "Shift+K");
  await expect(dialog()).toBeVisible();
  await press("1", "Enter");
  await expect
    .poll(
      async () => (await stage.client.workstream.list()).filter(({ name }) => name.startsWith("try-it")).length,
      slow,
    )
    .toBe(1);
});

test("finds a phrase that was said, and goes to it", async () => {
  await press("g", "/");
  await page.keyboard.type('"second door"');
  await expect(page.locator("mark").first()).toHaveText("second door", slow);
  await press("ArrowDown", "Enter");
  await expect(page).toHaveURL(/\/transcript\/\d+$/);
  await expect(transcript()).toContainText("needs a second door");
});

test("gives a command another key, and uses it", async () => {
  await press(",", "/");
  await page.keyboard.type("go to the worktrees");
  await press("Escape", "Enter");
  await expect(dialog().getByRole("textbox")).toBeFocused();
  await press("g", "x");
  await expect(dialog()).toHaveCount(0);
  await press("g", "x");
  await expect(page).toHaveURL(/#\/worktrees$/);
  await page.reload();
  await page.getByRole("main").waitFor();
  await press("g", "q", "g", "x");
  await expect(page).toHaveURL(/#\/worktrees$/);
  expect(complaints).toEqual([]);
});
