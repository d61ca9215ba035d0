import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Envelope } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { itemSchema, planStepSchema, transcriptBlock, type Item } from "../../contract/items.ts";
import type { Detail, TranscriptPage } from "../../contract/procedures.ts";
import type { TurnFacts } from "../../contract/usage.ts";
import type { PagePlace } from "./storage.ts";
import { upcast, type Upcast } from "./upcast.ts";

const itemVersion = 1;
/** Older items become today's as they are read; see {@link upcast}. */
const itemUpcasts: readonly Upcast[] = [];

/** Most characters one page of a transcript carries; what does not fit comes with the next page. */
const pageLimit = 8_000_000;
const notesLimit = 100;

export interface Transcript {
  /** Writes the rows an event brings beside the state. Answers the number of the item it is about. */
  keep(envelope: Envelope): number | undefined;
  readonly items: (workstreamId: WorkstreamId, place: PagePlace | undefined, limit: number) => TranscriptPage;
  readonly lastOrdinal: (workstreamId: WorkstreamId) => number;
  readonly planAndNotes: (workstreamId: WorkstreamId) => Pick<Detail, "plan" | "notes">;
}

const foundItemSchema = z.object({ n: z.number().int(), ordinal: z.number().int() });
const numberSchema = z.object({ n: z.number().int() });
const ordinalSchema = z.object({ ordinal: z.number().int().nullable() });
const storedItemSchema = z.object({
  id: z.string(),
  ordinal: z.number(),
  at: z.number(),
  v: z.number(),
  data: z.string(),
});
type StoredItem = z.infer<typeof storedItemSchema>;
const planSchema = z.object({ steps: z.string() });
const noteSchema = z.object({ at: z.number(), text: z.string() });

/** `turnsOf` tells of the turns that items belong to. */
export function createTranscript(db: DatabaseSync, turnsOf: (items: readonly Item[]) => TurnFacts[]): Transcript {
  // Written again, an item keeps its place as a rule, and then no index is written.
  const findItem = db.prepare("SELECT n, ordinal FROM items WHERE id_hash = ? AND workstream_id = ? AND id = ?");
  const insertItem = db.prepare(
    "INSERT INTO items (workstream_id, id, id_hash, ordinal, at, v, data) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING n",
  );
  const rewriteItem = db.prepare("UPDATE items SET at = ?, v = ?, data = ? WHERE n = ?");
  const moveItem = db.prepare("UPDATE items SET ordinal = ? WHERE n = ?");
  const page = db.prepare(
    "SELECT id, ordinal, at, v, data FROM items WHERE workstream_id = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?",
  );
  const pageAfter = db.prepare(
    "SELECT id, ordinal, at, v, data FROM items WHERE workstream_id = ? AND ordinal > ? ORDER BY ordinal LIMIT ?",
  );
  const last = db.prepare("SELECT max(ordinal) AS ordinal FROM items WHERE workstream_id = ?");
  const upsertPlan = db.prepare(
    "INSERT INTO plans (workstream_id, steps) VALUES (?, ?) ON CONFLICT (workstream_id) DO UPDATE SET steps = excluded.steps",
  );
  const readPlan = db.prepare("SELECT steps FROM plans WHERE workstream_id = ?");
  const insertNote = db.prepare("INSERT INTO notes (workstream_id, at, text) VALUES (?, ?, ?)");
  const readNotes = db.prepare(
    `SELECT at, text FROM (SELECT n, at, text FROM notes WHERE workstream_id = ? ORDER BY n DESC LIMIT ${notesLimit}) ORDER BY n`,
  );

  const forget = ["items", "turns", "phases", "plans", "notes", "tickets"].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE workstream_id = ?`),
  );

  function keepItem(item: Item): number {
    const { workstreamId, id, ordinal, at } = item;
    const hash = hashOf(item);
    const data = JSON.stringify(item);
    const known = foundItemSchema.optional().parse(findItem.get(hash, workstreamId, id));
    if (known === undefined) {
      return numberSchema.parse(insertItem.get(workstreamId, id, hash, ordinal, at, itemVersion, data)).n;
    }
    rewriteItem.run(at, itemVersion, data, known.n);
    if (known.ordinal !== ordinal) moveItem.run(ordinal, known.n);
    return known.n;
  }

  function keep({ event }: Envelope): number | undefined {
    switch (event.type) {
      case "item.upserted":
        return keepItem(event.item);
      case "plan.updated":
        upsertPlan.run(event.workstreamId, JSON.stringify(event.steps));
        return undefined;
      case "note.recorded":
        insertNote.run(event.workstreamId, event.at, event.text);
        return undefined;
      case "workstream.deleted":
        for (const statement of forget) statement.run(event.workstreamId);
        return undefined;
      default:
        return undefined;
    }
  }

  const lastOrdinal = (workstreamId: WorkstreamId): number => ordinalSchema.parse(last.get(workstreamId)).ordinal ?? 0;

  function items(workstreamId: WorkstreamId, place: PagePlace | undefined, limit: number): TranscriptPage {
    if (place !== undefined && "around" in place) {
      const middle = Math.max(0, place.around - 1 - Math.floor(limit / 2));
      return items(workstreamId, { after: middle - (middle % transcriptBlock) }, limit);
    }
    const forward = place !== undefined && "after" in place;
    const rows = forward
      ? pageAfter.iterate(workstreamId, place.after, limit + 1)
      : page.iterate(workstreamId, place?.before ?? Number.MAX_SAFE_INTEGER, limit + 1);
    const read: Item[] = [];
    let characters = 0;
    let beyond = false;
    for (const raw of rows) {
      const row = storedItemSchema.parse(raw);
      characters += row.data.length;
      beyond = read.length === limit || (characters > pageLimit && read.length > 0);
      if (beyond) break;
      read.push(readItem(row.v, row.data) ?? damagedItem(workstreamId, row));
    }
    const inOrder = forward ? read : read.toReversed();
    const end = lastOrdinal(workstreamId);
    return {
      items: inOrder,
      more: forward ? (inOrder[0]?.ordinal ?? end + 1) > 1 : beyond,
      newer: (inOrder.at(-1)?.ordinal ?? (forward ? end : 0)) < end,
      last: end,
      turns: turnsOf(inOrder),
    };
  }

  return {
    keep,
    items,
    lastOrdinal,
    planAndNotes(workstreamId) {
      const plan = readPlan.get(workstreamId);
      return {
        plan: plan === undefined ? [] : z.array(planStepSchema).parse(JSON.parse(planSchema.parse(plan).steps)),
        notes: z.array(noteSchema).parse(readNotes.all(workstreamId)),
      };
    },
  };
}

/** Six bytes in place of a long id: an index of them is a fraction of the size, and so is what an entry writes. */
function hashOf({ workstreamId, id }: Item): number {
  return createHash("sha256").update(`${workstreamId} ${id}`).digest().readUIntBE(0, 6);
}

/** A stored item in today's shape; undefined when it is damaged. */
export function readItem(v: number, data: string): Item | undefined {
  try {
    return itemSchema.parse(upcast(JSON.parse(data), v, itemUpcasts));
  } catch {
    return undefined;
  }
}

/** Stands in the place of an item that can not be read, so that its loss is seen. */
function damagedItem(workstreamId: WorkstreamId, row: Pick<StoredItem, "id" | "ordinal" | "at">): Item {
  const text = "What was stored here is damaged and can not be shown.";
  return { id: row.id, workstreamId, ordinal: row.ordinal, at: row.at, body: { kind: "notice", level: "error", text } };
}
