import { transcriptBlock, type Item } from "../../contract/items.ts";
import type { TurnFacts } from "../../contract/usage.ts";

/** A line of the transcript: the head of a turn, things done one after the other, or one item. */
export type TranscriptRow = TurnRow | GroupRow | ItemRow;

export interface TurnRow {
  readonly kind: "turn";
  readonly id: string;
  /** Where it begins here. */
  readonly ordinal: number;
  readonly at: number;
  readonly facts: TurnFacts | undefined;
  readonly open: boolean;
}

export interface GroupRow {
  readonly kind: "group";
  readonly id: string;
  readonly ordinal: number;
  readonly items: readonly Item[];
  readonly open: boolean;
}

export interface ItemRow {
  readonly kind: "item";
  readonly id: string;
  readonly ordinal: number;
  readonly item: Item;
  /** Whether it stands in an unfolded group. */
  readonly inside: boolean;
}

export interface RowsInput {
  readonly items: readonly Item[];
  readonly turns: Readonly<Record<string, TurnFacts>>;
  /** Whether there are older items than these. */
  readonly more: boolean;
  /** Rows that are not as they are at first: folded turns, unfolded groups. */
  readonly toggled: ReadonlySet<string>;
}

/** From this many on, things done one after the other are one line. */
const leastGrouped = 3;

/**
 * Items by turn, with what was done in between folded together. What the engine did itself stands where it happened. While
 * there is more to read, the first turn has no beginning here. Every row keeps its id whichever page it came with.
 */
export function transcriptRows({ items, turns, more, toggled }: RowsInput): TranscriptRow[] {
  const rows: TranscriptRow[] = [];
  const seen = new Set<string>();
  let turnId: string | undefined;
  let isFolded = false;
  let run: Item[] = [];

  function endRun(): void {
    const [first] = run;
    if (first === undefined) return;
    if (run.length < leastGrouped) {
      for (const item of run) rows.push(itemRow(item, false));
    } else {
      const id = `group:${first.id}`;
      const open = toggled.has(id);
      rows.push({ kind: "group", id, ordinal: first.ordinal, items: run, open });
      if (open) for (const item of run) rows.push(itemRow(item, true));
    }
    run = [];
  }

  for (const item of items) {
    if (item.turnId !== undefined && item.turnId !== turnId) {
      endRun();
      turnId = item.turnId;
      const id = seen.has(turnId) ? `turn:${turnId}:${item.id}` : `turn:${turnId}`;
      seen.add(turnId);
      isFolded = false;
      if (!more || item !== items[0]) {
        isFolded = toggled.has(id);
        rows.push({ kind: "turn", id, ordinal: item.ordinal, at: item.at, facts: turns[turnId], open: !isFolded });
      }
    }
    if (isFolded) continue;
    const [first] = run;
    if (first !== undefined && (!isGrouped(item) || first.turnId !== item.turnId || blockOf(first) !== blockOf(item))) {
      endRun();
    }
    if (isGrouped(item)) run.push(item);
    else rows.push(itemRow(item, false));
  }
  endRun();
  return rows;
}

function itemRow(item: Item, inside: boolean): ItemRow {
  return { kind: "item", id: item.id, ordinal: item.ordinal, item, inside };
}

/** What goes on stands by itself, to be watched. */
function isGrouped({ body }: Item): boolean {
  switch (body.kind) {
    case "command":
    case "edit":
    case "tool":
      return body.status !== "running";
    case "reasoning":
      return true;
    case "message":
    case "words":
    case "notice":
      return false;
  }
}

/** Pages end where blocks do, so a group that ends there too is never cut by one. */
function blockOf({ ordinal }: Item): number {
  return Math.floor((ordinal - 1) / transcriptBlock);
}

/** Where the next or previous turn begins, seen from a row; undefined where there is none here. */
export function turnFrom(rows: readonly TranscriptRow[], from: number, by: 1 | -1): number | undefined {
  for (let at = from + by; at >= 0 && at < rows.length; at += by) {
    if (rows[at]?.kind === "turn") return at;
  }
  return undefined;
}

/** The row an item is in or behind; undefined before the first. */
export function rowAt(rows: readonly TranscriptRow[], ordinal: number): number | undefined {
  const at = rows.findLastIndex((row) => row.kind !== "turn" && row.ordinal <= ordinal);
  const turn = rows.findLastIndex((row) => row.ordinal <= ordinal);
  const found = at === -1 || (rows[turn]?.ordinal ?? 0) > (rows[at]?.ordinal ?? 0) ? turn : at;
  return found === -1 ? undefined : found;
}

/** What must be unfolded for an item to be seen: its turn, its group. */
export function foldsOver(rows: readonly TranscriptRow[], ordinal: number): string[] {
  const row = rows[rowAt(rows, ordinal) ?? -1];
  if (row?.kind === "group" && !row.open && row.items.some((item) => item.ordinal === ordinal)) return [row.id];
  return row?.kind === "turn" && !row.open ? [row.id] : [];
}
