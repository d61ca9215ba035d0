import { createStore, type StoreApi } from "zustand/vanilla";
import { splits, type Split } from "../../contract/attention.ts";
import type { AttentionId, WorkstreamId } from "../../contract/ids.ts";
import type { AttentionItem } from "../../contract/states.ts";
import type { Shelf } from "./stores.ts";

/** An item in the place it was given when the order was last applied. */
export interface Listed {
  readonly item: AttentionItem;
  readonly split: Split;
}

/** What this window knows of the queue beside the fleet. Nothing in `listed` moves by itself. */
export interface QueueState {
  readonly split: Split;
  readonly listed: readonly Listed[];
  readonly selected: AttentionId | undefined;
  readonly marked: ReadonlySet<AttentionId>;
  /** Decided here, and hidden in the split they stood in until the engine says what became of them. */
  readonly away: ReadonlyMap<AttentionId, Split>;
  /** Workstreams, projects and requests this window acted on since: what is settled of them leaves without a trace. */
  readonly mine: ReadonlySet<string>;
  /** Workstreams of which only what somebody waits for is shown. */
  readonly muted: ReadonlySet<WorkstreamId>;
  /** Items whose return the human asked for: they are listed as soon as they are there. */
  readonly welcome: ReadonlySet<AttentionId>;
  /** Whether the reasons for the selected item's place are shown. */
  readonly why: boolean;
  /** Whether the peek has the whole width, where there is no room for both. */
  readonly peeking: boolean;
}

/** Starts where the last page was: its split, what was selected, and what is muted. */
export function createQueueStore(shelf: Shelf): StoreApi<QueueState> {
  const queue = createStore<QueueState>(() => ({
    split: "blocking",
    selected: undefined,
    muted: new Set(),
    ...readKept(shelf),
    listed: [],
    marked: new Set(),
    away: new Map(),
    mine: new Set(),
    welcome: new Set(),
    why: false,
    peeking: false,
  }));
  queue.subscribe(({ split, selected, muted }, before) => {
    if (split === before.split && selected === before.selected && muted === before.muted) return;
    shelf.setItem(queueKey, JSON.stringify({ split, selected, muted: [...muted] }));
  });
  return queue;
}

const queueKey = "cox.queue";

/** What an earlier page kept, as far as it can be read. */
function readKept(shelf: Shelf): Partial<Pick<QueueState, "split" | "selected" | "muted">> {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(queueKey) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    const { split, selected, muted }: { split?: unknown; selected?: unknown; muted?: unknown } = kept;
    const known = splits.find((one) => one === split);
    return {
      ...(known === undefined ? {} : { split: known }),
      ...(typeof selected === "string" ? { selected } : {}),
      ...(Array.isArray(muted) ? { muted: new Set(muted.filter((id) => typeof id === "string")) } : {}),
    };
  } catch {
    return {};
  }
}
