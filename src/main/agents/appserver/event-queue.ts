import { itemTextLimit } from "../../../contract/items.ts";
import { problem } from "../../../contract/errors.ts";
import type { AgentEvent } from "../agent.ts";

/** Most events that wait for a slow reader; streamed text is merged before that is ever near. */
export const queueLimit = 10_000;

export interface EventQueue {
  push(event: AgentEvent): void;
  /** No more events; what waits is still read. */
  end(): void;
  /** One reader. */
  readonly events: AsyncIterable<AgentEvent>;
}

type Delta = Extract<AgentEvent, { kind: "delta" }>;

/**
 * A queue between one thread and its reader. While the reader is slow, streamed text of the same item is merged (its
 * newest characters are kept) and dropped once the item itself is told again; every other event stays, in order. A reader
 * so slow that {@link queueLimit} events wait loses the thread: `onOverflow` is called and `lost` is the last event.
 */
export function createEventQueue(onOverflow: () => void): EventQueue {
  let waiting: AgentEvent[] = [];
  let ended = false;
  let wake: (() => void) | undefined;
  /** Where the text of an item that still streams lies in `waiting`. */
  const streaming = new Map<string, number>();

  function merge(delta: Delta): boolean {
    const at = streaming.get(delta.itemId);
    const earlier = at === undefined ? undefined : waiting[at];
    if (at === undefined || earlier?.kind !== "delta") return false;
    waiting[at] = { ...earlier, text: (earlier.text + delta.text).slice(-itemTextLimit) };
    return true;
  }

  function add(event: AgentEvent): void {
    if (event.kind === "delta") {
      if (merge(event)) return;
      streaming.set(event.itemId, waiting.length);
    }
    if (event.kind === "item") dropText(event.item.id);
    waiting.push(event);
  }

  /** The item replaces its streamed text. Emptied in place, so that positions stay true. */
  function dropText(itemId: string): void {
    const at = streaming.get(itemId);
    if (at === undefined) return;
    streaming.delete(itemId);
    waiting[at] = { kind: "delta", itemId, text: "" };
  }

  function overflow(): void {
    const lost = problem(
      "TOO_MANY",
      "The thread said more than was read.",
      "Resume the thread; its history is kept by the agent.",
    );
    waiting = [...waiting.filter((event) => event.kind !== "delta"), { kind: "lost", problem: lost }];
    streaming.clear();
    ended = true;
    onOverflow();
  }

  function push(event: AgentEvent): void {
    if (ended) return;
    add(event);
    if (waiting.length > queueLimit) overflow();
    wake?.();
  }

  async function* read(): AsyncGenerator<AgentEvent> {
    for (;;) {
      const batch = waiting;
      waiting = [];
      streaming.clear();
      for (const event of batch) if (event.kind !== "delta" || event.text !== "") yield event;
      if (waiting.length > 0) continue;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
  }

  return {
    push,
    end() {
      ended = true;
      wake?.();
    },
    events: { [Symbol.asyncIterator]: read },
  };
}
