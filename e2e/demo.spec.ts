import { expect, test, type Page } from "@playwright/test";
import { startDemo, type DemoProcess } from "./demo-process.ts";

/** The main job, on real input: fifteen scripted agents that really edit, run and commit, steered from the keyboard alone. */
test.describe.configure({ mode: "serial", timeout: 180_000 });

let demo: DemoProcess;
let page: Page;
const complaints: string[] = [];

test.beforeAll(async ({ browser }) => {
  demo = await startDemo();
  page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(`${demo.url}&at=/grid`);
});

test.afterAll(async () => {
  await page.close();
  await demo.close();
});

const tiles = () => page.locator("[data-tile]");
const tile = (title: string) => tiles().filter({ hasText: title });
const ask = () => page.locator("[data-request]");
const slow = { timeout: 120_000 };

/** Opens a workstream by the words of its ticket, through the palette. */
async function open(title: string): Promise<void> {
  const number = await tile(title).locator(".tile-number").textContent();
  await page.keyboard.press("Control+k");
  await page.keyboard.type(`${number ?? ""}  `);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tablist")).toBeVisible();
}

async function toGrid(): Promise<void> {
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await expect(tiles().first()).toBeVisible();
}

test("shows fifteen workstreams at work", async () => {
  await expect(tiles()).toHaveCount(15, slow);
  await expect(tiles().filter({ hasText: "working" })).not.toHaveCount(0);
});

test("interrupts a running turn", async () => {
  await expect(tile("Say what our functions take and give").locator(".tile-facts")).toContainText("t1", slow);
  await open("Say what our functions take and give");
  await expect(page.locator(".hints")).toContainText("interrupt", slow);
  await page.keyboard.press("Shift+I");
  await expect(page.locator(".hints")).not.toContainText("interrupt", slow);
  await toGrid();
});

test("steers a running turn, and the author takes it in", async () => {
  await open("Page the answers of the search API");
  await page.keyboard.press("s");
  await page.keyboard.type("Keep the page size below fifty");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Understood: Keep the page size below fifty").first()).toBeAttached(slow);
  await page.keyboard.press("Escape");
  await toGrid();
});

test("allows a command, and it is run", async () => {
  await expect(tile("Remove the SOAP adapter")).toContainText("asks you", slow);
  await open("Remove the SOAP adapter");
  await expect(ask()).toContainText("git rm -r -q legacy");
  await expect(ask()).toHaveAttribute("data-whole", "true");
  await page.keyboard.press("a");
  await expect(ask()).toHaveCount(0, slow);
  await expect(page.getByText("is gone and all tests pass").first()).toBeAttached(slow);
});

test("shows the diff of what was allowed", async () => {
  await page.keyboard.press("3");
  await expect(page.getByRole("navigation", { name: "Changed files" })).toContainText("soap.js", slow);
  await expect(page.locator(".diff")).toContainText("legacy/");
  await toGrid();
});

test("answers a question by its number, and the author goes on", async () => {
  await expect(tile("Do not wake people up")).toContainText("asks you", slow);
  await open("Do not wake people up");
  await expect(ask()).toContainText("What should happen to a message between 22:00 and 07:00?");
  await expect(ask()).toBeFocused();
  await expect(ask()).toHaveAttribute("data-whole", "true");
  await page.keyboard.press("1");
  await expect(ask()).toHaveCount(0, slow);
  await toGrid();
});

test("brings workstreams to ready", async () => {
  await expect(tiles().filter({ hasText: "ready" })).not.toHaveCount(0, slow);
});

test("keeps a draft through a reload of the page", async () => {
  await open("Charge for parcels that are not collected");
  await page.keyboard.press("s");
  await page.keyboard.type("half a thought");
  await page.reload();
  await expect(page.getByRole("textbox", { name: /^Words for/ })).toHaveValue("half a thought");
  expect(complaints).toEqual([]);
});
