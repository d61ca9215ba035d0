import { splitOf, splits, type Split } from "../../contract/attention.ts";
import type { AttentionId } from "../../contract/ids.ts";
import type { AttentionItem } from "../../contract/states.ts";
import type { EngineClient } from "../client.ts";
import { clock } from "./format.ts";
import { listAnew, putAside, queueNow, takeBack, takeNews, type QueueRow } from "./queue.ts";
import type { QueueState } from "./queue-store.ts";
import type { Notice, Stores } from "./stores.ts";
import type { Undo } from "./undo.ts";

/** Later than anything: what it was raised for has to change first, and is then another item. */
const untilItChanges = Date.UTC(9999, 0, 1);

export type SnoozeLength = "15 min" | "1 h" | "until it changes" | "tomorrow";

export interface QueueActionsDeps {
  readonly stores: Pick<Stores, "queue" | "engine">;
  readonly notify: (notice: Omit<Notice, "id">) => void;
  readonly undo: Undo;
  readonly command: <T>(
    about: string,
    call: (engine: EngineClient, extras: { readonly focusedMs: number; readonly commandKey: string }) => Promise<T>,
  ) => Promise<T | undefined>;
}

/** What the human can do with the queue itself. */
export function createQueueActions({ stores, notify, undo, command }: QueueActionsDeps) {
  const { queue, engine } = stores;
  const fleet = () => engine.getState().fleet;
  const hide = (ids: ReadonlySet<AttentionId>): void =>
    queue.setState((state) => putAside(state, fleet(), queueNow(), ids));
  const show = (ids: ReadonlySet<AttentionId>): void =>
    queue.setState((state) => takeBack(state, fleet(), queueNow(), ids));
  const welcome = (ids: ReadonlySet<AttentionId>): void =>
    queue.setState((state) => ({ welcome: new Set([...state.welcome, ...ids]) }));

  /** One call for each item; those that failed are shown again. Whether all went well. */
  async function each(
    items: readonly AttentionItem[],
    call: (item: AttentionItem, engine: EngineClient, commandKey: Extras) => Promise<unknown>,
  ): Promise<boolean> {
    const told = await Promise.all(
      items.map(async (item) => {
        const done = await command(item.requestId ?? item.workstreamId ?? item.id, (client, extras) =>
          call(item, client, extras),
        );
        return done === undefined ? item.id : undefined;
      }),
    );
    const failed = new Set(told.filter((id) => id !== undefined));
    if (failed.size > 0) show(failed);
    return failed.size === 0;
  }

  function snoozeTo(items: readonly AttentionItem[], until: (item: AttentionItem) => number): Promise<boolean> {
    return each(items, (item, client, extras) =>
      client.attention.snooze({ attentionId: item.id, until: until(item), ...extras }),
    );
  }

  function selectNothing(state: QueueState, split: Split): QueueState {
    const fresh = { ...state, split, selected: undefined, marked: new Set<AttentionId>(), why: false };
    return { ...listAnew(fresh, fleet(), queueNow()), selected: undefined };
  }

  function showSplit(split: Split): void {
    queue.setState((state) => ({ ...selectNothing(state, split), peeking: false }));
  }

  return {
    /** Hides what is being decided; the next is selected at once. */
    decideOn: hide,
    undecide: show,
    /** Applies the order. */
    applyOrder: () => queue.setState((state) => listAnew(state, fleet(), queueNow())),
    hearNews: () =>
      queue.setState((state) => {
        const next = takeNews(state, fleet(), queueNow());
        return next === state ? state : next;
      }),
    showSplit,
    nextSplit(by: 1 | -1): void {
      const at = splits.indexOf(queue.getState().split);
      const split = splits[(at + by + splits.length) % splits.length];
      if (split !== undefined) showSplit(split);
    },
    /** Selects an item in its split, with everything in order around it. */
    selectItem(item: AttentionItem): void {
      queue.setState((state) => {
        const split = splitOf(item, fleet(), queueNow(), state.muted);
        return { ...selectNothing(state, split), selected: item.id, peeking: true };
      });
    },
    showInQueue: (change: Partial<Pick<QueueState, "split" | "selected" | "marked" | "why" | "peeking">>) =>
      queue.setState(change),
    async snooze(rows: readonly QueueRow[], length: SnoozeLength): Promise<void> {
      const items = rows.map(({ item }) => item);
      const until = snoozeEnd(length, new Date());
      const ids = new Set(items.map(({ id }) => id));
      const forHowLong = length === "until it changes" ? length : `until ${whenInWords(until)}`;
      hide(ids);
      if (!(await snoozeTo(items, () => until))) return;
      const text = `Snoozed ${namesOf(rows)} ${forHowLong}.`;
      undo.did({
        text,
        undo: () => {
          welcome(ids);
          return snoozeTo(items, ({ snoozedUntil }) => snoozedUntil ?? 0);
        },
        redo: () => {
          hide(ids);
          return snoozeTo(items, () => until);
        },
      });
      notify({ tone: "done", text, next: "z takes it back." });
    },
    /** Clears what was only told. */
    async settle(rows: readonly QueueRow[]): Promise<void> {
      const items = rows.map(({ item }) => item);
      const ids = new Set(items.map(({ id }) => id));
      const clear = (): Promise<boolean> => {
        hide(ids);
        return each(items, (item, client, extras) => client.attention.clear({ attentionId: item.id, ...extras }));
      };
      if (!(await clear())) return;
      const text = `Done: ${namesOf(rows)}.`;
      undo.did({
        text,
        undo: () => {
          welcome(ids);
          return each(items, (item, client, extras) => client.attention.restore({ attentionId: item.id, ...extras }));
        },
        redo: clear,
      });
      notify({ tone: "done", text, next: "z takes it back." });
    },
    /** Shows of a workstream only what somebody waits for, or everything again. */
    mute({ item, name }: QueueRow): void {
      const id = item.workstreamId;
      if (id === undefined) return;
      const flip = (): Promise<boolean> => {
        queue.setState((state) => {
          const muted = new Set(state.muted);
          if (!muted.delete(id)) muted.add(id);
          return listAnew({ ...state, muted }, fleet(), queueNow());
        });
        return Promise.resolve(true);
      };
      void flip();
      const muted = queue.getState().muted.has(id);
      const text = muted ? `Muted ${name}: only what stands still is shown.` : `${name} is heard again.`;
      undo.did({ text, undo: flip, redo: flip });
      notify({ tone: "done", text, next: "z takes it back." });
    },
  };
}

interface Extras {
  readonly focusedMs: number;
  readonly commandKey: string;
}

function snoozeEnd(length: SnoozeLength, from: Date): number {
  switch (length) {
    case "15 min":
      return from.getTime() + 15 * 60_000;
    case "1 h":
      return from.getTime() + 60 * 60_000;
    case "until it changes":
      return untilItChanges;
    case "tomorrow":
      return new Date(from.getFullYear(), from.getMonth(), from.getDate() + 1, 8).getTime();
  }
}

/** A time that may be on another day. */
export function whenInWords(at: number): string {
  if (at >= untilItChanges) return "until it changes";
  return at - Date.now() > 12 * 3_600_000 ? `tomorrow ${clock(at)}` : clock(at);
}

function namesOf(rows: readonly QueueRow[]): string {
  const [first] = rows;
  return rows.length === 1 && first !== undefined
    ? `${first.name} (${first.item.kind})`
    : `${String(rows.length)} items`;
}
