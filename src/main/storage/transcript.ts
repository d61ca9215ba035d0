import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Envelope, Event } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { itemSchema, planStepSchema, type Item } from "../../contract/items.ts";
import type { Detail } from "../../contract/procedures.ts";
import { upcast, type Upcast } from "./upcast.ts";

const itemVersion = 1;
/** Older items become today's as they are read; see {@link upcast}. */
const itemUpcasts: readonly Upcast[] = [];

/** Most characters one page of a transcript carries; what does not fit comes with the next page. */
const pageLimit = 8_000_000;
const notesLimit = 100;

export interface TranscriptPage {
  items: Item[];
  more: boolean;
}

export interface Transcript {
  /** Writes the rows an event brings beside the state. Answers the number of the item it is about. */
  keep(envelope: Envelope): number | undefined;
  readonly items: (workstreamId: WorkstreamId, before: number | undefined, limit: number) => TranscriptPage;
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

export function createTranscript(db: DatabaseSync): Transcript {
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
  const last = db.prepare("SELECT max(ordinal) AS ordinal FROM items WHERE workstream_id = ?");
  const openTurn = db.prepare(
    "INSERT OR IGNORE INTO turns (id, workstream_id, number, cause, opened_at) VALUES (?, ?, ?, ?, ?)",
  );
  const endTurn = db.prepare("UPDATE turns SET ended_at = ?, outcome = ?, problem = ? WHERE id = ?");
  const upsertPlan = db.prepare(
    "INSERT INTO plans (workstream_id, steps) VALUES (?, ?) ON CONFLICT (workstream_id) DO UPDATE SET steps = excluded.steps",
  );
  const readPlan = db.prepare("SELECT steps FROM plans WHERE workstream_id = ?");
  const insertNote = db.prepare("INSERT INTO notes (workstream_id, at, text) VALUES (?, ?, ?)");
  const readNotes = db.prepare(
    `SELECT at, text FROM (SELECT n, at, text FROM notes WHERE workstream_id = ? ORDER BY n DESC LIMIT ${notesLimit}) ORDER BY n`,
  );

  const forget = ["items", "turns", "plans", "notes", "tickets"].map((table) =>
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

  function keepTurn(event: Extract<Event, { type: "turn.opened" | "turn.ended" }>, at: number): void {
    if (event.type === "turn.opened") {
      openTurn.run(event.turn.id, event.workstreamId, event.turn.number, event.turn.cause, event.turn.startedAt);
    } else {
      endTurn.run(at, event.outcome, event.problem === undefined ? null : JSON.stringify(event.problem), event.turnId);
    }
  }

  function keep({ event, at }: Envelope): number | undefined {
    switch (event.type) {
      case "item.upserted":
        return keepItem(event.item);
      case "turn.opened":
      case "turn.ended":
        keepTurn(event, at);
        return undefined;
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

  function items(workstreamId: WorkstreamId, before: number | undefined, limit: number): TranscriptPage {
    const newestFirst: Item[] = [];
    let characters = 0;
    for (const raw of page.iterate(workstreamId, before ?? Number.MAX_SAFE_INTEGER, limit + 1)) {
      const row = storedItemSchema.parse(raw);
      characters += row.data.length;
      const full = newestFirst.length === limit || (characters > pageLimit && newestFirst.length > 0);
      if (full) return { items: newestFirst.toReversed(), more: true };
      newestFirst.push(readItem(row.v, row.data) ?? damagedItem(workstreamId, row));
    }
    return { items: newestFirst.toReversed(), more: false };
  }

  return {
    keep,
    items,
    lastOrdinal: (workstreamId) => ordinalSchema.parse(last.get(workstreamId)).ordinal ?? 0,
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
