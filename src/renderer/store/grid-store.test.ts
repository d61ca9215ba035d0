import { describe, expect, it } from "vitest";
import { createGridStore, filters, fitsFilter, shownStandings } from "./grid-store.ts";
import { anAttentionItem, aWorkstream } from "./sample-rows.ts";
import { standingOf } from "./standing.ts";

const working = standingOf(aWorkstream(), [], []);
const ready = standingOf(
  aWorkstream({ id: "w00000002", number: 2, name: "geo-tax", phase: "ready" }),
  [],
  [anAttentionItem({ kind: "ready", workstreamId: "w00000002" })],
);
const stopped = standingOf(aWorkstream({ id: "w00000003", number: 3, name: "Gift-Cards", phase: "stopped" }), [], []);
const all = [working, ready, stopped];

describe("the filter of the grid", () => {
  it("lets through what needs the human, what runs and what rests", () => {
    const shown = filters.map((filter) => all.filter((standing) => fitsFilter(standing, filter)));
    expect(shown).toEqual([all, [ready], [working], [ready, stopped]]);
  });

  it("finds text in any case, together with the filter, and keeps the order", () => {
    const shown = (text: string, filter: (typeof filters)[number] = "all") => shownStandings(all, { filter, text });
    expect(shown("")).toBe(all);
    expect(shown("  G")).toEqual([working, ready, stopped]);
    expect(shown("gift")).toEqual([stopped]);
    expect(shown("gift", "running")).toEqual([]);
    expect(shown("#2")).toEqual([ready]);
  });
});

it("remembers how dense the grid is and what tiles show, and takes no other word for it", () => {
  const kept = new Map<string, string>();
  const shelf = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  createGridStore(shelf).setState({ density: "roomy", shows: "terminal" });
  expect(createGridStore(shelf).getState().shows).toBe("terminal");
  expect(createGridStore(shelf).getState().density).toBe("roomy");
  kept.set("cox.grid.density", "huge");
  expect(createGridStore(shelf).getState().density).toBe("comfortable");
});
