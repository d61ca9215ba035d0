import { expect, it } from "vitest";
import type { Event } from "../../contract/events.ts";
import type { Item, ItemBody } from "../../contract/items.ts";
import { emptyReview } from "../../contract/review.ts";
import type { DetailFrame } from "../../contract/procedures.ts";
import { applyDetailFrame, withOlder, type DetailMirror } from "./detail-mirror.ts";

function item(ordinal: number, body: ItemBody = { kind: "message", text: "" }): Item {
  return { id: `i${String(ordinal)}`, workstreamId: "w00000001", turnId: "t00000001", ordinal, at: ordinal, body };
}

function mirrorOf(items: Item[], more = false): DetailMirror {
  return { seq: 5, ticket: { key: "k", title: "t", body: "" }, items, more, plan: [], notes: [], review: emptyReview };
}

function events(...list: Event[]): DetailFrame {
  const envelopes = list.map((event, at) => ({
    seq: 6 + at,
    at: 1,
    actor: { kind: "engine" as const },
    v: 1 as const,
    event,
  }));
  return { kind: "events", envelopes };
}

const delta = (itemId: string, text: string): DetailFrame => ({
  kind: "deltas",
  deltas: [{ itemId, turnId: "t00000001", text }],
});

function textOf(mirror: DetailMirror | undefined, at: number): string | undefined {
  const body = mirror?.items[at]?.body;
  return body?.kind === "message" ? body.text : undefined;
}

it("appends streamed text, and lets the next upsert replace it", () => {
  const streamed = applyDetailFrame(mirrorOf([item(1)]), delta("i1", "Hel"));
  expect(textOf(streamed, 0)).toBe("Hel");
  const upserted = applyDetailFrame(
    streamed,
    events({ type: "item.upserted", item: item(1, { kind: "message", text: "Hello" }) }),
  );
  expect(textOf(upserted, 0)).toBe("Hello");
});

it("ignores streamed text of an item it does not know", () => {
  const before = mirrorOf([item(1)]);
  expect(applyDetailFrame(before, delta("i9", "x"))?.items).toEqual(before.items);
});

it("puts a late item where its ordinal says", () => {
  const after = applyDetailFrame(mirrorOf([item(1), item(3)]), events({ type: "item.upserted", item: item(2) }));
  expect(after?.items.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
});

it("skips events that the snapshot already held", () => {
  const before: DetailMirror = { ...mirrorOf([]), seq: 6 };
  expect(applyDetailFrame(before, events({ type: "item.upserted", item: item(1) }))?.items).toEqual([]);
});

it("takes events about the row into account for its seq only", () => {
  const after = applyDetailFrame(mirrorOf([]), events({ type: "line.told", workstreamId: "w00000001", line: "x" }));
  expect(after?.seq).toBe(6);
});

it("drops what comes before the first snapshot", () => {
  expect(applyDetailFrame(undefined, delta("i1", "x"))).toBeUndefined();
});

it("adds an older page in front without doubling what it holds", () => {
  const after = withOlder(mirrorOf([item(3)], true), { items: [item(1), item(2), item(3)], more: false });
  expect(after.items.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
  expect(after.more).toBe(false);
});
