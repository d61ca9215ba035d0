import path from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { startEngineProcess, type EngineProcess } from "./engine-process.ts";
import { makeRepository, temporaryFolder } from "./scenarios/repositories.ts";

/** The human's own shell in a worktree: a real engine, a real shell, and the keyboard alone. */
test.describe.configure({ mode: "serial", timeout: 60_000 });

const cache = fileURLToPath(new URL("../.cache/", import.meta.url));
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: string;
let engine: EngineProcess;
let page: Page;
const complaints: string[] = [];

test.beforeAll(async ({ browser }) => {
  folder = await temporaryFolder(cache);
  home = path.join(folder.path, "home");
  const repository = await makeRepository(path.join(folder.path, "repository"));
  engine = await startEngineProcess(home, ["--repo", repository]);
  await engine.client.workstream.start({ text: "Work", agent: "scripted", model: "scripted-happy" });
  page = await (await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] })).newPage();
  page.on("pageerror", (error) => complaints.push(String(error.stack)));
  await page.goto(`${engine.url}/#token=${engine.token}&at=/grid`);
  await expect(page.locator("[data-tile]")).toContainText("ready", { timeout: 20_000 });
});

test.afterAll(async () => {
  await page.context().close();
  engine.kill("SIGTERM");
  await engine.gone;
  await folder.remove();
});

const rows = () => page.locator(".xterm-rows");
const tab = (name: string) => page.getByRole("tab", { name });
const typing = () => page.getByRole("textbox", { name: /^Terminal of/ });

async function run(line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
}

test("takes over from the grid, and the shell is the human's, in the worktree", async () => {
  await page.keyboard.press("t");
  await expect(typing()).toBeFocused();
  await expect(page.getByText(/^Your own shell, with your rights, in/)).toBeVisible();
  await run("echo hello-$((40+2)) on $COXSWAIN_BRANCH, port $PORT");
  await expect(rows()).toContainText(/hello-42 on cox\/w\w+\/\S+, port 2\d{4}/);
  await run("stty -a | head -1; pwd | tail -c 30");
  await expect(rows()).toContainText(/rows \d+; columns 1\d\d;/);
});

test("leaves every key to the program but those that are shown, and gives them back", async () => {
  await page.keyboard.type("echo 13?ju");
  await expect(rows()).toContainText("echo 13?ju");
  await expect(tab("Terminal")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(typing()).toBeFocused();
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+Shift+K");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(typing()).toBeFocused();
  await page.keyboard.press("Control+Shift+Escape");
  await expect(page.getByRole("tabpanel")).toBeFocused();
  await page.keyboard.press("3");
  await expect(tab("Diff")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("2");
  await expect(rows()).toContainText("hello-42");
  await expect(typing()).toBeFocused();
});

test("is left for what is most urgent by one chord, and found again by another", async () => {
  await page.keyboard.press("Control+Shift+J");
  await expect(page.getByRole("listbox")).toBeFocused();
  await expect(page.locator("[data-item][aria-current=true]")).toContainText("ready");
  await page.keyboard.press("Control+Shift+J");
  await expect(typing()).toBeFocused();
  await expect(rows()).toContainText("hello-42");
});

test("is as it was after a reload, with what came meanwhile", async () => {
  await run("clear; echo kept-$((1+1)); (sleep 0.3; echo late-$((2+2))) &");
  await expect(rows()).toContainText("kept-2");
  await page.reload();
  await expect(rows()).toContainText("kept-2");
  await expect(rows()).toContainText("late-4");
  await expect(typing()).toBeFocused();
});

test("stops a flood at Ctrl+C", async () => {
  await run("yes flooding");
  await expect(rows()).toContainText("flooding");
  await page.keyboard.press("Control+c");
  await run("clear; echo after-$((5+5))");
  await expect(rows()).toContainText("after-10");
});

test("lets nothing that is printed open, copy, rename or turn round anything", async () => {
  const title = await page.title();
  const copied = "what the human copied";
  await page.evaluate((text) => navigator.clipboard.writeText(text), copied);
  await run(
    String.raw`clear; printf '\e]0;evil\a\e]52;c;ZXZpbA==\a\e]52;c;?\a\eP$q"p\e\\\e]8;;http://evil.example\e\\link\e]8;;\e\\ \xe2\x80\xaegnp.exe\n%s\n' shown`,
  );
  await expect(rows()).toContainText("link �gnp.exe");
  await expect(rows()).toContainText("shown");
  expect(await page.title()).toBe(title);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(copied);
  expect(await page.locator(".xterm-rows a, .xterm-rows [style*='underline']").count()).toBe(0);
  await run(
    String.raw`clear; printf '\e[999999999b\e[999999999S\e[6n\e[c'; head -c 10000000 /dev/zero | tr '\0' x; clear; echo "" fine`,
  );
  await expect(rows()).toContainText(" fine");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
});

for (const scheme of ["dark", "light"] as const) {
  test(`has nothing that axe objects to, ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme });
    await run(
      String.raw`clear; for c in 0 1 2 3 4 5 6 7; do printf "\e[3${"$"}{c}mcolour \e[9${"$"}{c}mbright \e[0m"; done; echo`,
    );
    await expect(rows()).toContainText("bright");
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
}

test("shows its last rows in the tile when that is wanted, and the author's lines else", async () => {
  await run(String.raw`clear; printf '\e[32mgrown\e[0m <b>plain</b>\n'`);
  await page.keyboard.press("Control+Shift+Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  const tile = page.locator("[data-tile]");
  await expect(tile).toContainText("The greeting is in");
  await page.keyboard.press("v");
  await expect(tile.locator("[data-colour='2']")).toHaveText("grown");
  await expect(tile).toContainText("<b>plain</b>");
  await page.reload();
  await expect(tile).toContainText("<b>plain</b>");
  await page.keyboard.press("v");
  await expect(tile).toContainText("The greeting is in");
  await page.keyboard.press("t");
  await expect(typing()).toBeFocused();
});

test("says that it ended with the engine, keeps what was seen, and opens a new one", async () => {
  await run("clear; echo last-$((3+3))");
  await expect(rows()).toContainText("last-6");
  engine.kill("SIGKILL");
  await engine.gone;
  engine = await startEngineProcess(home, []);
  await expect(page.getByText("This terminal ended with the engine.")).toBeVisible();
  await expect(rows()).toContainText("last-6");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This terminal ended with the engine.")).toBeHidden();
  await run("clear; echo anew-$((4+4))");
  await expect(rows()).toContainText("anew-8");
  await run("exit 3");
  await expect(page.getByText("The shell has ended, with 3.")).toBeVisible();
  expect(complaints).toEqual([]);
});
