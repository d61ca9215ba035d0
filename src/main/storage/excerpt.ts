import type { SearchHit } from "../../contract/search.ts";
import type { SearchTerm } from "../../contract/search-query.ts";
import { spaced } from "./search-text.ts";

const longest = 220;
/** How much of it stands before the first word that was found. */
const before = 60;
const mostMarks = 20;

/** The surroundings of the first word that is found as the index finds it, on one line; else the beginning. */
export function excerptOf(text: string, terms: readonly SearchTerm[]): Pick<SearchHit, "excerpt" | "marks"> {
  const patterns = terms.flatMap((term) => (term.not ? [] : (patternOf(term) ?? [])));
  const plain = folded(text);
  const first = patterns.map((pattern) => plain.search(pattern)).filter((place) => place >= 0);
  const start = first.length === 0 ? 0 : wholeCharacter(text, Math.max(0, Math.min(...first) - before));
  const end = wholeCharacter(text, Math.min(text.length, start + longest));
  const line = text.slice(start, end).replaceAll(/\s+/gu, " ").trim();
  const excerpt = `${start > 0 ? "…" : ""}${line}${end < text.length ? "…" : ""}`;
  return { excerpt, marks: marksIn(excerpt, patterns) };
}

function marksIn(excerpt: string, patterns: readonly RegExp[]): [number, number][] {
  const plain = folded(excerpt);
  const found = patterns
    .flatMap((pattern) => Array.from(plain.matchAll(new RegExp(pattern, "gu")), (match) => match))
    .map(({ index, 0: { length } }): [number, number] => [index, index + length])
    .toSorted((a, b) => a[0] - b[0]);
  const marks: [number, number][] = [];
  for (const [from, to] of found) {
    const last = marks.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (marks.length < mostMarks) marks.push([from, to]);
  }
  return marks;
}

/** Letters without case and accents, each in the place of what was written, so that positions hold. */
function folded(text: string): string {
  const plain = text.replaceAll(/[^\0-\x7f]/gu, (character) => {
    const [first = ""] = character.normalize("NFD");
    return first.length === character.length ? first : character;
  });
  const lower = plain.toLowerCase();
  return lower.length === plain.length ? lower : plain;
}

/** What the index takes for a match: the words of the term, with anything between them that is no word. */
function patternOf({ text, prefix }: SearchTerm): RegExp | undefined {
  const words = folded(spaced(text)).match(/[\p{L}\p{N}]+/gu);
  if (words === null) return undefined;
  const end = prefix ? "" : "(?![\\p{L}\\p{N}])";
  const isSpaced = spaced(text) === text;
  // Within a script without spaces a word begins anywhere.
  return new RegExp(
    `${isSpaced ? "(?<![\\p{L}\\p{N}])" : ""}${words.join("[^\\p{L}\\p{N}]*")}${isSpaced ? end : ""}`,
    "u",
  );
}

/** Not between the halves of a character. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
