/** A stretch of text as it may be shown: plain, or the name of a character that would have acted unseen. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "mark"; readonly text: string; readonly says: string };

/* eslint-disable no-control-regex -- control characters are what these are about */
/**
 * Escape sequences of terminals: CSI, OSC and other strings up to their end, and single-character ones. A string that has no end
 * near by would swallow what comes after it: of that only the beginning is taken, and the rest is seen.
 */
const escapes =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])(?:[^\u0007\u001b\u0090\u0098\u009c-\u009f]{0,4096}(?:\u0007|\u001b\\|\u009c))?|\u001b[ -/]*[0-~]/g;

/**
 * Characters that reorder, hide or act: controls, bidirectional controls, zero widths, variation selectors, tags, fillers, line
 * separators; and marks on a letter beyond those that a script puts there, which would lie over the lines around it.
 */
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|\p{Variation_Selector}|[\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e01ef}]|(?<=\p{M}{6})\p{M}+/gu;
/* eslint-enable no-control-regex */

const names: Readonly<Record<string, string>> = {
  "\u200e": "left-to-right mark",
  "\u200f": "right-to-left mark",
  "\u061c": "Arabic letter mark",
  "\u202a": "left-to-right embedding",
  "\u202b": "right-to-left embedding",
  "\u202c": "end of embedding",
  "\u202d": "left-to-right override",
  "\u202e": "right-to-left override",
  "\u2066": "left-to-right isolate",
  "\u2067": "right-to-left isolate",
  "\u2068": "first strong isolate",
  "\u2069": "end of isolate",
  "\u200b": "zero width space",
  "\u200c": "zero width non-joiner",
  "\u200d": "zero width joiner",
  "\ufeff": "byte order mark",
  "\u00ad": "soft hyphen",
};

/** Removes what only a terminal would understand, and the parts of lines that a carriage return wrote over. */
export function withoutEscapes(text: string): string {
  const plain = text.replace(escapes, "");
  return plain.includes("\r") ? plain.split("\n").map(afterReturns).join("\n") : plain;
}

/** What a terminal leaves of a line. By hand, because a pattern would look through a long line from each of its places. */
function afterReturns(line: string): string {
  let end = line.length;
  while (line[end - 1] === "\r") end -= 1;
  return line.slice(end === 0 ? 0 : line.lastIndexOf("\r", end - 1) + 1, end);
}

/** Spaces that look like a space and are none to the program that reads them. */
const oddSpaces = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]/;
const unseenInCommands = new RegExp(`${unseen.source}|${oddSpaces.source}`, "gu");
const unseenInNames = new RegExp(`${unseenInCommands.source}|[\\t\\n]`, "gu");
const patterns = { text: unseen, command: unseenInCommands, name: unseenInNames } as const;

/**
 * Cuts a text into what may be drawn as it is and marks for what would have been invisible or misleading. In a command a space
 * that is not the plain one is marked too, and in a name, which has one line, whatever would begin another.
 */
export function visibleParts(text: string, as: keyof typeof patterns = "text"): Part[] {
  return marked(text, patterns[as]);
}

/** So many marks are drawn as such; more than that are named within the text, which stays one piece however many there are. */
const mostMarks = 200;

function marked(text: string, pattern: RegExp): Part[] {
  const parts: Part[] = [];
  let from = 0;
  let marks = 0;
  let runOf = "";
  let run = 0;
  for (const found of text.matchAll(pattern)) {
    const character = found[0];
    if (isOfPicture(text, found.index)) continue;
    const last = parts.at(-1);
    if (character === runOf && found.index === from && last?.kind === "mark") {
      run += 1;
      parts[parts.length - 1] = { ...last, text: `${codePoint(character)} ×${String(run)}` };
      from += character.length;
      continue;
    }
    if (marks === mostMarks) break;
    if (found.index > from) parts.push({ kind: "text", text: text.slice(from, found.index) });
    parts.push({ kind: "mark", text: codePoint(character), says: names[character] ?? "unusual character" });
    from = found.index + character.length;
    marks += 1;
    runOf = character;
    run = 1;
  }
  const rest = text.slice(from);
  if (rest !== "" || parts.length === 0)
    parts.push({ kind: "text", text: marks < mostMarks ? rest : named(rest, pattern) });
  return parts;
}

function named(text: string, pattern: RegExp): string {
  return text.replace(pattern, (character: string, ...at: unknown[]) => {
    const place = at.find((each) => typeof each === "number");
    return place !== undefined && isOfPicture(text, place) ? character : `[${codePoint(character)}]`;
  });
}

/** A zero width joiner between pictures makes one picture, and a variation selector behind one says how it is drawn. */
function isOfPicture(text: string, at: number): boolean {
  if (text[at] === "\ufe0e" || text[at] === "\ufe0f")
    return /[\p{Extended_Pictographic}\p{Emoji}]$/u.test(text.slice(Math.max(0, at - 2), at));
  if (text[at] !== "\u200d") return false;
  return (
    /\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?$/u.test(text.slice(Math.max(0, at - 6), at)) &&
    /^\p{Extended_Pictographic}/u.test(text.slice(at + 1, at + 3))
  );
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

const longestLine = 2_000;
/** No item is longer. What is shall not be looked through, character by character, before it is cut. */
const longestText = 256_000;

/** Cuts the middle out of what no one reads. */
export function boundText(text: string): string {
  if (text.length <= longestText) return text;
  const kept = longestText / 2;
  const left = text.length - longestText;
  return `${text.slice(0, kept)}\n[…${String(left)} characters left out…]\n${text.slice(-kept)}`;
}

/** Cuts the middle out of lines that no one reads and that would stall the layout, and says how much is missing. */
export function boundLines(text: string, limit = longestLine): string {
  if (text.length <= limit) return text;
  return text
    .split("\n")
    .map((line) => {
      if (line.length <= limit) return line;
      const kept = limit / 2;
      return `${line.slice(0, kept)} […${String(line.length - limit)} characters left out…] ${line.slice(-kept)}`;
    })
    .join("\n");
}

const ordinary = /^[\t -~]*$/;

/** The same as one text, for where nothing but text can stand: characters that reorder or hide are named in brackets. */
export function visible(text: string): string {
  if (ordinary.test(text)) return text;
  return visibleParts(text)
    .map((part) => (part.kind === "text" ? part.text : `⟦${part.text}⟧`))
    .join("");
}
