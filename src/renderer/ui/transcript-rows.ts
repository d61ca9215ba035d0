import type { Item } from "../../contract/items.ts";

/** A line of the transcript: the start of a turn, or an item in it. */
export type TranscriptRow =
  | { readonly kind: "turn"; readonly id: string; readonly number: number; readonly at: number }
  | { readonly kind: "item"; readonly id: string; readonly item: Item };

/**
 * Items grouped by turn. Turns are counted back from the newest, because older ones may not have been read yet. What the
 * engine did itself stands where it happened. While there is more to read, the first turn has no beginning here.
 */
export function transcriptRows(items: readonly Item[], turns: number, more: boolean): TranscriptRow[] {
  const seen = new Set(items.flatMap((item) => item.turnId ?? []));
  let number = Math.max(turns, seen.size) - seen.size;
  let turnId: string | undefined;
  const rows: TranscriptRow[] = [];
  for (const item of items) {
    if (item.turnId !== undefined && item.turnId !== turnId) {
      turnId = item.turnId;
      number += 1;
      if (!more || rows.length > 0) rows.push({ kind: "turn", id: `turn:${turnId}:${item.id}`, number, at: item.at });
    }
    rows.push({ kind: "item", id: item.id, item });
  }
  return rows;
}

/** Where the next or previous turn begins, seen from a row; stays where it is at either end. */
export function turnFrom(rows: readonly TranscriptRow[], from: number, by: 1 | -1): number {
  for (let at = from + by; at >= 0 && at < rows.length; at += by) {
    if (rows[at]?.kind === "turn") return at;
  }
  return from;
}
