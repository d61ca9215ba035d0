import { describe, expect, it } from "vitest";
import type { SearchAnswer, SearchHit } from "../../contract/search.ts";
import { createSearchStore, searchRows, within, withPage } from "./search-store.ts";
import type { Shelf } from "./stores.ts";

const hit = (number: number, ordinal: number): SearchHit => ({
  workstreamId: `w0000000${String(number)}`,
  kind: "message",
  from: "agent",
  at: ordinal,
  itemId: `i${String(ordinal)}`,
  ordinal,
  excerpt: "",
  marks: [],
});
const workstream = (number: number, found: number): SearchAnswer["workstreams"][number] => ({
  id: `w0000000${String(number)}`,
  projectId: "p00000001",
  number,
  name: `work-${String(number)}`,
  phase: "working",
  found,
});
const answer = (hits: SearchHit[], workstreams: SearchAnswer["workstreams"], more = false): SearchAnswer => ({
  hits,
  workstreams,
  total: 9,
  more,
  partial: false,
  pending: 0,
  ignored: [],
});
const rows = (found: SearchAnswer) =>
  searchRows({ text: "x", found: { text: "x", answer: found }, recent: [] }).map((row) =>
    row.kind === "hit" ? row.hit.ordinal : row.kind === "rest" ? `${String(row.left)} more` : row.kind,
  );

function shelfWith(entries: Record<string, string> = {}): Shelf {
  const kept = new Map(Object.entries(entries));
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

describe("what was found", () => {
  it("says how many more there are, unless they may come with the next page", () => {
    const [first, second] = [workstream(1, 4), workstream(2, 2)];
    expect(rows(answer([hit(1, 1), hit(1, 2), hit(2, 3)], [first, second]))).toEqual([1, 2, "2 more", 3, "1 more"]);
    expect(rows(answer([hit(1, 1), hit(2, 3)], [first, second], true))).toEqual([1, "3 more", 3, "page"]);
  });

  it("goes on with the next page, in a workstream that was begun", () => {
    const before = answer([hit(1, 1), hit(2, 3)], [workstream(1, 1), workstream(2, 3)], true);
    const page = answer([hit(2, 4), hit(2, 5), hit(3, 6)], [workstream(2, 3), workstream(3, 1)]);
    expect(rows(withPage(before, page))).toEqual([1, 3, 4, 5, 6]);
  });

  it("is looked for in one workstream by a filter that takes the place of others", () => {
    expect(within('retry in:"pay retry" once in:3', { number: 7 })).toBe("in:7 retry  once");
  });
});

describe("the search", () => {
  it("keeps its text and what led somewhere for the next page", () => {
    const shelf = shelfWith();
    createSearchStore(shelf).setState({ text: "half", recent: ["one", "two"] });
    expect(createSearchStore(shelf).getState()).toMatchObject({ text: "half", recent: ["one", "two"] });
  });

  it("begins empty when what was kept is damaged", () => {
    for (const kept of ["{", "{}", "7", "[1,null]"]) {
      expect(createSearchStore(shelfWith({ "cox.searches": kept })).getState().recent).toEqual([]);
    }
  });
});
