import type { MenuItemConstructorOptions } from "electron";
import { menus, table, type CommandFacts, type MenuName } from "../../keys/table.ts";

export interface MenuDeps {
  readonly isMac: boolean;
  /** Has the page run a command of the table. */
  readonly run: (id: string) => void;
}

/**
 * The native menu: what every program offers, and the commands of the table that have a menu. An item asks the page to run
 * its command, which holds it to the same rules as a key.
 */
export function menuTemplate({ isMac, run }: MenuDeps): MenuItemConstructorOptions[] {
  const items = (menu: MenuName): MenuItemConstructorOptions[] =>
    commandsOf(menu).map((command) => itemOf(command, () => run(command.id)));
  const templates: Readonly<Record<MenuName, MenuItemConstructorOptions>> = {
    file: {
      label: "&File",
      submenu: [...items("file"), { type: "separator" }, { role: isMac ? "close" : "quit" }],
    },
    go: { label: "&Go", submenu: items("go") },
    workstream: { label: "W&orkstream", submenu: items("workstream") },
    view: {
      label: "&View",
      submenu: [
        ...items("view"),
        { type: "separator" },
        { role: "reload" },
        { role: "toggleDevTools" },
        { type: "separator" },
        { role: "togglefullscreen" },
      ],
    },
    help: { role: "help", submenu: items("help") },
  };
  const [file, ...own] = menus;
  const last = own.filter((menu) => menu === "help");
  const between = own.filter((menu) => menu !== "help");
  return [
    ...(isMac ? [{ role: "appMenu" } as const] : []),
    templates[file],
    { role: "editMenu" },
    ...between.map((menu) => templates[menu]),
    { role: "windowMenu" },
    ...last.map((menu) => templates[menu]),
  ];
}

function commandsOf(menu: MenuName): CommandFacts[] {
  const all: readonly CommandFacts[] = table;
  return all.filter((command) => command.menu === menu);
}

function itemOf({ title, keys: [binding] }: CommandFacts, click: () => void): MenuItemConstructorOptions {
  const label = title.replaceAll("&", "&&");
  if (binding === undefined) return { label, click };
  const accelerator = acceleratorOf(binding);
  // A letter alone would be taken from whoever types; it is named, and answered by the page.
  if (accelerator === undefined) return { label: `${label}  (${printed(binding)})`, click };
  // The page answers its keys itself; the menu only shows them, but for macOS, which asks the page first.
  return { label, accelerator, registerAccelerator: false, click };
}

/** A chord of the table as Electron writes it; undefined for what is no chord: a letter, or one after another. */
export function acceleratorOf(binding: string): string | undefined {
  if (binding.includes(" ") || !/^(\$mod|Alt)\+|^(Shift\+)?F\d+$/.test(binding)) return undefined;
  return binding
    .replace("$mod", "CommandOrControl")
    .split("+")
    .map((key) => (key.length === 1 ? key.toUpperCase() : key))
    .join("+");
}

/** `g g` as `G G`, `Shift+x` as `Shift+X`, `[Shift]+?` as `?`. */
function printed(binding: string): string {
  return binding
    .split(" ")
    .map((press) => press.replace(/\[[^\]]*\]\+/, "").replace(/[a-z]$/, (letter) => letter.toUpperCase()))
    .join(" ");
}
