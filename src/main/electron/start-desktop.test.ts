import { once } from "node:events";
import type { MessagePort } from "node:worker_threads";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problem } from "../../contract/errors.ts";
import { protocolVersion } from "../../contract/procedures.ts";
import { createFakeElectron, fakeEvent, type FakeElectron } from "./fake-electron.ts";
import type { AskingFrame, TransferPort } from "./parts.ts";
import { startDesktop } from "./start-desktop.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function desktop(isFirst = true, health: typeof fetch = () => Promise.reject(new Error("no server"))) {
  const fake = createFakeElectron({ isFirst });
  const killed: number[] = [];
  const echoed: string[] = [];
  let now = 0;
  startDesktop(fake.electron, {
    profile: "/home/of/coxswain/window",
    renderer: "/product/out/renderer",
    preload: "/product/out/preload/index.cjs",
    engine: { file: "/product/out/main/server.js", args: ["--home", "/home/of/coxswain"] },
    isMac: false,
    clock: () => now,
    kill: (pid) => killed.push(pid),
    echo: (text) => echoed.push(text),
    fetch: health,
  });
  await settled();
  return { ...fake, killed, echoed, pass: (ms: number) => (now += ms) };
}

/** Lets what was promised happen; the timers are not moved. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** What the page's preload sends, and the ports that its frame gets for it. */
function ask({ electron, seen }: FakeElectron, frame: Partial<AskingFrame> = {}, senderId?: number) {
  const given: TransferPort[] = [];
  const senderFrame = {
    origin: "app://coxswain",
    parent: null,
    postMessage(channel: string, _message: unknown, transfer: TransferPort[] = []) {
      expect(channel).toBe("cox:port");
      given.push(...transfer);
    },
    ...frame,
  };
  const id = senderId ?? seen.windows[0]!.webContents.id;
  electron.ipcMain.emit("cox:connect", { sender: { id }, senderFrame });
  return given;
}

test("opens a window whose page has no Node, no preload world of ours and a sandbox", async () => {
  const { seen } = await desktop();

  expect(seen.windows).toHaveLength(1);
  expect(seen.windows[0]).toMatchObject({ url: "app://coxswain/", isShown: true });
  expect(seen.windows[0]!.options.webPreferences).toEqual({
    preload: "/product/out/preload/index.cjs",
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webSecurity: true,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  });
  expect(seen.log).toContain("sandbox");
});

test("says before Electron is ready that the page's scheme is a web origin, and keeps its profile in the home", async () => {
  const { seen } = await desktop();

  expect(seen.schemes).toEqual([
    { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
  expect(seen.paths).toEqual(new Map([["userData", "/home/of/coxswain/window"]]));
});

test.each([
  ["another site", "https://example.com/", true, true],
  ["another host of our scheme", "app://elsewhere/", true, true],
  ["a file", "file:///etc/passwd", true, true],
  ["script", "javascript:alert(1)", true, true],
  ["a frame, even one of our own", "app://coxswain/", false, true],
  ["our own page again", "app://coxswain/#/queue", true, false],
])("decides whether the page may go to %s", async (_name, url, isMainFrame, isDenied) => {
  const { seen } = await desktop();
  const event = fakeEvent({ url, isMainFrame });
  seen.windows[0]!.webContents.emit("will-frame-navigate", event);
  expect(event.defaultPrevented).toBe(isDenied);
});

test.each(["will-redirect", "will-attach-webview"])("denies %s", async (name) => {
  const { seen } = await desktop();
  const event = fakeEvent({});
  seen.windows[0]!.webContents.emit(name, event);
  expect(event.defaultPrevented).toBe(true);
});

test("denies new windows, downloads and every permission", async () => {
  const { electron, seen } = await desktop();
  const answers: boolean[] = [];
  const contents = {} as never;

  expect(seen.windows[0]!.webContents.openHandler?.()).toEqual({ action: "deny" });
  seen.permissions.request?.(contents, "media", (granted) => answers.push(granted), {} as never);
  expect(answers).toEqual([false]);
  expect(seen.permissions.check?.(contents, "clipboard-read", "app://coxswain", {} as never)).toBe(false);
  expect(seen.permissions.device?.({} as never)).toBe(false);
  const download = fakeEvent({});
  electron.session.defaultSession.emit("will-download", download);
  expect(download.defaultPrevented).toBe(true);
});

test("leaves a second start to the first one, which comes forward", async () => {
  const second = await desktop(false);
  expect(second.seen).toMatchObject({ log: ["will quit", "over"], windows: [], children: [] });

  const first = await desktop();
  first.electron.app.emit("second-instance");
  expect(first.seen.log).toEqual(["sandbox", "restore", "focus"]);
});

test("starts the engine in a process of its own", async () => {
  const { seen, echoed } = await desktop();

  expect(seen.children).toHaveLength(1);
  expect(seen.children[0]).toMatchObject({
    file: "/product/out/main/server.js",
    args: ["--home", "/home/of/coxswain"],
    options: { stdio: ["ignore", "inherit", "pipe"] },
  });
  seen.children[0]!.stderr.write("a warning\n");
  expect(echoed).toEqual(["a warning\n"]);
});

test("relays a port between the page and the engine, a fresh one each time the page asks", async () => {
  const fake = await desktop();
  const [engine] = fake.seen.children;
  const [first] = ask(fake);
  const [afterReload] = ask(fake);

  expect(engine!.words).toEqual([{ kind: "port" }, { kind: "port" }]);
  await expectChannel(first, engine!.ports[0]);
  await expectChannel(afterReload, engine!.ports[1]);
});

async function expectChannel(one: TransferPort | undefined, other: TransferPort | undefined): Promise<void> {
  const [from, to] = [one as MessagePort, other as MessagePort];
  from.postMessage("hello");
  expect(await once(to, "message")).toEqual(["hello"]);
  from.close();
}

test.each([
  ["a page of another site", { origin: "https://example.com" }, undefined],
  ["a server's page on this machine", { origin: "http://127.0.0.1:4100" }, undefined],
  ["an opaque origin", { origin: "null" }, undefined],
  ["a frame within the page", { parent: {} }, undefined],
  ["another window", {}, 99],
])("gives no port to %s", async (_name, frame, senderId) => {
  const fake = await desktop();
  expect(ask(fake, frame, senderId)).toEqual([]);
  expect(fake.seen.children[0]!.words).toEqual([]);
});

test("gives no port to a frame that is gone", async () => {
  const fake = await desktop();
  const { id } = fake.seen.windows[0]!.webContents;
  fake.electron.ipcMain.emit("cox:connect", { sender: { id }, senderFrame: null });
  expect(fake.seen.children[0]!.words).toEqual([]);
});

test("starts an engine that crashed again, and relays to the new one", async () => {
  const fake = await desktop();
  ask(fake);
  fake.seen.children[0]!.die(134);
  const [port] = ask(fake);

  expect(fake.seen.children).toHaveLength(2);
  expect(fake.seen.children[0]!.words).toEqual([{ kind: "port" }]);
  expect(fake.seen.children[1]!.words).toEqual([{ kind: "port" }]);
  await expectChannel(port, fake.seen.children[1]!.ports[0]);
  expect(fake.seen.dialogs).toEqual([]);
});

test("after three restarts within a minute it says why instead, and starts again when asked", async () => {
  const fake = await desktop();
  for (let crash = 0; crash < 4; crash += 1) {
    const child = fake.seen.children.at(-1)!;
    child.stderr.write(`crash ${crash}\n`);
    child.die(7);
  }
  await settled();

  expect(fake.seen.children).toHaveLength(4);
  expect(fake.seen.dialogs).toHaveLength(1);
  expect(fake.seen.dialogs[0]!.options.message).toBe("The engine keeps ending by itself.");
  expect(fake.seen.dialogs[0]!.options.detail).toContain("It ended with code 7.\ncrash 3");
  expect(ask(fake)).toEqual([]);

  fake.seen.dialogs[0]!.answer(0);
  await settled();
  expect(fake.seen.children).toHaveLength(5);
});

test("crashes that are far apart are each recovered", async () => {
  const fake = await desktop();
  for (let crash = 0; crash < 10; crash += 1) {
    fake.seen.children.at(-1)!.die(7);
    fake.pass(30_000);
  }
  expect(fake.seen.children).toHaveLength(11);
  expect(fake.seen.dialogs).toEqual([]);
});

test("shows why an engine refused to start, and quits when told to", async () => {
  const { seen } = await desktop();
  const told = problem("UNAVAILABLE", "The home cannot be locked.", "Make it writable.", "EROFS");
  seen.children[0]!.emit("message", { kind: "refused", problem: told });
  expect(seen.children[0]!.words).toEqual([{ kind: "end" }]);
  seen.children[0]!.die(0);
  await settled();

  expect(seen.dialogs[0]!.options).toMatchObject({
    message: "The home cannot be locked.",
    detail: "EROFS\n\nMake it writable.",
    buttons: ["Start again", "Quit"],
  });
  seen.dialogs[0]!.answer(1);
  await settled();
  expect(seen.children).toHaveLength(1);
  expect(seen.log.at(-1)).toBe("over");
});

test("what an engine says that is no word of the contract changes nothing", async () => {
  const { seen } = await desktop();
  for (const nonsense of [undefined, "refused", { kind: "refused" }, { kind: "elsewhere", url: 7 }]) {
    seen.children[0]!.emit("message", nonsense);
  }
  expect(seen.children[0]!.words).toEqual([]);
});

const elsewhere = { kind: "elsewhere", url: "http://127.0.0.1:4100", token: "s3cret", protocol: protocolVersion };
const healthy: typeof fetch = () => Promise.resolve(Response.json({ ok: true, protocol: protocolVersion }));

test("shows the page of an engine that already runs for this home", async () => {
  const { seen } = await desktop(true, healthy);
  seen.children[0]!.emit("message", elsewhere);
  seen.children[0]!.die(0);
  await settled();

  expect(seen.windows[0]!.url).toBe("http://127.0.0.1:4100/#token=s3cret");
  expect(seen.children).toHaveLength(1);
  expect(seen.dialogs).toEqual([]);
});

test("names the address of a running engine of another version instead of showing it", async () => {
  const { seen } = await desktop(true, healthy);
  seen.children[0]!.emit("message", { ...elsewhere, protocol: protocolVersion + 1 });
  seen.children[0]!.die(0);
  await settled();

  expect(seen.windows[0]!.url).toBe("app://coxswain/");
  expect(seen.dialogs[0]!.options.message).toContain("at http://127.0.0.1:4100");
  expect(JSON.stringify(seen.dialogs[0]!.options)).not.toContain("s3cret");
});

test("quits in order: the windows, then the engine when it has ended, then the program", async () => {
  const { electron, seen, killed } = await desktop();
  electron.app.emit("window-all-closed");
  electron.app.quit();
  await settled();
  expect(seen.log).toEqual(["sandbox", "will quit", "engine asked to end", "will quit"]);

  seen.children[0]!.die(0);
  await settled();
  expect(seen.log.slice(4)).toEqual(["engine ended 0", "will quit", "over"]);
  expect(seen.children).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(killed).toEqual([]);
});

test("kills an engine that does not end by its deadline, and quits all the same", async () => {
  const { electron, seen, killed } = await desktop();
  electron.app.quit();
  await vi.advanceTimersByTimeAsync(11_999);
  expect(killed).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(killed).toEqual([1_000]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(seen.log.at(-1)).toBe("over");
});

test("an engine that breaks while it ends is neither started again nor complained about", async () => {
  const { electron, seen } = await desktop();
  for (let crash = 0; crash < 3; crash += 1) seen.children.at(-1)!.die(7);
  electron.app.quit();
  seen.children.at(-1)!.die(7);
  await settled();
  expect(seen.children).toHaveLength(4);
  expect(seen.dialogs).toEqual([]);
  expect(seen.log.at(-1)).toBe("over");
});

test("says when the page's process ended, and loads it again", async () => {
  const { seen } = await desktop();
  seen.windows[0]!.webContents.emit("render-process-gone", fakeEvent({}), { reason: "oom", exitCode: 5 });
  expect(seen.dialogs[0]!.options.detail).toContain("oom");
  seen.dialogs[0]!.answer(0);
  await settled();
  expect(seen.log).toContain("reload");
});

test("has a menu of standard roles", async () => {
  const { seen } = await desktop();
  expect(seen.menus).toEqual([
    { items: [{ role: "fileMenu" }, { role: "editMenu" }, { role: "viewMenu" }, { role: "windowMenu" }] },
  ]);
});

test("the double throws on what it lacks", () => {
  const { electron } = createFakeElectron();
  expect(() => Reflect.get(electron.app, "dock")).toThrow("The double of electron lacks app.dock.");
  expect(() => new electron.BrowserWindow({})).toThrow("too early");
});
