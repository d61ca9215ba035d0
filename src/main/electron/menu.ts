import type { MenuItemConstructorOptions } from "electron";
import { keysOf, type OwnKeys } from "../../keys/bindings.ts";
import { printKeys } from "../../keys/print.ts";
import { menus, table, type CommandFacts, type MenuName } from "../../keys/table.ts";

export interface MenuDeps {
  readonly isMac: boolean;
  /** The keys of the human's own. */
  readonly own: OwnKeys;
  /** Has the page run a command of the table. */
  readonly run: (id: string) => void;
}

/**
 * The native menu: what every program offers, and the commands of the table that have a menu. An item asks the page to run
 * its command, which holds it to the same rules as a key.
 */
export function menuTemplate({ isMac, own, run }: MenuDeps): MenuItemConstructorOptions[] {
  const items = (menu: MenuName): MenuItemConstructorOptions[] =>
    commandsOf(menu).map((command) => itemOf(command.title, keysOf(command, own)[0], () => run(command.id), isMac));
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
  const [file, ...others] = menus;
  const last = others.filter((menu) => menu === "help");
  const between = others.filter((menu) => menu !== "help");
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

function itemOf(
  title: string,
  binding: string | undefined,
  click: () => void,
  isMac: boolean,
): MenuItemConstructorOptions {
  const label = title.replaceAll("&", "&&");
  if (binding === undefined) return { label, click };
  const accelerator = acceleratorOf(binding);
  // A letter alone would be taken from whoever types; it is named, and answered by the page.
  if (accelerator === undefined) return { label: `${label}  (${printKeys(binding, isMac)})`, click };
  // The page answers its keys itself; the menu only shows them, but for macOS, which asks the page first.
  return { label, accelerator, registerAccelerator: false, click };
}

/** Where Electron has another word. */
const acceleratorKeys: Readonly<Record<string, string>> = {
  "+": "Plus",
  ArrowUp: "Up",
  ArrowDown: "Down",
  ArrowLeft: "Left",
  ArrowRight: "Right",
};

/** A chord of the table as Electron writes it; undefined for what is no chord: a letter, or one after another. */
export function acceleratorOf(binding: string): string | undefined {
  if (binding.includes(" ") || !/^(\$mod|Alt)\+|^(Shift\+)?F\d+$/.test(binding)) return undefined;
  return binding
    .replace("$mod", "CommandOrControl")
    .replace("[Shift]+", "")
    .split(/(?<=\w)\+/)
    .map((key) => acceleratorKeys[key] ?? (key.length === 1 ? key.toUpperCase() : key))
    .join("+");
}
