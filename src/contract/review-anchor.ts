import type { Anchor } from "./review.ts";

/** One line of one side of a file, as a diff shows it. */
export interface SideLine {
  readonly number: number;
  readonly text: string;
}

/** A line as anchors keep it: whole, or its beginning with what tells it from others that begin alike. */
export function keptLine(text: string): string {
  if (text.length <= 380) return text;
  return `${text.slice(0, 380).toWellFormed()}… ${String(text.length)}:${checksum(text)}`;
}

/** An anchor for lines of one side; undefined when the diff does not show all of them. */
export function anchorAt(
  place: Pick<Anchor, "path" | "side" | "first" | "last">,
  lines: readonly SideLine[],
): Anchor | undefined {
  const at = lines.findIndex(({ number }) => number === place.first);
  const count = place.last - place.first + 1;
  if (at === -1 || !isRun(lines, at, count)) return undefined;
  return {
    path: place.path,
    side: place.side,
    first: place.first,
    last: place.last,
    excerpt: lines.slice(at, at + count).map(({ text }) => keptLine(text)),
    before: around(lines, at, -1).toReversed(),
    after: around(lines, at + count - 1, 1),
  };
}

/**
 * Where the lines of an anchor are now, among those of its side that a diff shows; undefined when they are gone, or when it
 * cannot be told which of several equal places is meant. It never answers a place that reads otherwise.
 */
export function locate(anchor: Anchor, lines: readonly SideLine[]): { first: number; last: number } | undefined {
  const { excerpt } = anchor;
  const texts = lines.map(({ text }) => keptLine(text));
  const places = texts.flatMap((text, at) => {
    if (text !== excerpt[0] || !isRun(lines, at, excerpt.length)) return [];
    if (excerpt.some((line, offset) => texts[at + offset] !== line)) return [];
    const near =
      alike(anchor.before.toReversed(), around(lines, at, -1)) +
      alike(anchor.after, around(lines, at + excerpt.length - 1, 1));
    return [{ first: lines[at]?.number ?? 0, near }];
  });
  const most = Math.max(...places.map(({ near }) => near));
  const best = places.filter(({ near }) => near === most);
  const chosen = best.length === 1 ? best[0] : best.find(({ first }) => first === anchor.first);
  if (chosen === undefined || (most === 0 && !isTelling(excerpt))) return undefined;
  return { first: chosen.first, last: chosen.first + excerpt.length - 1 };
}

/** Whether so many lines from one on follow each other without a gap. */
function isRun(lines: readonly SideLine[], at: number, count: number): boolean {
  const from = lines[at]?.number;
  return from !== undefined && lines[at + count - 1]?.number === from + count - 1;
}

/** Up to three lines that stand directly before or after one, the nearest first. */
function around(lines: readonly SideLine[], at: number, by: 1 | -1): string[] {
  const from = lines[at]?.number ?? 0;
  return [1, 2, 3].flatMap((step) => {
    const line = lines[at + by * step];
    return line?.number === from + by * step ? [keptLine(line.text)] : [];
  });
}

/** How many lines agree, from the nearest on. Empty ones say nothing. */
function alike(kept: readonly string[], found: readonly string[]): number {
  const differs = kept.findIndex((line, at) => line !== found[at]);
  return kept.slice(0, differs === -1 ? kept.length : differs).filter((line) => line.trim() !== "").length;
}

/** Whether lines say enough that they are hardly anywhere else by chance. */
function isTelling(excerpt: readonly string[]): boolean {
  return excerpt.join("").replace(/\s/g, "").length >= 20;
}

function checksum(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return (sum >>> 0).toString(16);
}
