import { expect, test } from "vitest";
import type { FakeMenu } from "./fake-electron.ts";
import { desktop } from "./test-desktop.ts";
import { trayPicture } from "./tray-picture.ts";

async function tray(setting: Parameters<typeof desktop>[0] = {}) {
  const host = await desktop(setting);
  const [fake] = host.seen.trays;
  const items = () => (fake!.menu as FakeMenu).items;
  const choose = (label: string) => (items().find((one) => one.label === label)?.click as (() => void) | undefined)?.();
  return { ...host, tray: fake!, labels: () => items().map(({ label }) => label), items, choose };
}

test("counts what blocks and what works", async () => {
  const { tray: shown, labels, items, tell } = await tray();
  expect(labels()).toEqual(["The engine is not there", undefined, "Open Coxswain", "Quit…"]);
  tell({ working: 7, waiting: 2 });
  expect(shown.tip).toBe("Coxswain · 2 blocking · 7 working");
  expect(labels()).toEqual(["2 blocking", "7 working", undefined, "Open Coxswain", "Quit…"]);
  expect(items().map(({ enabled }) => enabled)).toEqual([true, false, undefined, undefined, undefined]);
  tell({});
  expect(labels().slice(0, 2)).toEqual(["Nothing blocks", "Nothing is working"]);
});

test("builds its menu anew only when it says something else, so that an open one stays open", async () => {
  const { tray: shown, tell } = await tray();
  tell({ working: 1 });
  const { menu } = shown;
  tell({ working: 1 });
  expect(shown.menu).toBe(menu);
  tell({ working: 2 });
  expect(shown.menu).not.toBe(menu);
});

test("opens the window, shows what needs the human, and quits", async () => {
  const { seen, tell, choose, news, tray: shown } = await tray();
  tell({ waiting: 1 });
  seen.log.length = 0;
  shown.emit("click");
  choose("Open Coxswain");
  expect(seen.log).toEqual(["restore", "focus", "restore", "focus"]);
  choose("1 blocking");
  expect(news().at(-1)).toEqual({ kind: "go" });
  choose("Quit…");
  expect(seen.log.at(-1)).toBe("engine asked to end");
});

test("takes back that the program quits after the work", async () => {
  const { electron, seen, tell, labels, choose } = await tray();
  tell({ working: 1 });
  electron.app.quit();
  seen.dialogs[0]!.answer(0);
  await new Promise((resolve) => setTimeout(resolve));
  expect(labels().at(-1)).toBe("Do not quit");
  choose("Do not quit");
  expect(labels().at(-1)).toBe("Quit…");
});

test("shows the count beside its picture where the system has a place for it", async () => {
  const { tray: shown, tell } = await tray({ platform: "darwin" });
  tell({ waiting: 3 });
  expect(shown.title).toBe("3");
  tell({});
  expect(shown.title).toBe("");
});

test("is a picture with ink in the middle and none in the corners", () => {
  for (const isTemplate of [true, false]) {
    const { size, pixels } = trayPicture(isTemplate);
    const alpha = (x: number, y: number) => pixels[(y * size + x) * 4 + 3];
    expect([alpha(0, 0), alpha(size - 1, 0), alpha(0, size - 1)]).toEqual([0, 0, 0]);
    expect(alpha(size / 2, size / 2)).toBe(255);
  }
});
