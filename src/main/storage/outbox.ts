import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { ProblemError, problem } from "../../contract/errors.ts";
import { envelopeSchema, type Envelope } from "../../contract/events.ts";
import { actorSchema } from "../../contract/principals.ts";
import { readItem } from "./transcript.ts";
import { upcast, type Upcast } from "./upcast.ts";

/** How much of the newest is kept, whichever is less. */
export interface OutboxWindow {
  readonly events: number;
  readonly characters: number;
}

/** Most characters one answer carries; a reader that is further behind is better served with a snapshot. */
const answerLimit = 8_000_000;

const eventVersion = 1;
/** Older events become today's as they are read; see {@link upcast}. */
const eventUpcasts: readonly Upcast[] = [];

export interface Outbox {
  /** Highest sequence number ever given; 0 when there is none. */
  last(): number;
  /** `item` is the number of the item the event is about, which is then not stored twice. */
  append(envelope: Envelope, item: number | undefined): void;
  readonly after: (seq: number, limit: number) => { gap: boolean; envelopes: Envelope[] };
  /** Drops what is older than the window, but nothing above `done`, and never the newest. */
  trim(window: OutboxWindow, done: number): void;
}

const storedSchema = z.object({
  seq: z.number(),
  at: z.number(),
  actor: z.string(),
  cause: z.string().nullable(),
  v: z.number(),
  event: z.string().nullable(),
  item: z.string().nullable(),
  itemV: z.number().nullable(),
});
const boundsSchema = z.object({ first: z.number().nullable(), last: z.number().nullable() });
const sizeSchema = z.object({ seq: z.number(), size: z.number() });

export function createOutbox(db: DatabaseSync): Outbox {
  const bounds = db.prepare("SELECT (SELECT min(seq) FROM outbox) AS first, (SELECT max(seq) FROM outbox) AS last");
  const insert = db.prepare("INSERT INTO outbox (seq, at, actor, cause, v, item, event) VALUES (?, ?, ?, ?, ?, ?, ?)");
  // An item that was deleted with its workstream is told no more.
  const above = db.prepare(
    `SELECT o.seq, o.at, o.actor, o.cause, o.v, o.event, i.data AS item, i.v AS itemV
     FROM outbox o LEFT JOIN items i ON i.n = o.item
     WHERE o.seq > ? AND (o.event IS NOT NULL OR i.n IS NOT NULL) ORDER BY o.seq LIMIT ?`,
  );
  const sizes = db.prepare("SELECT seq, coalesce(length(event), 0) AS size FROM outbox ORDER BY seq DESC");
  const remove = db.prepare("DELETE FROM outbox WHERE seq <= ?");

  const readBounds = () => boundsSchema.parse(bounds.get());

  function append(envelope: Envelope, item: number | undefined): void {
    insert.run(
      envelope.seq,
      envelope.at,
      JSON.stringify(envelope.actor),
      envelope.cause ?? null,
      eventVersion,
      item ?? null,
      item === undefined ? JSON.stringify(envelope.event) : null,
    );
  }

  function after(seq: number, limit: number): { gap: boolean; envelopes: Envelope[] } {
    const { first, last } = readBounds();
    const gap = { gap: true, envelopes: [] };
    if (seq > (last ?? 0)) return gap;
    if (first !== null && seq < first - 1) return gap;
    const envelopes: Envelope[] = [];
    let characters = 0;
    for (const raw of above.iterate(seq, limit)) {
      const stored = storedSchema.parse(raw);
      const envelope = readEnvelope(stored);
      characters += (stored.event ?? stored.item ?? "").length;
      if (envelope === undefined || characters > answerLimit) return gap;
      envelopes.push(envelope);
    }
    return { gap: false, envelopes };
  }

  function trim(window: OutboxWindow, done: number): void {
    const oldest = newestOutside(window, done);
    if (oldest !== undefined) remove.run(oldest);
  }

  function newestOutside(window: OutboxWindow, done: number): number | undefined {
    let characters = 0;
    let events = 0;
    for (const raw of sizes.iterate()) {
      const { seq, size } = sizeSchema.parse(raw);
      events += 1;
      characters += size;
      const outside = events > window.events || characters > window.characters;
      if (events > 1 && outside && seq <= done) return seq;
    }
    return undefined;
  }

  return { last: () => readBounds().last ?? 0, append, after, trim };
}

/** Undefined when the row is damaged: to a reader that is a gap, and a snapshot mends it. */
function readEnvelope(stored: z.infer<typeof storedSchema>): Envelope | undefined {
  try {
    const event: unknown =
      stored.event === null
        ? { type: "item.upserted", item: readItem(stored.itemV ?? 0, stored.item ?? "null") }
        : upcast(JSON.parse(stored.event), stored.v, eventUpcasts);
    return envelopeSchema.parse({
      seq: stored.seq,
      at: stored.at,
      actor: actorSchema.parse(JSON.parse(stored.actor)),
      ...(stored.cause === null ? {} : { cause: stored.cause }),
      v: eventVersion,
      event,
    });
  } catch {
    return undefined;
  }
}

/** Envelopes continue the outbox without a gap, or none of them is taken. */
export function checkContinues(last: number, envelopes: readonly Envelope[]): void {
  for (const [index, envelope] of envelopes.entries()) {
    if (envelope.seq === last + 1 + index) continue;
    throw new ProblemError(
      problem(
        "CONFLICT",
        `Event ${envelope.seq} does not follow event ${last + index}.`,
        "Restart the engine: it goes on from what is stored.",
      ),
    );
  }
}
