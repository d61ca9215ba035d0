import { expect, test } from "vitest";
import { fakeEvent } from "./fake-electron.ts";
import { desktop, settled } from "./test-desktop.ts";

test("says when the page's process ended, and loads it again", async () => {
  const { seen } = await desktop();
  seen.windows[0]!.webContents.emit("render-process-gone", fakeEvent({}), { reason: "oom", exitCode: 5 });
  expect(seen.dialogs[0]!.options.detail).toContain("oom");
  seen.dialogs[0]!.answer(0);
  await settled();
  expect(seen.log).toContain("reload");
  expect(seen.children).toHaveLength(1);
});

test("quits when that is wanted instead, and says nothing of a page that ended in order", async () => {
  const { seen } = await desktop();
  const contents = seen.windows[0]!.webContents;
  contents.emit("render-process-gone", fakeEvent({}), { reason: "clean-exit", exitCode: 0 });
  expect(seen.dialogs).toEqual([]);
  contents.emit("render-process-gone", fakeEvent({}), { reason: "crashed", exitCode: 5 });
  seen.dialogs[0]!.answer(1);
  await settled();
  expect(seen.log.at(-1)).toBe("engine asked to end");
});

test("asks about a page that hangs, once, and takes the question back when it answers again", async () => {
  const { seen } = await desktop();
  const [window] = seen.windows;
  window!.emit("unresponsive");
  window!.emit("unresponsive");
  expect(seen.dialogs).toHaveLength(1);
  window!.emit("responsive");
  await settled();
  expect(seen.dialogs[0]!.options.signal?.aborted).toBe(true);
  expect(seen.log).toEqual(["sandbox"]);
  window!.emit("unresponsive");
  expect(seen.dialogs).toHaveLength(2);
});

test("ends a hanging page and loads it again without another question, when told to", async () => {
  const { seen } = await desktop();
  seen.windows[0]!.emit("unresponsive");
  seen.dialogs[0]!.answer(1);
  await settled();
  expect(seen.log).toEqual(["sandbox", "renderer killed", "reload"]);
  expect(seen.dialogs).toHaveLength(1);
});
