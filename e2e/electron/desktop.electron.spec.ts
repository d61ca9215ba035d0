import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { _electron, expect, test, type ElectronApplication, type Page } from "@playwright/test";
import { findElectron } from "../../scripts/electron-runtime.mjs";
import { processesOf } from "../engine-process.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

let home: string;
let desktop: ElectronApplication;
let page: Page;

test.beforeEach(async () => {
  await mkdir(path.join(root, ".cache"), { recursive: true });
  home = await realpath(await mkdtemp(path.join(root, ".cache", "desktop-")));
  const executablePath = findElectron();
  if (executablePath === undefined) throw new Error("no Electron runtime, which the project looks for first");
  // Chromium refuses its own sandbox to root.
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  desktop = await _electron.launch({
    executablePath,
    args: [...asRoot, root, "--home", home, "--demo"],
    env: { ...definedEnv(), COXSWAIN_PACE: "instant" },
  });
  page = await desktop.firstWindow();
});

test.afterEach(async () => {
  await desktop.close();
  await rm(home, { recursive: true, force: true });
});

/** The grid's tiles, of which the demo has fifteen. */
function tiles() {
  return page.getByRole("list", { name: "Workstreams", exact: true }).getByRole("listitem");
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

test("opens a window with the demo's fifteen tiles, told over the relayed port", async () => {
  expect(page.url()).toContain("app://coxswain/");
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
});

test("goes on over a fresh port after the page is loaded again", async () => {
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
  await page.reload();
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
});

test("holds the page to its content security policy and keeps Node out of it", async () => {
  const seen = await page.evaluate(async () => {
    const refused: string[] = [];
    document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.head.append(script);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const page = await fetch("/");
    return {
      refused,
      ran: "ran" in window,
      policy: page.headers.get("content-security-policy"),
      node: ["require", "process", "module"].filter((name) => name in window),
      opened: window.open("https://example.com/") === null,
    };
  });
  expect(seen).toMatchObject({ refused: ["script-src-elem"], ran: false, node: [], opened: true });
  expect(seen.policy).toContain("default-src 'none'");
});

test("leaves no process when it quits", async () => {
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
  const main = desktop.process();
  const gone = new Promise<void>((resolve) => main.once("exit", () => resolve()));
  await desktop.evaluate(({ app }) => app.quit());
  await gone;
  await expect.poll(async () => (await processesOf(home)).map(({ command }) => command)).toEqual([]);
});
