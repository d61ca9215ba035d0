import type { Item } from "../../contract/items.ts";
import { transcriptBlock } from "../../contract/items.ts";
import type { TranscriptPage } from "../../contract/procedures.ts";

/** A stretch of a transcript without gaps, of a bounded size, whichever way the reader goes. */
export interface TranscriptWindow {
  /** In the order of their ordinals. */
  readonly items: readonly Item[];
  /** Whether there are older items than these, and newer ones. */
  readonly more: boolean;
  readonly newer: boolean;
  /** The highest ordinal there is, as far as was told. */
  readonly last: number;
  /** Whether the reader is at the end: then it is the beginning that is given up. */
  readonly following: boolean;
  /** What was told of items beyond the window: a page that is being fetched may be older than that. */
  readonly aside: readonly Item[];
  /** Raised when what is in memory may have been changed unheard. */
  readonly stale: boolean;
}

/** Items kept once there are more than `mostItems`: half a page less, so that it is not done for each. */
const keptItems = 800;
export const mostItems = 1_000;
/** Texts are long at times; this bounds them all together, in characters. */
const mostCharacters = 8_000_000;
const mostAside = 200;

/** An item told: in its place if that is in the window, at the end of it, or aside. */
export function withItem(window: TranscriptWindow, item: Item): TranscriptWindow {
  const { items } = window;
  const last = Math.max(window.last, item.ordinal);
  const known = items.findLastIndex((other) => other.id === item.id);
  if (known !== -1 && items[known]?.ordinal === item.ordinal)
    return { ...window, last, items: items.with(known, item) };
  const newest = items.at(-1)?.ordinal ?? 0;
  const beyond = item.ordinal > newest ? window.newer : window.more && item.ordinal < (items[0]?.ordinal ?? 0);
  if (beyond || (!window.following && items.length >= mostItems)) {
    const newer = window.newer || item.ordinal > newest;
    return { ...window, last, newer, aside: setAside(window.aside, item) };
  }
  const others = known === -1 ? items : items.toSpliced(known, 1);
  const before = others.findLastIndex((other) => other.ordinal < item.ordinal);
  return bounded({ ...window, last, items: others.toSpliced(before + 1, 0, item) }, "older");
}

function setAside(aside: readonly Item[], item: Item): readonly Item[] {
  return [...aside.filter(({ id }) => id !== item.id), item].slice(-mostAside);
}

/** What a new subscription begins with. A reader elsewhere in the transcript keeps what is being read. */
export function withSnapshotItems(
  before: TranscriptWindow | undefined,
  items: readonly Item[],
  more: boolean,
): TranscriptWindow {
  const last = items.at(-1)?.ordinal ?? 0;
  const fresh = { items, more, newer: false, last, following: true, aside: [], stale: false };
  if (before === undefined || before.items.length === 0) return fresh;
  const first = items[0]?.ordinal ?? 0;
  const newest = before.items.at(-1)?.ordinal ?? 0;
  if (newest + 1 >= first) {
    const older = before.items.filter(({ ordinal }) => ordinal < first);
    const stale = older.some(isOpen);
    const joined = { ...fresh, items: [...older, ...items], more: older.length > 0 ? before.more : more };
    return bounded({ ...joined, following: before.following, stale }, "older");
  }
  if (before.following) return fresh;
  return { ...before, last, newer: true, stale: before.items.some(isOpen) };
}

function isOpen(item: Item): boolean {
  return item.endedAt === undefined;
}

/** A page before, after or in place of what is there. */
export function withPage(
  window: TranscriptWindow,
  page: TranscriptPage,
  where: "older" | "newer" | "here",
): TranscriptWindow {
  const told = new Map(window.aside.map((item) => [item.id, item]));
  const fetched = page.items.map((item) => told.get(item.id) ?? item);
  const last = Math.max(window.last, page.last);
  if (where === "here") {
    const newest = fetched.at(-1)?.ordinal ?? 0;
    return {
      ...window,
      items: fetched,
      more: page.more,
      newer: newest < last,
      last,
      following: newest >= last,
      stale: false,
    };
  }
  const { items } = window;
  if (where === "older") {
    const first = items[0]?.ordinal ?? Infinity;
    const older = fetched.filter(({ ordinal }) => ordinal < first);
    return bounded({ ...window, last, items: [...older, ...items], more: page.more && older.length > 0 }, "newer");
  }
  const newest = items.at(-1)?.ordinal ?? 0;
  const newer = fetched.filter(({ ordinal }) => ordinal > newest);
  const joined = [...items, ...newer];
  const isWhole = newer.length === 0 || (joined.at(-1)?.ordinal ?? 0) >= last;
  return bounded({ ...window, last, items: joined, newer: !isWhole }, "older");
}

/** Gives up what is far, at an edge of a block. */
function bounded(window: TranscriptWindow, far: "older" | "newer"): TranscriptWindow {
  const { items } = window;
  const kept = far === "older" ? keptFrom(items) : keptTo(items);
  if (kept.length === items.length) return window;
  return far === "older" ? { ...window, items: kept, more: true } : { ...window, items: kept, newer: true };
}

function isTooMuch(items: readonly Item[]): boolean {
  return items.length > mostItems || sizeOf(items) > mostCharacters;
}

/** Without the oldest. */
function keptFrom(items: readonly Item[]): readonly Item[] {
  if (!isTooMuch(items)) return items;
  const start = items.length - fitting(items.toReversed());
  const edge = items.findIndex(({ ordinal }, at) => at >= start && ordinal % transcriptBlock === 1);
  return edge === -1 ? items.slice(start) : items.slice(edge);
}

/** Without the newest. */
function keptTo(items: readonly Item[]): readonly Item[] {
  if (!isTooMuch(items)) return items;
  const end = fitting(items);
  const edge = items.findLastIndex(({ ordinal }, at) => at < end && ordinal % transcriptBlock === 0);
  return edge === -1 ? items.slice(0, end) : items.slice(0, edge + 1);
}

/** How many of the first are kept. */
function fitting(items: readonly Item[]): number {
  let size = 0;
  const over = items.findIndex((item) => (size += sizeOfItem(item)) > mostCharacters);
  return Math.max(transcriptBlock, Math.min(keptItems, over === -1 ? keptItems : over));
}

function sizeOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + sizeOfItem(item), 0);
}

function sizeOfItem({ body }: Item): number {
  switch (body.kind) {
    case "words":
    case "message":
    case "reasoning":
    case "notice":
      return body.text.length;
    case "command":
      return body.command.length + body.output.length;
    case "tool":
      return body.arguments.length + body.result.length;
    case "edit":
      return body.files.length * 50;
  }
}
