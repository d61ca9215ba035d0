import type { Envelope, Event } from "../../contract/events.ts";
import type { ItemId, TurnId } from "../../contract/ids.ts";

/** A subscriber is told at most once in this time, in milliseconds. */
const frameGapMs = 33;
/** Envelopes that may wait for a subscriber; more and it has to begin again from a snapshot. */
export const maxQueued = 2_000;
/** Characters of JSON that may wait for a subscriber. */
const maxQueuedSize = 1_000_000;

export interface StreamedText {
  readonly itemId: ItemId;
  readonly turnId: TurnId;
  readonly text: string;
}

/** What one frame tells: events, and then the text streamed after them. `lost` says that more had come than could wait. */
export interface Batch {
  readonly lost: boolean;
  readonly envelopes: readonly Envelope[];
  readonly deltas: StreamedText[];
}

export interface Mailbox {
  put(envelopes: readonly Envelope[]): void;
  stream(delta: StreamedText): void;
  /** Everything that waits, as soon as something does and a frame is due; undefined once closed. One reader. */
  next(): Promise<Batch | undefined>;
  close(): void;
}

/** The bounded queue of one subscriber. */
export function createMailbox(wants: (event: Event) => boolean): Mailbox {
  let envelopes: Envelope[] = [];
  let size = 0;
  let lost = false;
  let closed = false;
  const deltas = new Map<ItemId, StreamedText>();
  let deltaSize = 0;
  let dueAt = 0;
  /** Set while the reader waits for anything at all. */
  let wake: (() => void) | undefined;
  /** Set while the reader waits for its next frame to be due. */
  let cutShort: (() => void) | undefined;

  function queue(envelope: Envelope): void {
    size += JSON.stringify(envelope.event).length;
    envelopes.push(envelope);
    const { event } = envelope;
    // The item as stored holds what was streamed of it before.
    if (event.type === "item.upserted") dropDelta(event.item.id);
  }

  function dropDelta(itemId: ItemId): void {
    deltaSize -= deltas.get(itemId)?.text.length ?? 0;
    deltas.delete(itemId);
  }

  function dropAll(): void {
    envelopes = [];
    size = 0;
    deltas.clear();
    deltaSize = 0;
  }

  function take(): Batch {
    const batch = { lost, envelopes, deltas: [...deltas.values()] };
    dropAll();
    lost = false;
    return batch;
  }

  const isEmpty = () => !lost && envelopes.length === 0 && deltas.size === 0;

  return {
    put(news) {
      if (closed || lost) return;
      for (const envelope of news) if (wants(envelope.event)) queue(envelope);
      if (envelopes.length > maxQueued || size > maxQueuedSize) {
        dropAll();
        lost = true;
      }
      if (!isEmpty()) wake?.();
    },
    stream({ itemId, turnId, text }) {
      if (closed || lost) return;
      const earlier = deltas.get(itemId);
      deltas.set(itemId, { itemId, turnId, text: earlier === undefined ? text : earlier.text + text });
      deltaSize += text.length;
      if (deltaSize > maxQueuedSize) {
        // Not worth a snapshot: the items' next upserts bring it all.
        deltas.clear();
        deltaSize = 0;
      }
      wake?.();
    },
    async next() {
      while (!closed) {
        if (isEmpty()) {
          await new Promise<void>((resolve) => (wake = resolve));
          wake = undefined;
          continue;
        }
        const now = performance.now();
        if (now >= dueAt) {
          // On one grid for all mailboxes, so that a peer's many streams wake the process, and its socket, together.
          dueAt = (Math.floor(now / frameGapMs) + 1) * frameGapMs;
          return take();
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, dueAt - now);
          cutShort = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        cutShort = undefined;
      }
      return undefined;
    },
    close() {
      closed = true;
      dropAll();
      wake?.();
      cutShort?.();
    },
  };
}
