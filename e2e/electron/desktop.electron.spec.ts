import { readFile, mkdir, mkdtemp, realpath, rm, stat } from "node:fs/promises";
import { spawn } from "node:child_process";
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
  await open("instant");
});

test.afterEach(async () => {
  // A test that failed may have left a question open, which closing would wait for.
  if (desktop.process().exitCode === null) desktop.process().kill("SIGTERM");
  await desktop.close().catch(() => undefined);
  for (const { pid } of await processesOf(home)) process.kill(pid, "SIGKILL");
  await rm(home, { recursive: true, force: true });
});

async function open(pace: "instant" | "lively"): Promise<void> {
  desktop = await _electron.launch({
    executablePath: runtime(),
    args: startArguments("--demo"),
    env: { ...definedEnv(), COXSWAIN_PACE: pace },
  });
  page = await desktop.firstWindow();
  await page.getByRole("navigation", { name: "Places" }).waitFor({ timeout: 30_000 });
  for (const key of ["g", "g"]) await page.keyboard.press(key);
}

function runtime(): string {
  const program = findElectron();
  if (program === undefined) throw new Error("no Electron runtime, which the project looks for first");
  return program;
}

function startArguments(...more: readonly string[]): string[] {
  // Chromium refuses its own sandbox to root.
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return [...asRoot, root, "--home", home, ...more];
}

/** The grid's tiles, of which the demo has fifteen. */
function tiles() {
  return page.getByRole("list", { name: "Workstreams", exact: true }).getByRole("listitem");
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Answers the next questions of the program with the button of this place, and remembers what was asked. */
async function answerDialogs(button: number): Promise<() => Promise<string[]>> {
  await desktop.evaluate(({ dialog }, response) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = ((options: Electron.MessageBoxOptions) => {
      asked.push(options.message);
      return Promise.resolve({ response, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
  }, button);
  return () => desktop.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
}

/** Resolves when the program is gone. */
function gone(): Promise<void> {
  const main = desktop.process();
  return new Promise((resolve) => (main.exitCode === null ? main.once("exit", () => resolve()) : resolve()));
}

async function expectNothingLeft(): Promise<void> {
  await expect.poll(async () => (await processesOf(home)).map(({ command }) => command)).toEqual([]);
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

test("gives the page nothing of the machine", async () => {
  const answers = await page.evaluate(async () => {
    const tried = async (ask: () => Promise<unknown>): Promise<string> => {
      try {
        return await Promise.race([
          ask().then((got) => `got ${JSON.stringify(got)}`),
          new Promise<string>((resolve) => setTimeout(() => resolve("nothing"), 2_000)),
        ]);
      } catch {
        return "refused";
      }
    };
    return {
      camera: await tried(() => navigator.mediaDevices.getUserMedia({ video: true })),
      screen: await tried(() => navigator.mediaDevices.getDisplayMedia()),
      notifications: await Notification.requestPermission(),
      clipboard: await tried(() => navigator.clipboard.readText()),
      place: await tried(
        () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
      ),
    };
  });
  expect(answers).toEqual({
    camera: "refused",
    screen: "refused",
    notifications: "denied",
    clipboard: "refused",
    place: "refused",
  });
});

test("keeps where the window stood for the next start", async () => {
  const wanted = { x: 60, y: 70, width: 900, height: 640 };
  await desktop.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), wanted);
  await answerDialogs(1);
  const ended = gone();
  await desktop.evaluate(({ app }) => app.quit());
  await ended;
  const file = path.join(home, "window-state.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ bounds: { width: 900, height: 640 } });

  await open("instant");
  const bounds = await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
  expect(bounds).toMatchObject({ width: 900, height: 640 });
});

test("runs a command from the menu, and leaves its key to the page", async () => {
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
  const shown = await desktop.evaluate(({ Menu }) => {
    const find = (menu: Electron.Menu | null, start: string): Electron.MenuItem | undefined =>
      menu?.items
        .flatMap((item) => [item, ...(item.submenu?.items ?? [])])
        .find(({ label }) => label.startsWith(start));
    const item = find(Menu.getApplicationMenu(), "Find a command");
    item?.click();
    return { accelerator: item?.accelerator, registered: item?.registerAccelerator };
  });
  expect(shown).toEqual({ accelerator: "CommandOrControl+K", registered: false });
  const palette = page.getByRole("dialog");
  await expect(palette).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+k");
  await expect(palette).toHaveCount(1);
});

test("follows a link of a second start in the window that is there, and starts nothing for one that is none", async () => {
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
  const second = async (link: string): Promise<number | null> => {
    const start = spawn(runtime(), startArguments(link), { env: definedEnv(), stdio: "ignore" });
    return new Promise((resolve) => start.once("exit", resolve));
  };
  expect(await second("coxswain://workstream/3")).toBe(0);
  await expect(page.getByRole("tablist")).toBeVisible();
  expect(new URL(page.url()).hash).toBe("#/3");

  expect(await second("coxswain://start?text=do")).toBe(0);
  expect(new URL(page.url()).hash).toBe("#/3");
  expect(await second(`coxswain://open?path=${encodeURIComponent(home)}`)).toBe(0);
  await expect(page.getByRole("dialog", { name: "Open this project?" })).toContainText(home);
  expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test("says that a crashed engine is being started again, and goes on by itself", async () => {
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
  const { pid } = JSON.parse(await readFile(path.join(home, "engine.json"), "utf8")) as { pid: number };
  process.kill(pid, "SIGKILL");
  await expect(page.getByText("is being started again")).toBeVisible({ timeout: 10_000 });
  await expect(page.getByText("is being started again")).toHaveCount(0, { timeout: 30_000 });
  await expect(tiles()).toHaveCount(15);
  const again = JSON.parse(await readFile(path.join(home, "engine.json"), "utf8")) as { pid: number };
  expect(again.pid).not.toBe(pid);
});

test("loads a page again whose process ended", async () => {
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
  const asked = await answerDialogs(0);
  const loaded = page.waitForEvent("load").catch(() => undefined);
  await desktop.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  );
  await loaded;
  await expect.poll(asked).toEqual(["The window's page ended by itself."]);
  await expect
    .poll(() =>
      desktop.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        return contents !== undefined && !contents.isCrashed() && !contents.isLoading();
      }),
    )
    .toBe(true);
});

test("leaves no process when it quits, whatever it stops for that", async () => {
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
  await answerDialogs(1);
  const ended = gone();
  await desktop.evaluate(({ app }) => app.quit());
  await ended;
  await expectNothingLeft();
});

test("asks nothing and leaves nothing when a signal ends it", async () => {
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
  const ended = gone();
  desktop.process().kill("SIGTERM");
  await ended;
  await expectNothingLeft();
});

test("leaves working agents to a background server, to which the next start attaches", async () => {
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
  await answerDialogs(1);
  const first = gone();
  await desktop.evaluate(({ app }) => app.quit());
  await first;
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { mode: 0o700 });

  await open("lively");
  await expect(tiles().filter({ hasText: "working" }).first()).toBeVisible({ timeout: 30_000 });
  const asked = await answerDialogs(2);
  const ended = gone();
  await desktop.evaluate(({ app }) => app.quit());
  expect(await asked()).toEqual([expect.stringContaining("at work")]);
  await ended;
  const { pid, url } = JSON.parse(await readFile(path.join(home, "engine.json"), "utf8")) as {
    pid: number;
    url: string;
  };
  expect((await processesOf(home)).map((one) => one.pid)).toContain(pid);

  await open("lively");
  await expect.poll(() => page.url()).toContain(url);
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
  process.kill(pid, "SIGTERM");
  await expect.poll(() => page.url(), { timeout: 30_000 }).toContain("app://coxswain/");
  await expect(tiles()).toHaveCount(15, { timeout: 30_000 });
});
