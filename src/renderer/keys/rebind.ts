import type { Settings } from "../../contract/settings.ts";
import { takenBy, terminalId, typesNothing } from "../../keys/bindings.ts";
import type { CommandFacts, Scope } from "../../keys/table.ts";
import type { Context } from "./command.ts";
import { placesOf, takersOf } from "./conflicts.ts";

/** Keys that can be given: those of a command, or those it has inside a terminal. */
export interface Bindable {
  /** By what name they are kept in the setting. */
  readonly id: string;
  readonly title: string;
  readonly also: string;
  readonly scope: Scope;
  readonly keys: readonly string[];
}

/** All keys that can be given, of commands as they stand. */
export function bindablesOf(commands: readonly CommandFacts[]): Bindable[] {
  const usual = commands.filter(({ scope }) => scope !== "shell");
  const inTerminal = commands.flatMap(({ id, title, also = "", inTerminal: keys }): Bindable[] =>
    keys === undefined ? [] : [{ id: terminalId(id), title, also, scope: "shell", keys }],
  );
  return [...usual.map(({ id, title, also = "", scope, keys }) => ({ id, title, also, scope, keys })), ...inTerminal];
}

/** Who has a key now, and where. */
export interface Clash {
  readonly other: Bindable;
  readonly keys: string;
  readonly contexts: readonly Context[];
}

/** What is to be known of a key before a command gets it. */
export interface Verdict {
  /** Why it cannot be. */
  readonly refused?: string;
  readonly clashes: readonly Clash[];
  /** Why it may not reach this window. */
  readonly warning?: string;
}

export function judgeKey(
  bindable: Bindable,
  binding: string,
  commands: readonly CommandFacts[],
  host: { readonly isMac: boolean; readonly inBrowser: boolean },
): Verdict {
  const presses = binding.split(" ");
  if (presses.includes("Escape")) return { refused: "Escape always closes and goes up.", clashes: [] };
  if (presses.includes("Tab") || presses.includes("Shift+Tab")) {
    return { refused: "Tab always moves the focus.", clashes: [] };
  }
  if ((bindable.scope === "composer" || bindable.scope === "shell") && !typesNothing(binding)) {
    return { refused: "This is typed while you write; take a chord.", clashes: [] };
  }
  const taker = takenBy(binding, host);
  const warning = taker === undefined ? {} : { warning: `Here ${taker} may keep it for itself.` };
  return { clashes: clashesOf(bindable, binding, commands), ...warning };
}

function clashesOf(bindable: Bindable, binding: string, commands: readonly CommandFacts[]): Clash[] {
  const all = bindablesOf(commands);
  const found = new Map<string, { other: Bindable; keys: string; contexts: Context[] }>();
  for (const context of placesOf(bindable)) {
    for (const { command, keys } of takersOf(context, binding, commands)) {
      const id =
        context === "shell" && command.inTerminal?.includes(keys) === true ? terminalId(command.id) : command.id;
      const other = all.find((one) => one.id === id);
      if (other === undefined || id === bindable.id) continue;
      const clash = found.get(`${id} ${keys}`) ?? { other, keys, contexts: [] };
      clash.contexts.push(context);
      found.set(`${id} ${keys}`, clash);
    }
  }
  return [...found.values()];
}

/**
 * The keys that are not the table's, once these are so: whoever clashed with them has lost what clashed. Keys that are the table's
 * again are not among them.
 */
export function withKeys(
  own: Settings["keys"],
  { id, keys }: Pick<Bindable, "id" | "keys">,
  clashes: readonly Clash[],
  table: readonly Bindable[],
): Settings["keys"] {
  const changed = new Map<string, readonly string[]>([[id, keys]]);
  for (const { other, keys: lost } of clashes) {
    const left = changed.get(other.id) ?? other.keys;
    changed.set(
      other.id,
      left.filter((key) => key !== lost),
    );
  }
  const isTables = (name: string, has: readonly string[]): boolean =>
    table.some((facts) => facts.id === name && facts.keys.join("\n") === has.join("\n"));
  return Object.fromEntries(
    [...Object.entries(own).filter(([name]) => !changed.has(name)), ...changed]
      .filter(([name, has]) => !isTables(name, has))
      .map(([name, has]) => [name, [...has]]),
  );
}
