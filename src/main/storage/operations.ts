import type { DatabaseSync } from "node:sqlite";
import type { Envelope } from "../../contract/events.ts";
import { createFindIn } from "./find-in.ts";
import { createFleetRows } from "./fleet-rows.ts";
import { checkContinues, createOutbox, type OutboxWindow } from "./outbox.ts";
import { createRecords } from "./records.ts";
import { createSearchIndex } from "./search-index.ts";
import { createReviews } from "./reviews.ts";
import { createSearch } from "./search.ts";
import type { RowChange } from "./storage.ts";
import { createTranscript } from "./transcript.ts";
import { createTurns } from "./turns.ts";
import type { Operations } from "./wire.ts";

export interface Database {
  readonly operations: Operations;
  /** A slice of the work that can wait: the search index, then the outbox's window. Whether there is more of it. */
  readonly tidySome: (window: OutboxWindow) => boolean;
}

/** Everything that is asked of an open database. All of it throws; {@link serve} makes results of that. */
export function createOperations(db: DatabaseSync): Database {
  const rows = createFleetRows(db);
  const outbox = createOutbox(db);
  const turns = createTurns(db);
  const transcript = createTranscript(db, turns.of);
  const index = createSearchIndex(db);
  const search = createSearch(db, index);
  const reviews = createReviews(db);
  const { noteCauses, ...records } = createRecords(db);

  function commit(envelopes: readonly Envelope[], changes: readonly RowChange[]): void {
    checkContinues(outbox.last(), envelopes);
    for (const envelope of envelopes) {
      turns.keep(envelope);
      index.keep(envelope);
      outbox.append(envelope, transcript.keep(envelope));
      reviews.keep(envelope);
    }
    noteCauses(new Set(envelopes.flatMap(({ cause }) => cause ?? [])));
    for (const change of changes) rows.write(change);
  }

  function tidySome(window: OutboxWindow): boolean {
    if (index.followSome() || index.backfillSome()) return true;
    outbox.trim(window, index.indexedTo());
    return false;
  }

  return {
    operations: {
      ...records,
      load: () => ({ seq: outbox.last(), ...rows.load() }),
      commit,
      eventsAfter: outbox.after,
      items: transcript.items,
      findIn: createFindIn(db),
      usage: turns.usage,
      lastOrdinal: transcript.lastOrdinal,
      planAndNotes: transcript.planAndNotes,
      review: reviews.review,
      search: search.find,
      newestItems: search.newest,
    },
    tidySome,
  };
}
