import type { ItemId } from "../../contract/ids.ts";
import { itemTextLimit } from "../../contract/items.ts";

/**
 * Text that was streamed for an item since it was last told whole. It is kept beside the items, so that only the one that
 * grows is drawn again, and at most once for each picture.
 */
export interface Streams {
  append(id: ItemId, text: string, keeps: Keeps): void;
  /** The item was told whole. */
  clear(id: ItemId): void;
  text(id: ItemId): string;
  subscribe(id: ItemId, tell: () => void): () => void;
}

/** Which end of a text that is longer than what is kept: what was said first, or what a program printed last. */
export type Keeps = "beginning" | "end";

export function createStreams(nextFrame: (run: () => void) => void): Streams {
  const texts = new Map<ItemId, string>();
  const listeners = new Map<ItemId, Set<() => void>>();
  const changed = new Set<ItemId>();

  function tellAll(): void {
    const ids = [...changed];
    changed.clear();
    for (const id of ids) for (const tell of listeners.get(id) ?? []) tell();
  }

  return {
    append(id, text, keeps) {
      const before = texts.get(id) ?? "";
      // What is full stays as it is, and is not drawn again.
      if (keeps === "beginning" && before.length >= itemTextLimit) return;
      const all = before + text;
      texts.set(id, keeps === "beginning" ? all.slice(0, itemTextLimit) : all.slice(-itemTextLimit));
      if (changed.size === 0) nextFrame(tellAll);
      changed.add(id);
    },
    clear: (id) => void texts.delete(id),
    text: (id) => texts.get(id) ?? "",
    subscribe(id, tell) {
      const known = listeners.get(id) ?? new Set();
      listeners.set(id, known.add(tell));
      return () => {
        known.delete(tell);
        if (known.size === 0 && listeners.get(id) === known) listeners.delete(id);
      };
    },
  };
}
