import type { MenuItemConstructorOptions } from "electron";
import { expect, test, vi } from "vitest";
import { table, type CommandFacts } from "../../keys/table.ts";
import type { FakeMenu } from "./fake-electron.ts";
import { acceleratorOf, menuTemplate } from "./menu.ts";
import { desktop } from "./test-desktop.ts";

const own = { keys: {}, letters: "on" } as const;
const commands: readonly CommandFacts[] = table;

function itemsOf(template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap((menu) => (Array.isArray(menu.submenu) ? menu.submenu : []));
}

test("holds every command that has a menu, and nothing else that acts", () => {
  const ran: string[] = [];
  const items = itemsOf(menuTemplate({ isMac: false, own, run: (id) => ran.push(id) }));
  for (const item of items) (item.click as (() => void) | undefined)?.();
  const wanted = commands.filter(({ menu }) => menu !== undefined).map(({ id }) => id);
  expect(ran.toSorted()).toEqual(wanted.toSorted());
  expect(wanted).toEqual(expect.arrayContaining(["palette", "start", "stop", "keys"]));
});

test("approves nothing and chooses no answer", () => {
  const inMenu = commands.filter(({ menu }) => menu !== undefined);
  expect(inMenu.filter(({ scope }) => scope === "ask" || scope === "question")).toEqual([]);
});

test("shows each key, as an accelerator or by name, and takes none from the page", () => {
  const items = itemsOf(menuTemplate({ isMac: false, own, run: () => {} }));
  const byLabel = (start: string) => items.find(({ label }) => label?.startsWith(start) === true);
  expect(byLabel("Find a command")).toMatchObject({ accelerator: "CommandOrControl+K", registerAccelerator: false });
  expect(byLabel("Go back")).toMatchObject({ accelerator: "CommandOrControl+Shift+J" });
  expect(byLabel("Go to the grid")).toMatchObject({ label: "Go to the grid  (g g)" });
  expect(byLabel("Stop the workstream")).toMatchObject({ label: "Stop the workstream (asks first)  (Shift+X)" });
  expect(byLabel("Show the keys")).toMatchObject({ label: "Show the keys that work here  (?)" });
  expect(
    items.filter(({ accelerator, registerAccelerator }) => accelerator !== undefined && registerAccelerator !== false),
  ).toEqual([]);
});

test("shows the keys of the human's own, and none that were given up", () => {
  const keys = { palette: ["$mod+p"], start: [], back: ["Meta+b"] };
  const items = itemsOf(menuTemplate({ isMac: false, own: { keys, letters: "off" }, run: () => {} }));
  const byLabel = (start: string) => items.find(({ label }) => label?.startsWith(start) === true);
  expect(byLabel("Find a command")).toMatchObject({ accelerator: "CommandOrControl+P" });
  expect(byLabel("Start a workstream")).not.toHaveProperty("accelerator");
  expect(byLabel("Go back")).toMatchObject({ label: "Go back to exactly where you were  (Super+B)" });
  expect(byLabel("Go to the grid")).toMatchObject({ label: "Go to the grid" });
});

test("follows the keys that the engine tells of", async () => {
  const { seen, tell } = await desktop();
  const shown = () => itemsOf((seen.menus.at(-1) as FakeMenu).items).find(({ label }) => label?.startsWith("Find a"));
  tell({ settings: { notifications: "blocking", letters: "on", keys: { palette: ["$mod+p"] } } });
  await vi.waitFor(() => expect(shown()).toMatchObject({ accelerator: "CommandOrControl+P" }));
  const before = seen.menus.length;
  tell({ settings: { notifications: "blocking", letters: "on", keys: { palette: ["$mod+p"] } } });
  tell({});
  await vi.waitFor(() => expect(shown()).toMatchObject({ accelerator: "CommandOrControl+K" }));
  expect(seen.menus.length).toBe(before + 1);
});

test.each([
  ["$mod+k", "CommandOrControl+K"],
  ["$mod+Shift+Enter", "CommandOrControl+Shift+Enter"],
  ["Alt+1", "Alt+1"],
  ["$mod+[Shift]++", "CommandOrControl+Plus"],
  ["$mod+ArrowUp", "CommandOrControl+Up"],
  ["Shift+F6", "Shift+F6"],
  ["a", undefined],
  ["Shift+x", undefined],
  ["g g", undefined],
  ["Escape", undefined],
  ["[Shift]+?", undefined],
])("writes %s as %s", (binding, accelerator) => {
  expect(acceleratorOf(binding)).toBe(accelerator);
});

test.each([
  ["linux" as const, ["&File", "editMenu", "&Go", "W&orkstream", "&View", "windowMenu", "help"]],
  ["darwin" as const, ["appMenu", "&File", "editMenu", "&Go", "W&orkstream", "&View", "windowMenu", "help"]],
])("has what programs on %s have", async (platform, names) => {
  const { seen } = await desktop({ platform });
  const [menu] = seen.menus as FakeMenu[];
  expect(menu!.items.map(({ label, role }) => label ?? role)).toEqual(names);
});

test("asks the page to run a chosen command", async () => {
  const { seen, news } = await desktop();
  const palette = itemsOf((seen.menus[0] as FakeMenu).items).find(({ label }) => label?.startsWith("Find a command"));
  (palette?.click as (() => void) | undefined)?.();
  expect(news()).toEqual([{ kind: "command", id: "palette" }]);
});
