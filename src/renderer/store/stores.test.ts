import { expect, it } from "vitest";
import { createStores, type Shelf } from "./stores.ts";

function shelfWith(entries: Record<string, string> = {}): Shelf {
  const kept = new Map(Object.entries(entries));
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

it("keeps drafts for the next page", () => {
  const shelf = shelfWith();
  createStores(shelf).draft.setState({ drafts: { "composer:w1": "half a thought" } });
  expect(createStores(shelf).draft.getState().drafts).toEqual({ "composer:w1": "half a thought" });
});

it("starts empty when what was kept is damaged", () => {
  for (const kept of ["{", "[]", "7", '{"a":1}']) {
    expect(createStores(shelfWith({ "cox.drafts": kept })).draft.getState().drafts).toEqual({});
  }
});
