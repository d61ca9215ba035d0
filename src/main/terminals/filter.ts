/** A part of what a program printed, for the emulator and for those who look. */
export interface Filtered {
  /** With what asks the terminal something: one answers, and that is the emulator. */
  readonly whole: string;
  readonly shown: string;
}

/**
 * What of a program's output reaches a terminal at all: text, line control, and whole control sequences within their bounds.
 * Strings to the terminal (OSC, DCS, APC, PM, SOS) are left out, and with them titles, links, the clipboard, colours of the
 * palette and every answer that could repeat what the program says. So is what has the window do something.
 */
export type Filter = (text: string) => Filtered;

/** A sequence that is longer is none, in characters. */
const longestSequence = 256;
/** Marks that may join one character; more would make one cell as large as the output. */
const mostMarks = 16;

const bidi = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069";
// Controls are what this file is about.
/* oxlint-disable no-control-regex */
const special = new RegExp(`[\\u001b\\u0080-\\u009f${bidi}]`, "g");
const endOfString = /[\u0007\u0018\u001a\u001b\u009c]/g;
const afterIgnored = /[\u0018\u001a\u001b\u0040-\u007e\u0080-\uffff]/g;
/* oxlint-enable no-control-regex */
const marks = /[\p{M}\p{Cf}]/u;

type Inside = "text" | "string" | "ignored";

/** Keeps what is incomplete until the rest of it comes, so that what it gives ends where a screen can be told. */
export function createFilter(): Filter {
  let inside: Inside = "text";
  let held = "";
  let joined = 0;

  /** Plain text, with at most so many marks on one character. */
  function bounded(text: string): string {
    if (!marks.test(text)) {
      joined = 0;
      return text;
    }
    let kept = "";
    for (const character of text) {
      joined = marks.test(character) ? joined + 1 : 0;
      if (joined <= mostMarks) kept += character;
    }
    return kept;
  }

  return (chunk) => {
    const text = held + chunk;
    const whole: string[] = [];
    let asked = false;
    const shown: string[] = [];
    let at = 0;
    held = "";

    function emit(part: string, isQuery = false): void {
      whole.push(part);
      if (isQuery) asked = true;
      else shown.push(part);
    }

    function next(pattern: RegExp): number {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      return found === null ? text.length : found.index;
    }

    while (at < text.length) {
      if (inside === "string") {
        at = next(endOfString);
        if (at === text.length) break;
        inside = "text";
        if (text[at] !== "\u001b") at += 1;
        continue;
      }
      if (inside === "ignored") {
        at = next(afterIgnored);
        if (at === text.length) break;
        inside = "text";
        if (text.charCodeAt(at) < 0x7f && text[at] !== "\u001b") at += 1;
        continue;
      }
      const found = next(special);
      if (found > at) emit(bounded(text.slice(at, found)));
      at = found;
      if (at === text.length) break;
      const code = text.charCodeAt(at);
      if (code === 0x1b || code === 0x9b) sequence(code);
      else {
        at += 1;
        if (isStringStart(code)) inside = "string";
        // What turns the direction of text around is shown as something that is there.
        else emit(code > 0x9f ? "\ufffd" : String.fromCharCode(code));
      }
    }
    const told = whole.join("");
    return { whole: told, shown: asked ? shown.join("") : told };

    /** What begins with ESC, or with CSI as one character. */
    function sequence(first: number): void {
      let read = first === 0x9b ? "\u001b[" : "\u001b";
      at += 1;
      for (; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        // A line end and its like act at once, wherever they stand.
        if (code < 0x20 && code !== 0x1b && code !== 0x18 && code !== 0x1a) emit(String.fromCharCode(code));
        else if (code === 0x7f) continue;
        else if (code < 0x20 || code >= 0x80) {
          // It is cut off by what comes here; what cuts it off is read anew, but for what only does that.
          if (code === 0x18 || code === 0x1a) at += 1;
          return;
        } else {
          const character = String.fromCharCode(code);
          if (read === "\u001b" && "]PX^_".includes(character)) {
            inside = "string";
            at += 1;
            return;
          }
          read += character;
          if (isComplete(read, code)) {
            at += 1;
            complete(read);
            return;
          }
          if (read.length > longestSequence) {
            inside = "ignored";
            at += 1;
            return;
          }
        }
      }
      held = read;
    }

    function complete(read: string): void {
      // The end of a string that was left out.
      if (read === "\u001b\\") return;
      if (!read.startsWith("\u001b[")) return emit(read);
      const final = read.at(-1) ?? "";
      // Sizes, places and titles of windows.
      if (final === "t") return;
      emit(withinBounds(read, final), asksSomething(read, final));
    }
  };
}

function isStringStart(code: number): boolean {
  return code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f);
}

function isComplete(read: string, code: number): boolean {
  if (read.length === 2) return code >= 0x30 && code !== 0x5b;
  return read[1] === "[" ? code >= 0x40 : code >= 0x30;
}

/** Device attributes, status, modes and the terminal's name. */
function asksSomething(read: string, final: string): boolean {
  if (final === "c" || final === "n") return true;
  if (final === "p") return read.includes("$");
  return final === "q" && read[2] === ">";
}

/** What is done as often as it says: more often than there are cells makes no difference but to the time it takes. */
const repeating = "@ILMPSTXZ^b";
const mostRepeated = 500;
const largest = 9_999;

function withinBounds(read: string, final: string): string {
  const most = repeating.includes(final) ? mostRepeated : largest;
  return read.replaceAll(/\d{3,}/g, (digits) => String(Math.min(most, Number(digits))));
}
