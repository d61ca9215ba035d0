import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ask, desktop, noBackground, settled } from "./test-desktop.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** In the order of the dialog's buttons. */
const answers = { wait: 0, stop: 1, leave: 2, stay: 3 } as const;

async function working(count = 3, setting: Parameters<typeof desktop>[0] = {}) {
  const host = await desktop(setting);
  host.tell({ working: count });
  host.seen.log.length = 0;
  return host;
}

test("quits at once when nothing works", async () => {
  const { electron, seen } = await working(0);
  electron.app.quit();
  await settled();
  seen.children[0]!.die(0);
  await settled();
  expect(seen.dialogs).toEqual([]);
  expect(seen.log.at(-1)).toBe("over");
});

test.each(["quit", "close"])(
  "asks what becomes of agents that work, and goes on as before when told to (%s)",
  async (how) => {
    const host = await working();
    const { electron, seen } = host;
    if (how === "quit") electron.app.quit();
    else host.closeWindow(seen.windows[0]!);
    electron.app.quit();
    expect(seen.dialogs).toHaveLength(1);
    expect(seen.dialogs[0]!.options).toMatchObject({
      message: "3 workstreams are at work.",
      defaultId: 0,
      cancelId: 3,
    });
    expect(seen.dialogs[0]!.options.buttons).toHaveLength(4);
    seen.dialogs[0]!.answer(answers.stay);
    await settled();

    expect(seen.windows[0]!.isGone).toBe(false);
    expect(seen.log).toEqual([]);
    expect(seen.children[0]!.words).toEqual([]);
  },
);

test("waits until nothing works any more, says so meanwhile, and quits then", async () => {
  const { electron, seen, tell, news } = await working();
  electron.app.quit();
  seen.dialogs[0]!.answer(answers.wait);
  await settled();
  expect(news().at(-1)).toEqual({
    kind: "notice",
    notice: { text: "Coxswain quits when the 3 workstreams that still work are done.", stay: true },
  });
  expect(seen.trays[0]!.tip).toContain("3 working; quits after that");

  tell({ working: 1 });
  expect(news().at(-1)).toMatchObject({
    notice: { text: expect.stringContaining("the workstream that still works is done") },
  });
  expect(seen.log).toEqual([]);
  tell({ working: 0 });
  await settled();
  expect(seen.children[0]!.words).toEqual([{ kind: "end" }]);
  seen.children[0]!.die(0);
  await settled();
  expect(seen.log.at(-1)).toBe("over");
});

test("takes the waiting back from the page, and from the tray", async () => {
  const host = await working();
  const { electron, seen, tell, news } = host;
  electron.app.quit();
  seen.dialogs[0]!.answer(answers.wait);
  await settled();
  ask(host, { channel: "cox:stay", frame: { parent: {} } });
  ask(host, { channel: "cox:stay", senderId: 99 });
  expect(news().at(-1)).toMatchObject({ notice: { stay: true } });
  ask(host, { channel: "cox:stay" });
  expect(news().at(-1)).toEqual({ kind: "notice", notice: null });
  tell({ working: 0 });
  await settled();
  expect(seen.log).toEqual([]);
});

test("does not take an engine that crashed while it waits for one that is done", async () => {
  const { electron, seen, tell } = await working();
  electron.app.quit();
  seen.dialogs[0]!.answer(answers.wait);
  await settled();
  for (let crash = 0; crash < 4; crash += 1) seen.children.at(-1)!.die(7);
  await settled();
  expect(seen.log.filter((line) => line === "will quit")).toEqual([]);
  seen.dialogs.at(-1)!.answer(0);
  await settled();
  tell({ working: 2 });
  tell({ working: 0 });
  await settled();
  expect(seen.log).toContain("will quit");
});

test("stops them before it ends the engine, when told to", async () => {
  const { electron, seen } = await working();
  electron.app.quit();
  seen.dialogs[0]!.answer(answers.stop);
  await settled();
  expect(seen.children[0]!.words).toEqual([{ kind: "end", stop: true }]);
  seen.children[0]!.die(0);
  await settled();
  expect(seen.log.at(-1)).toBe("over");
});

test("leaves them to a background server, which starts once the engine has ended in order", async () => {
  const { electron, seen, backgrounds } = await working();
  electron.app.quit();
  seen.dialogs[0]!.answer(answers.leave);
  await vi.waitFor(() => expect(seen.children[0]!.words).toEqual([{ kind: "end" }]));
  expect(backgrounds).toEqual([]);
  seen.children[0]!.die(0);
  await vi.waitFor(() => expect(seen.log.at(-1)).toBe("over"));
  expect(backgrounds).toEqual([{}]);
  expect(seen.log).toEqual([
    "will quit",
    "engine asked to end",
    "engine ended 0",
    "background server started",
    "will quit",
    "over",
  ]);
});

test("says when no background server started, and tries again or quits as told", async () => {
  let tries = 0;
  const { electron, seen } = await working(1, { background: () => (tries++, noBackground()) });
  electron.app.quit();
  expect(seen.dialogs[0]!.options.message).toBe("One workstream is at work.");
  seen.dialogs[0]!.answer(answers.leave);
  await vi.waitFor(() => expect(seen.children[0]!.words).toEqual([{ kind: "end" }]));
  seen.children[0]!.die(0);
  await vi.waitFor(() => expect(seen.dialogs).toHaveLength(2));
  expect(seen.dialogs[1]!.options.message).toBe("It did not start.");
  seen.dialogs[1]!.answer(0);
  await vi.waitFor(() => expect(seen.dialogs).toHaveLength(3));
  seen.dialogs[2]!.answer(1);
  await vi.waitFor(() => expect(seen.log.at(-1)).toBe("over"));
  expect(tries).toBe(2);
});

test("ends even when something on the way out fails in a way nobody foresaw", async () => {
  const broken = (): never => {
    throw new Error("no such luck");
  };
  const { electron, seen, echoed } = await working(1, { background: broken });
  electron.app.quit();
  seen.dialogs[0]!.answer(answers.leave);
  await vi.waitFor(() => expect(seen.children[0]!.words).toEqual([{ kind: "end" }]));
  seen.children[0]!.die(0);
  await vi.waitFor(() => expect(seen.log.at(-1)).toBe("over"));
  expect(echoed.at(-1)).toContain("no such luck");
});

test.each(["shutdown", "session", "signal"])("asks nobody and hurries when the machine ends it (%s)", async (by) => {
  const { electron, seen, signals, killed } = await working();
  electron.app.quit();
  if (by === "shutdown") electron.powerMonitor.emit("shutdown");
  else if (by === "session") seen.windows[0]!.emit("query-session-end");
  else for (const end of signals) end();
  await vi.advanceTimersByTimeAsync(2_999);
  expect(seen.children[0]!.words).toEqual([{ kind: "end" }]);
  expect(killed).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(killed).toEqual([1_000]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(seen.log.at(-1)).toBe("over");
  // The question that stood is taken back, and what it is answered changes nothing.
  expect(seen.dialogs[0]!.options.signal?.aborted).toBe(true);
  expect(seen.children[0]!.words).toHaveLength(1);
});
