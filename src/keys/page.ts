import { printKeys } from "./print.ts";
import { scopeNames, table, type CommandFacts, type Scope } from "./table.ts";

/** What docs/keys.md says of every command and its keys, as Markdown. */
export function keysPage(): string {
  const commands: readonly CommandFacts[] = table;
  const sections = (Object.keys(scopeNames) as Scope[]).flatMap((scope) => {
    const own = commands.filter((command) => command.scope === scope);
    if (own.length === 0) return [];
    return [`## ${scopeNames[scope]}`, "", ...linesOf(own), ""];
  });
  return [
    "# Keys",
    "",
    "Made by `node scripts/keys-page.mjs` from `src/keys/table.ts`; a test holds it to the table. Every key can be another: press",
    "<kbd>,</kbd> for the settings. <kbd>?</kbd> shows those that work where you are.",
    "",
    "A key means one thing in each place. Letters type while you write; chords, function keys and Escape act there too. In a terminal",
    "every key is the program's, but for those in the last column.",
    "",
    ...sections,
  ].join("\n");
}

function linesOf(commands: readonly CommandFacts[]): string[] {
  const inTerminal = commands.some((command) => command.inTerminal !== undefined);
  const heads = ["Does", "Keys", "On a Mac", ...(inTerminal ? ["In a terminal"] : [])];
  const rows = commands.map(({ title, keys, inTerminal: there = [] }) => [
    title.replaceAll("|", "\\|"),
    printed(keys, false),
    printed(keys, true),
    ...(inTerminal ? [printed(there, false)] : []),
  ]);
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function printed(keys: readonly string[], isMac: boolean): string {
  return keys.map((binding) => `<kbd>${printKeys(binding, isMac).replaceAll("|", "\\|")}</kbd>`).join(" ");
}
