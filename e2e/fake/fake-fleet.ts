import { applyRow, ids, type FakeOptions } from "./fake-rows.ts";
import { workstreamOf, type Envelope, type Event } from "../../src/contract/events.ts";
import { fold } from "../../src/contract/fold.ts";
import type { Item } from "../../src/contract/items.ts";
import type { Detail, DetailFrame, FleetFrame } from "../../src/contract/procedures.ts";
import { foldReview } from "../../src/contract/review-fold.ts";
import { emptyReview } from "../../src/contract/review.ts";
import { emptyFleetState, type FleetState } from "../../src/contract/states.ts";
import { newestOf } from "./transcripts.ts";

type Listener = (envelope: Envelope) => void;

/** A fleet that nobody works in: rows, and the events that tests tell. It speaks through the contract's own fold. */
export function createFakeFleet(options: FakeOptions) {
  let state: FleetState = emptyFleetState;
  let seq = 0;
  const details = new Map<string, Detail>();
  const listeners = new Set<Listener>();
  const deltaListeners = new Set<(workstreamId: string, itemId: string, turnId: string, text: string) => void>();

  function tell(event: Event, at = Date.now()): void {
    seq += 1;
    const envelope: Envelope = { seq, at, actor: { kind: "engine" }, v: 1, event };
    state = fold(state, envelope);
    if (event.type === "item.upserted") upsert(event.item);
    if (event.type === "plan.updated") detailOf(event.workstreamId).plan = event.steps;
    const about = workstreamOf(event);
    if (about !== undefined) {
      const detail = detailOf(about);
      detail.review = foldReview(detail.review, event, at) ?? detail.review;
    }
    for (const listener of listeners) listener(envelope);
  }

  function detailOf(id: string): Detail {
    const known = details.get(id);
    if (known !== undefined) return known;
    const made: Detail = {
      ticket: { key: id, title: "", body: "" },
      items: [],
      more: false,
      turns: [],
      plan: [],
      notes: [],
      review: emptyReview,
    };
    details.set(id, made);
    return made;
  }

  function upsert(item: Item): void {
    const detail = detailOf(item.workstreamId);
    const at = detail.items.findIndex((other) => other.id === item.id);
    if (at === -1) detail.items.push(item);
    else detail.items[at] = item;
  }

  applyRow({ tell, detailOf, options });

  return {
    tell,
    detailOf,
    ids,
    state: () => state,
    /** Streamed text of an item. */
    stream(workstreamId: string, itemId: string, turnId: string, text: string): void {
      const item = detailOf(workstreamId).items.find((other) => other.id === itemId);
      if (item?.body.kind === "message") item.body = { ...item.body, text: item.body.text + text };
      for (const listener of deltaListeners) listener(workstreamId, itemId, turnId, text);
    },
    async *fleetFeed(signal: AbortSignal | undefined): AsyncGenerator<FleetFrame> {
      const queue = openQueue<FleetFrame>(signal);
      const listener: Listener = (envelope) => {
        const last = queue.last();
        if (last?.kind === "events") last.envelopes.push(envelope);
        else queue.push({ kind: "events", envelopes: [envelope] });
      };
      listeners.add(listener);
      try {
        const shown = Object.entries(state.workstreams).filter(([, { phase }]) => phase !== "archived");
        yield { kind: "snapshot", seq, state: { ...state, workstreams: Object.fromEntries(shown) } };
        yield* queue.drain();
      } finally {
        listeners.delete(listener);
      }
    },
    async *workstreamFeed(id: string, signal: AbortSignal | undefined): AsyncGenerator<DetailFrame> {
      const queue = openQueue<DetailFrame>(signal);
      const listener: Listener = (envelope) => queue.push({ kind: "events", envelopes: [envelope] });
      const onDelta = (workstreamId: string, itemId: string, turnId: string, text: string): void => {
        if (workstreamId === id) queue.push({ kind: "deltas", deltas: [{ itemId, turnId, text }] });
      };
      listeners.add(listener);
      deltaListeners.add(onDelta);
      try {
        yield { kind: "snapshot", seq, detail: newestOf(detailOf(id)) };
        yield* queue.drain();
      } finally {
        listeners.delete(listener);
        deltaListeners.delete(onDelta);
      }
    },
  };
}

export type FakeFleet = ReturnType<typeof createFakeFleet>;

function openQueue<T>(signal: AbortSignal | undefined) {
  const waiting: T[] = [];
  let wake = () => {};
  signal?.addEventListener("abort", () => wake());
  return {
    /** The newest value nobody has taken yet: what happens at once is told at once, as the engine does it. */
    last: (): T | undefined => waiting.at(-1),
    push(value: T): void {
      waiting.push(value);
      wake();
    },
    async *drain(): AsyncGenerator<T> {
      while (signal?.aborted !== true) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
