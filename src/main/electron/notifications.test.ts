import { expect, test } from "vitest";
import { desktop, item } from "./test-desktop.ts";

test("tells what holds a workstream up, once, and opens it when chosen", async () => {
  const { seen, tell, news } = await desktop();
  const approval = item(7, { ask: "allow git push" });
  tell({ items: [approval] });
  tell({ items: [approval], working: 3 });
  expect(seen.notifications).toHaveLength(1);
  expect(seen.notifications[0]).toMatchObject({
    words: { title: "#7 fix-7 asks for an approval", body: "allow git push" },
    isShown: true,
  });

  seen.log.length = 0;
  seen.notifications[0]!.emit("click");
  expect(news().at(-1)).toEqual({ kind: "go", workstream: "w00000007" });
  expect(seen.log).toContain("focus");
});

test("never takes the focus by itself, and tells nothing beside a window that is looked at", async () => {
  const { seen, tell } = await desktop();
  seen.log.length = 0;
  tell({ items: [item(1)] });
  expect(seen.log).toEqual([]);
  seen.windows[0]!.hasFocus = true;
  const seenInWindow = item(2);
  tell({ items: [seenInWindow] });
  seen.windows[0]!.hasFocus = false;
  tell({ items: [seenInWindow] });
  expect(seen.notifications).toHaveLength(1);
});

test("takes it back when its cause is gone, and tells it anew when it comes again", async () => {
  const { seen, tell } = await desktop();
  const first = item(1);
  tell({ items: [first] });
  tell({ items: [] });
  expect(seen.notifications.map(({ isShown }) => isShown)).toEqual([false]);
  tell({ items: [item(1)] });
  expect(seen.notifications.map(({ isShown }) => isShown)).toEqual([false, true]);
});

test("makes one of many, and takes that back when none of them is left", async () => {
  const { seen, tell } = await desktop();
  const many = [1, 2, 3, 4, 5, 6].map((number) => item(number, { kind: number === 2 ? "failed" : "question" }));
  tell({ items: many });
  expect(seen.notifications).toHaveLength(1);
  expect(seen.notifications[0]!.words).toEqual({
    title: "6 things need you",
    body: "#1 fix-1 has a question\n#2 fix-2 failed\n#3 fix-3 has a question\n#4 fix-4 has a question\nand 2 more",
  });
  tell({ items: many.slice(4) });
  expect(seen.notifications[0]!.isShown).toBe(true);
  tell({ items: [] });
  expect(seen.notifications[0]!.isShown).toBe(false);
});

test("is one for each kind of thing in a workstream, whatever comes, and follows the one that is left", async () => {
  const { seen, tell } = await desktop();
  const first = item(4, { ask: "allow make" });
  const second = item(4, { ask: "allow git push" });
  tell({ items: [first] });
  tell({ items: [first, second] });
  expect(seen.notifications).toHaveLength(1);
  const failed = item(4, { kind: "failed" });
  tell({ items: [first, second, failed] });
  expect(seen.notifications.map(({ words }) => words.title)).toEqual([
    "#4 fix-4 asks for an approval",
    "#4 fix-4 failed",
  ]);
  tell({ items: [second, failed] });
  expect(seen.notifications.map(({ words, isShown }) => [words.body, isShown])).toEqual([
    ["allow make", false],
    [failed.ask, true],
    ["allow git push", true],
  ]);
});

test("counts on the program's icon what blocks", async () => {
  const { seen, tell } = await desktop();
  tell({ waiting: 3 });
  expect(seen.badge).toBe(3);
  tell({});
  expect(seen.badge).toBe(0);
});

test("does not fill the screen when they come one after another", async () => {
  const { seen, tell } = await desktop();
  const items = Array.from({ length: 20 }, (_, at) => item(at + 1));
  for (let count = 1; count <= items.length; count += 1) tell({ items: items.slice(0, count) });
  const standing = seen.notifications.filter(({ isShown }) => isShown);
  expect(standing.map(({ words }) => words.title)).toEqual(["19 things need you", "#20 fix-20 asks for an approval"]);
});

test("keeps what agents wrote short and on its lines", async () => {
  const { seen, tell } = await desktop();
  tell({
    items: [item(1, { ask: "x".repeat(300), workstream: { id: "w00000001", number: 1, name: "n".repeat(100) } })],
  });
  const { title = "", body = "" } = seen.notifications[0]!.words;
  expect(title.length).toBeLessThanOrEqual(160);
  expect(body).toHaveLength(160);
});

test("takes all of them back when the program ends", async () => {
  const { seen, tell, electron } = await desktop();
  tell({ items: [item(1), item(2)] });
  electron.app.quit();
  seen.children[0]!.die(0);
  await new Promise((resolve) => setTimeout(resolve));
  expect(seen.notifications.map(({ isShown }) => isShown)).toEqual([false, false]);
  expect(seen.trays[0]!.isGone).toBe(true);
});

test("shows what was written, and not what a Linux desktop would make of it", async () => {
  const spoof = item(1, { ask: '<a href="https://x.invalid">Approve & go on</a>' });
  const told = async (platform: NodeJS.Platform) => {
    const { seen, tell } = await desktop({ platform });
    tell({ items: [spoof] });
    return seen.notifications[0]!.words.body;
  };
  expect(await told("linux")).toBe('‹a href="https://x.invalid"›Approve ＆ go on‹/a›');
  expect(await told("darwin")).toBe(spoof.ask);
});

test("tells nothing where the human wants none, and takes back what stands", async () => {
  const { seen, tell } = await desktop();
  const settings = { notifications: "none", letters: "on", keys: {} } as const;
  tell({ items: [item(1)] });
  tell({ items: [item(1)], settings });
  tell({ items: [item(1), item(2)], settings });
  expect(seen.notifications.map(({ isShown }) => isShown)).toEqual([false]);
});
