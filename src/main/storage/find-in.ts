import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { WorkstreamId } from "../../contract/ids.ts";
import { textOfItem } from "./search-text.ts";
import { readItem } from "./transcript.ts";

/** Items looked at in one go: a few milliseconds' work, so that a commit never waits long behind it. */
const sliceOfItems = 1_000;

const rowSchema = z.object({ ordinal: z.number().int(), v: z.number().int(), data: z.string() });
const edgeSchema = z.object({ edge: z.number().int().nullable() });

/**
 * Looks for a text through one transcript, slice by slice and without an index: what is looked for is any stretch of
 * characters, which the index of words does not have.
 */
export function createFindIn(db: DatabaseSync) {
  // The first look is SQLite's: it leaves out nearly all rows before one is parsed. It knows the case of ASCII letters only.
  const slice = {
    older: db.prepare(
      `SELECT ordinal, v, data FROM items WHERE workstream_id = ? AND ordinal < ? AND ordinal >= ?
       AND (? = '' OR instr(lower(data), ?) > 0) ORDER BY ordinal DESC`,
    ),
    newer: db.prepare(
      `SELECT ordinal, v, data FROM items WHERE workstream_id = ? AND ordinal > ? AND ordinal <= ?
       AND (? = '' OR instr(lower(data), ?) > 0) ORDER BY ordinal`,
    ),
  };
  const edge = db.prepare("SELECT max(ordinal) AS edge FROM items WHERE workstream_id = ?");

  return (
    workstreamId: WorkstreamId,
    text: string,
    from: number,
    way: "older" | "newer",
  ): { found?: number; to: number; done: boolean } => {
    const wanted = text.toLowerCase();
    const first = longestAscii(JSON.stringify(wanted).slice(1, -1));
    const last = edgeSchema.parse(edge.get(workstreamId)).edge ?? 0;
    const start = Math.min(from, last + 1);
    const to = way === "older" ? Math.max(0, start - sliceOfItems) : Math.min(last, start + sliceOfItems);
    for (const raw of slice[way].iterate(workstreamId, start, to, first, first)) {
      const { ordinal, v, data } = rowSchema.parse(raw);
      const item = readItem(v, data);
      if (item !== undefined && textOfItem(item).toLowerCase().includes(wanted)) {
        return { found: ordinal, to: ordinal, done: false };
      }
    }
    return { to, done: way === "older" ? to <= 1 : to >= last };
  };
}

/** A part of the text that SQLite compares as we do; empty where there is none. */
function longestAscii(text: string): string {
  const parts = text.match(/[ -~]+/g) ?? [];
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}
