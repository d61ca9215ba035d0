import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { z } from "zod";
import type { Envelope } from "../../contract/events.ts";
import { workstreamOf } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { foldReview } from "../../contract/review-fold.ts";
import { emptyReview, mostViewed, reviewStateSchema, type ReviewState } from "../../contract/review.ts";
import { upcast, type Upcast } from "./upcast.ts";

const reviewVersion = 1;
/** Older rows become today's as they are read; see {@link upcast}. */
const reviewUpcasts: readonly Upcast[] = [];

const storedSchema = z.object({ v: z.number().int(), data: z.string(), sum: z.number() });
const keySchema = z.object({ key: z.string() });

export interface Reviews {
  /** Writes what an event changes of its workstream's review. */
  keep(envelope: Envelope): void;
  readonly review: (workstreamId: WorkstreamId) => ReviewState;
}

/** Reviews are kept folded, by the same fold that everyone who watches a workstream uses. */
export function createReviews(db: DatabaseSync): Reviews {
  const read = db.prepare("SELECT v, data, sum FROM reviews WHERE workstream_id = ?");
  const write = db.prepare("INSERT OR REPLACE INTO reviews (workstream_id, v, data, sum) VALUES (?, ?, ?, ?)");
  const remove = db.prepare("DELETE FROM reviews WHERE workstream_id = ?");
  const readViewed = db.prepare("SELECT key FROM viewed_hunks WHERE workstream_id = ? ORDER BY n");
  const view = db.prepare("INSERT OR REPLACE INTO viewed_hunks (workstream_id, key) VALUES (?, ?)");
  const unview = db.prepare("DELETE FROM viewed_hunks WHERE workstream_id = ? AND key = ?");
  const unviewAll = db.prepare("DELETE FROM viewed_hunks WHERE workstream_id = ?");
  const trimViewed = db.prepare(
    `DELETE FROM viewed_hunks WHERE workstream_id = ?1 AND n <= (
       SELECT n FROM viewed_hunks WHERE workstream_id = ?1 ORDER BY n DESC LIMIT 1 OFFSET ${mostViewed})`,
  );

  /** A row that cannot be read any more does not hold up what is said from now on. */
  function rowOf(id: WorkstreamId): ReviewState | undefined {
    const stored = storedSchema.optional().parse(read.get(id));
    if (stored === undefined) return undefined;
    try {
      if (crc32(stored.data) !== stored.sum) return { ...emptyReview, lost: true };
      return reviewStateSchema.parse(upcast(JSON.parse(stored.data), stored.v, reviewUpcasts));
    } catch {
      return { ...emptyReview, lost: true };
    }
  }

  function keep({ event, at }: Envelope): void {
    const id = workstreamOf(event);
    if (id === undefined) return;
    switch (event.type) {
      case "workstream.deleted":
        remove.run(id);
        unviewAll.run(id);
        return;
      case "hunks.viewed":
        for (const key of event.keys) {
          if (event.viewed) view.run(id, key);
          else unview.run(id, key);
        }
        trimViewed.run(id);
        return keepRow(id, { event, at });
      case "review.sent":
      case "review.answered":
      case "review.resolved":
      case "turn.opened":
      case "words.delivered":
      case "words.dropped":
        return keepRow(id, { event, at });
      default:
    }
  }

  function keepRow(id: WorkstreamId, { event, at }: Pick<Envelope, "event" | "at">): void {
    const before = rowOf(id);
    const after = foldReview(before, event, at);
    if (after === undefined || after === before) return;
    const data = JSON.stringify({ ...after, viewed: [] });
    write.run(id, reviewVersion, data, crc32(data));
  }

  return {
    keep,
    review: (id) => ({
      ...(rowOf(id) ?? emptyReview),
      viewed: z
        .array(keySchema)
        .parse(readViewed.all(id))
        .map(({ key }) => key),
    }),
  };
}
