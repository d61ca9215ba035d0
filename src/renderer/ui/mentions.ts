import type { Mention } from "../../contract/mentions.ts";

/** What is being mentioned where the caret stands. */
export interface Trigger {
  readonly what: "file" | "symbol";
  readonly text: string;
  /** From where to where it is replaced. */
  readonly from: number;
  readonly to: number;
}

/** Fewer letters than this would find half of a project. */
const leastOfSymbol = 2;

/** `@` begins a file, `#` a symbol, at the beginning of a word and up to the caret. */
export function triggerAt(text: string, caret: number): Trigger | undefined {
  const found = /(?:^|[\s(])([@#])([^\s@#]{0,120})$/.exec(text.slice(0, caret));
  const [, sign, typed = ""] = found ?? [];
  if (sign === undefined || (sign === "#" && !new RegExp(`^\\w{${String(leastOfSymbol)},}$`).test(typed)))
    return undefined;
  return { what: sign === "@" ? "file" : "symbol", text: typed, from: caret - typed.length - 1, to: caret };
}

/** The text with what was chosen in place of what was typed, as the author can use it; and where the caret then stands. */
export function withMention(text: string, trigger: Trigger, mention: Mention): { text: string; caret: number } {
  const place = mention.line === undefined ? asWord(mention.path) : `${asWord(mention.path)}:${String(mention.line)}`;
  const written = mention.name === undefined ? `${place} ` : `${place} ${mention.name} `;
  return {
    text: text.slice(0, trigger.from) + written + text.slice(trigger.to),
    caret: trigger.from + written.length,
  };
}

/** A name with spaces in it, or with what is not seen, would not be read as one. */
function asWord(path: string): string {
  return /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(path) ? path : JSON.stringify(path);
}
