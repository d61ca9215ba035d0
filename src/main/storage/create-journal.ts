import { fail, ok, type Problem, type Result } from "../../contract/errors.ts";
import type { Envelope, Event } from "../../contract/events.ts";
import { fold } from "../../contract/fold.ts";
import type { FleetState } from "../../contract/states.ts";
import type { By, Journal } from "./journal.ts";
import type { FleetTable, Loaded, RowChange, Storage } from "./storage.ts";
import { touchedRow } from "./touched-row.ts";

/** Most events that go to the storage in one batch; a single call's events are never parted. */
const batchEvents = 1_000;
/** What may wait while the storage fails, by number and by rough characters; more is refused. */
const waitingLimit = { events: 20_000, characters: 64_000_000 };
/** What only tells of progress waits this long for company, in milliseconds, so that pages are not written for one line each. */
const gatherMs = 300;
/** As many as this go without waiting. */
const enoughEvents = 64;
const firstPauseMs = 100;
const longestPauseMs = 10_000;

export interface JournalDeps {
  readonly storage: Pick<Storage, "commit">;
  readonly loaded: Pick<Loaded, "seq" | "state">;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Told when storing begins to fail, and with undefined when it works again. */
  readonly onTrouble: (trouble: Problem | undefined) => void;
}

export interface OpenJournal extends Journal {
  /** Why storing fails at the moment. New commands are to be refused with it. */
  trouble(): Problem | undefined;
  /** Resolves when everything recorded so far is stored. */
  settled(): Promise<void>;
  /** Takes no more events, tries once more to store what waits, and ends. What could not be stored fails. */
  close(): Promise<void>;
}

/** Events nobody acts upon before the next one; every other is stored at once, and takes those before it along. */
const patientTypes: ReadonlySet<Event["type"]> = new Set([
  "item.upserted",
  "line.told",
  "usage.counted",
  "diff.measured",
  "forecast.made",
]);

/** The events of one call, and the state after them. */
interface Entry {
  readonly envelopes: readonly Envelope[];
  readonly state: FleetState;
  readonly characters: number;
  readonly settle: (result: Result<void>) => void;
}

/**
 * One batch is with the storage at a time, so that order can not change; what is recorded meanwhile goes together with
 * the next. A batch that fails is tried again until it is stored: nothing that was taken is dropped or told early.
 */
export function createJournal(deps: JournalDeps): OpenJournal {
  let state = deps.loaded.state;
  let seq = deps.loaded.seq;
  let published = { seq, state };
  let waiting: Entry[] = [];
  let events = 0;
  let characters = 0;
  let storing: Promise<void> | undefined;
  let trouble: Problem | undefined;
  let closed = false;
  /** Whether something of what waits is to be stored at once. */
  let due = false;
  let endGathering = () => {};
  let endPause = () => {};
  const listeners = new Set<(envelopes: readonly Envelope[]) => void>();

  function record(recorded: readonly Event[], by: By): Promise<Result<void>> {
    if (closed) return Promise.resolve(closedResult);
    const size = recorded.reduce((sum, event) => sum + roughSize(event), 0);
    if (events > 0 && (events + recorded.length > waitingLimit.events || characters + size > waitingLimit.characters)) {
      return Promise.resolve(trouble === undefined ? tooMuch : { ok: false, error: trouble });
    }
    const at = deps.clock();
    const envelopes = recorded.map((event) => take(event, at, by));
    events += envelopes.length;
    characters += size;
    const { promise, resolve } = Promise.withResolvers<Result<void>>();
    waiting.push({ envelopes, state, characters: size, settle: resolve });
    if (recorded.some((event) => !patientTypes.has(event.type)) || events >= enoughEvents) hurry();
    storing ??= storeWaiting();
    return promise;
  }

  function take(event: Event, at: number, { actor, cause }: By): Envelope {
    seq += 1;
    const envelope: Envelope = { seq, at, actor, ...(cause === undefined ? {} : { cause }), v: 1, event };
    state = fold(state, envelope);
    return envelope;
  }

  async function storeWaiting(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (waiting.length > 0) {
      await gather();
      const batch = nextBatch(waiting);
      due = batch.length < waiting.length;
      const stored = await store(batch);
      if (stored.ok) {
        pauseMs = firstPauseMs;
        publish(batch);
      } else {
        setTrouble(stored.error);
        if (closed) return giveUp(stored.error);
        await pause(pauseMs, (end) => (endPause = end));
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        due = true;
      }
    }
    storing = undefined;
  }

  /** Even what is due waits for the calls of the same turn of the event loop. */
  async function gather(): Promise<void> {
    if (!due) await pause(gatherMs, (end) => (endGathering = end));
  }

  function hurry(): void {
    due = true;
    endGathering();
  }

  function store(batch: readonly Entry[]): Promise<Result<void>> {
    const envelopes = batch.flatMap((entry) => entry.envelopes);
    return deps.storage.commit(
      envelopes,
      changedRows(published.state, batch.at(-1)?.state ?? published.state, envelopes),
    );
  }

  function publish(batch: readonly Entry[]): void {
    waiting = waiting.slice(batch.length);
    const envelopes = batch.flatMap((entry) => entry.envelopes);
    events -= envelopes.length;
    characters -= batch.reduce((sum, entry) => sum + entry.characters, 0);
    published = { seq: published.seq + envelopes.length, state: batch.at(-1)?.state ?? published.state };
    setTrouble(undefined);
    for (const listener of listeners) tellSafely(listener, envelopes);
    for (const entry of batch) entry.settle(ok(undefined));
  }

  function setTrouble(now: Problem | undefined): void {
    const changed = now?.code !== trouble?.code || now?.message !== trouble?.message;
    trouble = now;
    if (changed) deps.onTrouble(now);
  }

  function giveUp(error: Problem): void {
    for (const entry of waiting) entry.settle({ ok: false, error });
    waiting = [];
    storing = undefined;
  }

  return {
    state: () => state,
    published: () => published,
    record,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    trouble: () => trouble,
    async settled() {
      hurry();
      await storing;
    },
    async close() {
      closed = true;
      hurry();
      endPause();
      await storing;
    },
  };
}

/** Waits, or until the function it gives out is called. */
function pause(ms: number, giveEnd: (end: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    giveEnd(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function nextBatch(waiting: readonly Entry[]): Entry[] {
  let events = 0;
  const end = waiting.findIndex((entry, index) => (events += entry.envelopes.length) > batchEvents && index > 0);
  return waiting.slice(0, end === -1 ? waiting.length : end);
}

/** The rows that differ between two states; only those the events are about can. */
function changedRows(before: FleetState, after: FleetState, envelopes: readonly Envelope[]): RowChange[] {
  const touched = new Map<string, { table: FleetTable; id: string }>();
  for (const { event } of envelopes) {
    const row = touchedRow(event);
    if (row !== undefined) touched.set(`${row.table} ${row.id}`, row);
  }
  return [...touched.values()].flatMap(({ table, id }) => {
    const row = after[table][id];
    return row === before[table][id] ? [] : [{ table, id, row: row ?? null }];
  });
}

/** A listener that throws is a bug; it is raised where nobody else's events are lost by it. */
function tellSafely(listener: (envelopes: readonly Envelope[]) => void, envelopes: readonly Envelope[]): void {
  try {
    listener(envelopes);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Characters an event holds, near enough to bound memory: only items, words and requests are ever long. */
function roughSize(event: Event): number {
  const small = 500;
  switch (event.type) {
    case "item.upserted":
      return small + Object.values(event.item.body).reduce<number>((sum, part) => sum + lengthOf(part), 0);
    case "words.accepted":
      return small + event.words.text.length;
    case "review.sent":
    case "hunks.viewed":
      return JSON.stringify(event).length;
    case "request.raised":
      return small + Object.values(event.request.body).reduce<number>((sum, part) => sum + lengthOf(part), 0);
    default:
      return small;
  }
}

function lengthOf(part: unknown): number {
  if (typeof part === "string") return part.length;
  return Array.isArray(part) ? part.length * 200 : 0;
}

const closedResult = fail("CANCELLED", "The engine is stopping and takes nothing more.", "Start the engine again.");
const tooMuch = fail(
  "TOO_MANY",
  "More happens than the disk can take.",
  "Wait a moment, or run fewer workstreams at once.",
);
