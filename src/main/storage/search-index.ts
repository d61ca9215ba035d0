import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Envelope } from "../../contract/events.ts";
import { requestSchema } from "../../contract/requests.ts";
import { createDocuments, documentChanges, requestDocument, type Document } from "./documents.ts";
import { facetsOf, kindOf, senderOf, spaced, textOfItem } from "./search-text.ts";
import { readItem } from "./transcript.ts";

/** Items indexed in one go: a few milliseconds' work, so that a commit never waits long behind it. */
const sliceOfItems = 64;
/** A ticket may be a quarter of a megabyte. */
const sliceOfDocuments = 8;

/**
 * Keeps the words of all texts. Those of items follow the outbox at a distance; other documents are few, and are indexed in
 * the transaction that brings them.
 */
export interface SearchIndex {
  /** What an event brings or takes away; before its own rows are written. */
  keep(envelope: Envelope): void;
  /** Indexes a slice of what was written since. Whether there is more. */
  followSome(): boolean;
  /** Indexes a slice of what an earlier version wrote. Whether there is more. */
  backfillSome(): boolean;
  /** How far the index has come with the outbox, as a sequence number. */
  indexedTo(): number;
  /** About how many texts of an earlier version are not indexed yet. */
  pending(): number;
}

const markSchema = z.object({ seq: z.number().int() });
const writtenSchema = z.object({
  seq: z.number().int(),
  item: z.number().int().nullable(),
  v: z.number().int().nullable(),
  data: z.string().nullable(),
});
const itemSchema = z.object({ n: z.number().int(), v: z.number().int(), data: z.string() });
const projectSchema = z.object({ id: z.string().nullable() });
const ticketSchema = z.object({ n: z.number().int(), workstream_id: z.string(), text: z.string(), at: z.number() });
const requestRowSchema = z.object({ n: z.number().int(), data: z.string() });

export function createSearchIndex(db: DatabaseSync): SearchIndex {
  const documents = createDocuments(db);
  const mark = db.prepare("SELECT seq FROM marks WHERE name = ?");
  const setMark = db.prepare(
    "INSERT INTO marks (name, seq) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
  );
  const written = db.prepare(
    `SELECT o.seq, o.item, i.v, i.data FROM outbox o LEFT JOIN items i ON i.n = o.item
     WHERE o.seq > ? ORDER BY o.seq LIMIT ${sliceOfItems}`,
  );
  const oldItems = db.prepare(`SELECT n, v, data FROM items WHERE n <= ? ORDER BY n DESC LIMIT ${sliceOfItems}`);
  const oldTickets = db.prepare(
    `SELECT t.rowid AS n, t.workstream_id, t.title || char(10) || t.body AS text,
       coalesce(json_extract(w.data, '$.createdAt'), 0) AS at
     FROM tickets t LEFT JOIN workstreams w ON w.id = t.workstream_id
     WHERE t.rowid <= ? ORDER BY t.rowid DESC LIMIT ${sliceOfDocuments}`,
  );
  const oldRequests = db.prepare(
    `SELECT rowid AS n, data FROM requests WHERE rowid <= ? ORDER BY rowid DESC LIMIT ${sliceOfDocuments}`,
  );
  const project = db.prepare("SELECT json_extract(data, '$.projectId') AS id FROM workstreams WHERE id = ?");
  const writeItem = db.prepare("INSERT OR REPLACE INTO transcript (rowid, text, facets) VALUES (?, ?, ?)");
  const writeDocument = db.prepare("INSERT OR REPLACE INTO documents_words (rowid, text, facets) VALUES (?, ?, ?)");
  const dropDocument = db.prepare("DELETE FROM documents_words WHERE rowid = ?");
  // The words go before the rows by whose numbers they are found.
  const forget = [
    "DELETE FROM transcript WHERE rowid IN (SELECT n FROM items WHERE workstream_id = ?)",
    "DELETE FROM documents_words WHERE rowid IN (SELECT n FROM documents WHERE workstream_id = ?)",
    "DELETE FROM documents WHERE workstream_id = ?",
  ].map((sql) => db.prepare(sql));

  /** The project of a workstream never changes. */
  const projects = new Map<string, string>();

  const markOf = (name: string): number => markSchema.optional().parse(mark.get(name))?.seq ?? 0;

  function projectOf(workstreamId: string): string | undefined {
    const known = projects.get(workstreamId);
    if (known !== undefined) return known;
    const id = projectSchema.optional().parse(project.get(workstreamId))?.id ?? undefined;
    if (id !== undefined) projects.set(workstreamId, id);
    return id;
  }

  /** What a damaged item says is not known, and it must not stop those after it. */
  function indexItem(n: number, v: number, data: string): void {
    const item = readItem(v, data);
    if (item === undefined) return;
    const { workstreamId } = item;
    const facets = { workstreamId, projectId: projectOf(workstreamId), kind: kindOf(item), from: senderOf(item) };
    writeItem.run(n, spaced(textOfItem(item)), facetsOf(facets));
  }

  function put(document: Document, projectId: string | undefined): void {
    writeDocument.run(documents.put(document), spaced(document.text), facetsOf({ ...document, projectId }));
  }

  function drop(named: Parameters<typeof documents.drop>[0]): void {
    const dropped = documents.drop(named);
    if (dropped !== undefined) dropDocument.run(dropped);
  }

  function keep(envelope: Envelope): void {
    const { event } = envelope;
    if (event.type === "workstream.deleted") {
      for (const statement of forget) statement.run(event.workstreamId);
      projects.delete(event.workstreamId);
      return;
    }
    // Its row is written after its events.
    if (event.type === "workstream.created") projects.set(event.workstream.id, event.workstream.projectId);
    for (const change of documentChanges(envelope, documents.ticket)) {
      if ("put" in change) put(change.put, projectOf(change.put.workstreamId));
      else drop(change.drop);
    }
  }

  function followSome(): boolean {
    const events = z.array(writtenSchema).parse(written.all(markOf("indexed")));
    const newest = events.at(-1);
    if (newest === undefined) return false;
    db.exec("BEGIN IMMEDIATE");
    // One that was written several times since is read as it is now each time; once is enough.
    const items = new Map(events.flatMap(({ item, v, data }) => (item === null ? [] : [[item, { v, data }]])));
    for (const [n, { v, data }] of items) if (v !== null && data !== null) indexItem(n, v, data);
    setMark.run("indexed", newest.seq);
    db.exec("COMMIT");
    return events.length === sliceOfItems;
  }

  /** Rows from the mark downwards; what is below the last one is left for the next time. */
  function backfill(
    name: string,
    slice: (from: number) => { readonly n: number; readonly index: () => void }[],
  ): boolean {
    const from = markOf(name);
    if (from === 0) return false;
    const rows = slice(from);
    db.exec("BEGIN IMMEDIATE");
    // Upwards: FTS5 writes a segment of its own for each row that is numbered lower than the one before.
    for (const { index } of rows.toReversed()) index();
    setMark.run(name, Math.max(0, (rows.at(-1)?.n ?? 1) - 1));
    db.exec("COMMIT");
    return true;
  }

  const oldTicket = (row: unknown) => {
    const { n, workstream_id: workstreamId, text, at } = ticketSchema.parse(row);
    const ticket: Document = { workstreamId, kind: "ticket", ref: "", from: "human", at, text };
    return { n, index: () => put(ticket, projectOf(workstreamId)) };
  };
  const oldRequest = (row: unknown) => {
    const { n, data } = requestRowSchema.parse(row);
    const request = requestSchema.safeParse(JSON.parse(data));
    const index = () => {
      if (request.success) put(requestDocument(request.data), projectOf(request.data.workstreamId));
    };
    return { n, index };
  };
  const oldItem = (row: unknown) => {
    const { n, v, data } = itemSchema.parse(row);
    return { n, index: () => indexItem(n, v, data) };
  };

  return {
    keep,
    followSome,
    backfillSome: () =>
      backfill("unindexed-tickets", (from) => oldTickets.all(from).map(oldTicket)) ||
      backfill("unindexed-requests", (from) => oldRequests.all(from).map(oldRequest)) ||
      backfill("unindexed", (from) => oldItems.all(from).map(oldItem)),
    indexedTo: () => markOf("indexed"),
    pending: () => markOf("unindexed") + markOf("unindexed-tickets") + markOf("unindexed-requests"),
  };
}
