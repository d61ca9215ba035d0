import type { Settings } from "../contract/settings.ts";
import type { CommandFacts } from "./table.ts";

/** What the human made of the keys. */
export type OwnKeys = Pick<Settings, "keys" | "letters">;

/** The key that always closes what is open and goes up: nothing else can have it. */
const wayOut = "Escape";
/** What cannot lose the keys of the table: nobody is to be caught. */
const waysOut: ReadonlySet<string> = new Set(["up", terminalId("leave-terminal")]);

/** By what name the keys of a command inside a terminal are kept beside those it has elsewhere. */
export function terminalId(command: string): string {
  return `${command}:terminal`;
}

/** A command with its keys as the human wants them. */
export function withOwnKeys<C extends CommandFacts>(command: C, own: OwnKeys): C {
  const keys = keysOf(command, own);
  if (command.inTerminal === undefined) return { ...command, keys };
  return { ...command, keys, inTerminal: keysOf({ id: terminalId(command.id), keys: command.inTerminal }, own) };
}

/** What is to be pressed for a command, as the human wants it. */
export function keysOf({ id, keys: inTable }: Pick<CommandFacts, "id" | "keys">, own: OwnKeys): readonly string[] {
  const wanted = own.keys[id]?.filter((key) => key !== wayOut);
  const all = wanted === undefined ? inTable : waysOut.has(id) ? [...new Set([...inTable, ...wanted])] : wanted;
  return own.letters === "on" ? all : all.filter((key) => !isLetter(key));
}

/** Whether it begins with a character that is typed with no modifier but Shift. */
function isLetter(binding: string): boolean {
  return /^(?:\[?Shift\]?\+)?\S(?: |$)/u.test(binding);
}

/** Whether it may act while the human types: only chords and keys that type nothing. */
export function typesNothing(binding: string): boolean {
  return /\$mod|Control|Meta|Alt\+|Escape|^(?:Shift\+)?F\d+$/.test(binding);
}

/** Whether one is the other, or the beginning of the other: then both cannot mean something in one place. */
export function clash(one: string, other: string): boolean {
  const [a, b] = [normal(one), normal(other)];
  return a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `);
}

/** The same text for what is pressed the same way. */
function normal(binding: string): string {
  return binding
    .toLowerCase()
    .split(" ")
    .map((press) => {
      const parts = press.replaceAll("[shift]+", "").split(/(?<=\w)\+/);
      const key = parts.pop() ?? "";
      return [...parts.map((part) => (part === "control" ? "$mod" : part)).toSorted(), key].join("+");
    })
    .join(" ");
}

/** Who takes a chord before the page can have it; undefined when nobody is known to. */
export function takenBy(
  binding: string,
  { isMac, inBrowser }: { isMac: boolean; inBrowser: boolean },
): string | undefined {
  const [first = ""] = binding.split(" ");
  const is = (...chords: string[]): boolean => chords.some((chord) => clash(chord, first));
  if (isMac && is("Meta+q", "$mod+q", "$mod+h", "$mod+Tab", "$mod+Space")) return "macOS";
  if (!isMac && is("Alt+F4", "Alt+Tab", "Meta+l", "Meta+d", "Control+Alt+Delete")) return "the system";
  if (!inBrowser) return undefined;
  const tabs = Array.from({ length: 9 }, (_, at) => `$mod+${String(at + 1)}`);
  const windows = ["$mod+n", "$mod+t", "$mod+w", "$mod+Shift+n", "$mod+Shift+t", "$mod+Shift+w", "$mod+Tab", "F11"];
  return is(...windows, ...tabs) ? "the browser" : undefined;
}
