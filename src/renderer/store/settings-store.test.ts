import { expect, it } from "vitest";
import { emptyFleetState } from "../../contract/states.ts";
import { createStores, type Shelf } from "./stores.ts";

function shelfWith(entries: Record<string, string> = {}): Shelf {
  const kept = new Map(Object.entries(entries));
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

function told(stores: ReturnType<typeof createStores>, settings: typeof emptyFleetState.settings): void {
  stores.engine.setState({ seq: 1, fleet: { ...emptyFleetState, settings } });
}

it("are those the engine tells, and are known to the next page before it tells anything", () => {
  const shelf = shelfWith();
  told(createStores(shelf), { theme: { value: "light" }, zoom: { value: 150 } });
  expect(createStores(shelf).settings.getState()).toMatchObject({ theme: "light", zoom: 150, motion: "system" });
});

it("are the defaults where what was kept is damaged, or is nothing this version knows", () => {
  for (const kept of ["{", "[]", "null", '{"theme":7}', '{"theme":{"value":"neon"},"warp":{"value":9}}']) {
    expect(createStores(shelfWith({ "cox.settings": kept })).settings.getState().theme).toBe("system");
  }
});

it("go back to their default when the engine has them no more", () => {
  const stores = createStores(shelfWith());
  told(stores, { zoom: { value: 150 } });
  told(stores, {});
  expect(stores.settings.getState().zoom).toBe(100);
});

it("take the theme an older page kept, until the engine has one", () => {
  const stores = createStores(shelfWith({ "cox.theme": "dark" }));
  expect(stores.settings.getState().theme).toBe("dark");
  told(stores, {});
  expect(stores.settings.getState().theme).toBe("dark");
  told(stores, { theme: { value: "light" } });
  expect(stores.settings.getState().theme).toBe("light");
});
