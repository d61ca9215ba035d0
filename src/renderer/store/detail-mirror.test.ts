import { expect, it } from "vitest";
import type { Event } from "../../contract/events.ts";
import type { Item, ItemBody } from "../../contract/items.ts";
import { emptyReview } from "../../contract/review.ts";
import type { DetailFrame } from "../../contract/procedures.ts";
import { applyDetailFrame, type DetailMirror } from "./detail-mirror.ts";

function item(ordinal: number, body: ItemBody = { kind: "message", text: "" }): Item {
  return { id: `i${String(ordinal)}`, workstreamId: "w00000001", turnId: "t00000001", ordinal, at: ordinal, body };
}

function mirrorOf(items: Item[], more = false): DetailMirror {
  const window = {
    items,
    more,
    newer: false,
    last: items.at(-1)?.ordinal ?? 0,
    following: true,
    aside: [],
    stale: false,
  };
  return {
    seq: 5,
    ticket: { key: "k", title: "t", body: "" },
    ...window,
    turns: {},
    plan: [],
    notes: [],
    review: emptyReview,
  };
}

function events(...list: Event[]): Extract<DetailFrame, { kind: "events" }> {
  const envelopes = list.map((event, at) => ({
    seq: 6 + at,
    at: 1,
    actor: { kind: "engine" as const },
    v: 1 as const,
    event,
  }));
  return { kind: "events", envelopes };
}

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
  expect(applyDetailFrame(undefined, events())).toBeUndefined();
});

it("follows what each turn costs", () => {
  const workstreamId = "w00000001";
  const spent = (total: number) => ({ tokens: { input: total, cached: 0, output: 0, total }, minutes: 0 });
  const turn = { id: "t00000009", number: 4, cause: "human" as const, status: "sending" as const, startedAt: 7 };
  const after = applyDetailFrame(
    mirrorOf([]),
    events(
      { type: "usage.counted", workstreamId, spent: spent(100) },
      { type: "turn.opened", workstreamId, turn, round: false },
      { type: "usage.counted", workstreamId, spent: spent(160) },
      { type: "turn.ended", workstreamId, turnId: turn.id, outcome: "completed" },
    ),
  );
  expect(after?.turns[turn.id]).toMatchObject({
    number: 4,
    outcome: "completed",
    before: spent(100),
    after: spent(160),
  });
});
