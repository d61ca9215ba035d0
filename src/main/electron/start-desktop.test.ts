import { once } from "node:events";
import type { MessagePort } from "node:worker_threads";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problem } from "../../contract/errors.ts";
import { createFakeElectron, fakeEvent } from "./fake-electron.ts";
import type { TransferPort } from "./parts.ts";
import { ask, desktop, settled } from "./test-desktop.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

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
  expect(ask(fake, { frame, ...(senderId === undefined ? {} : { senderId }) })).toEqual([]);
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

test("says above the page that a crashed engine is being started again, until it serves, in a page loaded again too", async () => {
  const fake = await desktop();
  fake.tell({ working: 2 });
  fake.seen.children[0]!.die(134);
  const notice = {
    kind: "notice",
    notice: { text: expect.stringContaining("ended by itself (code 134) and is being started again"), stay: false },
  };
  expect(fake.news()).toEqual([notice]);
  fake.seen.windows[0]!.webContents.emit("did-finish-load");
  expect(fake.news()).toEqual([notice, notice]);
  fake.tell({ working: 2 });
  expect(fake.news().at(-1)).toEqual({ kind: "notice", notice: null });
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
    buttons: ["Start Again", "Quit"],
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

test("quits in order: the windows, then the engine when it has ended, then the program", async () => {
  const { electron, seen, killed } = await desktop();
  electron.app.emit("window-all-closed");
  electron.app.quit();
  await settled();
  expect(seen.log).toEqual(["sandbox", "will quit", "engine asked to end", "will quit"]);
  expect(seen.windows[0]!.isGone).toBe(true);

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

test("the double throws on what it lacks", () => {
  const { electron } = createFakeElectron();
  expect(() => Reflect.get(electron.app, "dock")).toThrow("The double of electron lacks app.dock.");
  expect(() => new electron.BrowserWindow({})).toThrow("too early");
});
