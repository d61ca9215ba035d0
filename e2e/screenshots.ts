/**
 * Takes the screenshots of docs/images anew, from the keyboard, on the built window over a fleet that is always the same; the
 * terminal's on a real engine. Run by hand when a screen changed: `npm run build && node e2e/screenshots.ts`, with names to take
 * only these.
 */
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "@playwright/test";
import { chromiumArgs, ensureChromium } from "../scripts/chromium.mjs";
import { startEngineProcess } from "./engine-process.ts";
import { attemptAgain } from "./fake/attempts.ts";
import { buildWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";
import { forecast } from "./fake/forecasts.ts";
import { makeRepository, temporaryFolder } from "./scenarios/repositories.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const images = path.join(root, "docs", "images");

interface Shot {
  readonly name: string;
  readonly themes: readonly ("dark" | "light")[];
  /** What is there only once the screen can be taken. */
  readonly shows: string;
  readonly go: (page: Page, engine: FakeEngine) => Promise<void>;
}

const shots: readonly Shot[] = [
  { name: "queue", themes: ["dark", "light"], shows: ".queue-last li", go: (page) => keys(page, "g", "q") },
  {
    name: "grid",
    themes: ["dark", "light"],
    shows: ".tile-conflict",
    go: (_, engine) => Promise.resolve(forecast(engine, 6, ["src/import/csv.ts"])),
  },
  { name: "workstream", themes: ["dark"], shows: ".transcript-row", go: (page) => keys(page, "Alt+1") },
  { name: "diff", themes: ["dark"], shows: ".review-marks li:nth-child(1)", go: comment },
  {
    name: "compare",
    themes: ["dark"],
    shows: "thead th[data-selected=true]",
    async go(page, engine) {
      attemptAgain(engine, 2, 3);
      await keys(page, "Alt+2");
      await page.getByRole("tablist").waitFor();
      await keys(page, "g", "c");
    },
  },
  {
    name: "search",
    themes: ["dark"],
    shows: ".search-context-item[data-hit=true]",
    async go(page) {
      await keys(page, "g", "/");
      await page.keyboard.type("provider");
      await page.locator("mark").first().waitFor();
      await keys(page, "ArrowDown", "Space");
    },
  },
  { name: "settings", themes: ["dark"], shows: ".setting", go: (page) => keys(page, ",") },
];

/** A comment that is kept for the review. */
async function comment(page: Page): Promise<void> {
  await keys(page, "Alt+5");
  await page.getByRole("tablist").waitFor();
  await keys(page, "3");
  await page.locator("[data-line]").first().waitFor();
  await keys(page, "n", "j", "j", "c");
  await page.keyboard.type("Say why a second try is safe here: the key makes it idempotent.");
  await keys(page, "Control+Enter");
}

async function keys(page: Page, ...pressed: readonly string[]): Promise<void> {
  for (const key of pressed) await page.keyboard.press(key);
}

async function open(browser: Browser, url: string, colorScheme: "dark" | "light"): Promise<Page> {
  const viewport = { width: 1280, height: 800 };
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
  await page.goto(url);
  await page.locator("[data-tile]").first().waitFor();
  return page;
}

async function take(page: Page, name: string): Promise<void> {
  // What fades in or is drawn a frame later has its time.
  await page.waitForTimeout(500);
  await page.screenshot({ path: path.join(images, `${name}.png`) });
  await page.close();
}

/** The human's own shell, which no fake has. */
async function takeTerminal(browser: Browser): Promise<void> {
  // The picture shows the path, which is nobody's here.
  const folder = await temporaryFolder(tmpdir());
  const repository = await makeRepository(path.join(folder.path, "shop"), [
    ["package.json", "{}\n"],
    ["src/client.ts", "export {};\n"],
  ]);
  const engine = await startEngineProcess(path.join(folder.path, "home"), ["--repo", repository]);
  try {
    await engine.client.workstream.start({
      text: "Retry payments",
      agent: "scripted",
      model: "scripted-happy",
    });
    const page = await open(browser, `${engine.url}/#token=${engine.token}&at=/grid`, "dark");
    await page.locator("[data-tile]", { hasText: "ready" }).waitFor();
    await keys(page, "t");
    await page.getByRole("textbox", { name: /^Terminal of/ }).waitFor();
    await page.keyboard.type("PS1='$ '; clear; git log --oneline --stat | head -12\n");
    await page.locator(".xterm-rows", { hasText: "changed" }).waitFor();
    await take(page, "terminal-dark");
  } finally {
    engine.kill("SIGTERM");
    await engine.gone;
    await folder.remove();
  }
}

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const browser = await chromium.launch({ args: chromiumArgs(), executablePath: await ensureChromium() });
const built = await buildWindow();
for (const { name, themes, shows, go } of shots.filter((shot) => isWanted(shot.name))) {
  for (const theme of themes) {
    const engine = await startFakeEngine({ count: 15 }, built);
    const page = await open(browser, engine.url, theme);
    await go(page, engine);
    await page.locator(shows).first().waitFor();
    await take(page, `${name}-${theme}`);
    await engine.close();
  }
}
if (isWanted("terminal")) await takeTerminal(browser);
await browser.close();
