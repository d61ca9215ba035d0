import { describe, expect, it } from "vitest";
import type { Item } from "../../contract/items.ts";
import type { TranscriptPage } from "../../contract/procedures.ts";
import { mostItems, withItem, withPage, withSnapshotItems, type TranscriptWindow } from "./transcript-window.ts";

function item(ordinal: number, text = "", endedAt: number | undefined = 1): Item {
  const ended = endedAt === undefined ? {} : { endedAt };
  return {
    id: `i${String(ordinal)}`,
    workstreamId: "w00000001",
    ordinal,
    at: 1,
    ...ended,
    body: { kind: "message", text },
  };
}

function stretch(from: number, to: number): Item[] {
  return Array.from({ length: to - from + 1 }, (_, at) => item(from + at));
}

function page(from: number, to: number, last: number): TranscriptPage {
  return { items: stretch(from, to), more: from > 1, newer: to < last, last, turns: [] };
}

const at = (from: number, to: number, last = to): TranscriptWindow => ({
  items: stretch(from, to),
  more: from > 1,
  newer: to < last,
  last,
  following: to === last,
  aside: [],
  stale: false,
});

const edges = ({ items }: TranscriptWindow) => [items[0]?.ordinal, items.at(-1)?.ordinal];

describe("a stretch of a transcript", () => {
  it("grows at its end, and gives up its beginning when it is too long", () => {
    let window = at(1, 100);
    for (let ordinal = 101; ordinal <= 2_500; ordinal += 1) window = withItem(window, item(ordinal));
    expect(window.items.length).toBeLessThanOrEqual(mostItems);
    expect(edges(window)[1]).toBe(2_500);
    expect((edges(window)[0] ?? 0) % 50).toBe(1);
    expect(window.more).toBe(true);
  });

  it("does not grow under a reader who is elsewhere in it", () => {
    const before = { ...at(1, mostItems), following: false };
    const after = withItem(before, item(mostItems + 1));
    expect(edges(after)).toEqual([1, mostItems]);
    expect(after).toMatchObject({ newer: true, last: mostItems + 1 });
  });

  it("gives up its end when it is read backwards, and takes it again when it is read forwards", () => {
    let window = at(99_901, 100_000);
    for (let first = 99_901; first > 98_001; first -= 200)
      window = withPage(window, page(first - 200, first - 1, 100_000), "older");
    expect(window.items.length).toBeLessThanOrEqual(mostItems);
    expect(window.newer).toBe(true);
    while (window.newer) {
      const after = edges(window)[1] ?? 0;
      window = withPage(window, page(after + 1, Math.min(after + 200, 100_000), 100_000), "newer");
    }
    expect(edges(window)[1]).toBe(100_000);
    expect(window.items.length).toBeLessThanOrEqual(mostItems);
    window.items.forEach(({ ordinal }, index) => expect(ordinal).toBe((edges(window)[0] ?? 0) + index));
  });

  it("is bounded by the length of its texts as well", () => {
    const long = "x".repeat(64_000);
    let window = at(1, 1);
    for (let ordinal = 2; ordinal <= 600; ordinal += 1) window = withItem(window, item(ordinal, long));
    expect(window.items.length).toBeLessThan(130);
  });

  it("prefers what was told meanwhile to what a page held", () => {
    const told = withItem(at(1, 50, 300), item(120, "as it ended"));
    const after = withPage(told, page(51, 250, 300), "newer");
    expect(after.items.find(({ ordinal }) => ordinal === 120)?.body).toMatchObject({ text: "as it ended" });
  });

  it("is not whole while something came after the page", () => {
    const told = withItem(at(1, 50, 100), item(101));
    expect(withPage(told, page(51, 100, 100), "newer")).toMatchObject({ newer: true, last: 101 });
  });

  it("believes a page that there is nothing older", () => {
    const window = withPage(
      { ...at(3, 50), more: true },
      { items: [], more: false, newer: true, last: 50, turns: [] },
      "older",
    );
    expect(window.more).toBe(false);
  });
});

describe("a new snapshot", () => {
  it("joins what is there", () => {
    expect(edges(withSnapshotItems(at(1, 120), stretch(51, 160), true))).toEqual([1, 160]);
  });

  it("replaces it for one who reads the end, after a long absence", () => {
    expect(edges(withSnapshotItems(at(1, 120), stretch(901, 1_000), true))).toEqual([901, 1_000]);
  });

  it("leaves a reader elsewhere where they are, and says what may be old", () => {
    const before = { ...at(1, 120), following: false };
    expect(withSnapshotItems(before, stretch(901, 1_000), true)).toMatchObject({
      newer: true,
      last: 1_000,
      stale: false,
    });
    const running = { ...before, items: [...before.items.slice(0, -1), item(120, "", undefined)] };
    expect(
      withSnapshotItems(
        { ...running, items: running.items.map(({ endedAt: _ended, ...rest }) => rest) },
        stretch(901, 1_000),
        true,
      ).stale,
    ).toBe(true);
  });
});
