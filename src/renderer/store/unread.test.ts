import { expect, it } from "vitest";
import type { FleetState, TurnState } from "../../contract/states.ts";
import { aFleet, aRequest, anAttentionItem, aWorkstream } from "./sample-rows.ts";
import { createStores, type Shelf } from "./stores.ts";
import { newsOf, unreadWords, withLook, withNew } from "./unread.ts";

const running: TurnState = { id: "t00000001", number: 1, cause: "ticket", status: "running", startedAt: 0 };
const ended: TurnState = { ...running, status: "completed", endedAt: 1 };
const row = aWorkstream({ turns: 1, turn: running });
const before = aFleet({ workstreams: [row] });

function shelfWith(kept = new Map<string, string>()): Shelf {
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const wordsIn = (fleet: FleetState) => unreadWords(fleet, fleet.workstreams[row.id] ?? row, newsOf(before, row));

it("says what happened since the last look, and nothing when nothing did", () => {
  expect(wordsIn(before)).toBeUndefined();
  expect(wordsIn(aFleet({ workstreams: [{ ...row, turn: ended }] }))).toBe("a turn ended");
  expect(wordsIn(aFleet({ workstreams: [{ ...row, turns: 4, turn: { ...ended, number: 4 } }] }))).toBe("4 turns ended");
  expect(wordsIn(aFleet({ workstreams: [row], requests: [aRequest()] }))).toBe("it asked for you");
  const ready = anAttentionItem({ kind: "ready" });
  const two = [anAttentionItem({ kind: "conflict" }), anAttentionItem({ id: "a00000002", kind: "stalled" })];
  expect(wordsIn(aFleet({ workstreams: [row], attention: two }))).toBe(
    "it came into conflict, it cannot go on without you",
  );
  expect(wordsIn(aFleet({ workstreams: [{ ...row, turn: ended }], attention: [ready] }))).toBe(
    "a turn ended, it became ready",
  );
});

it("still says that a turn ended when the next one runs, and that of a question its request only once", () => {
  const next = { ...row, turns: 2, turn: { ...running, id: "t00000002", number: 2 } };
  expect(wordsIn(aFleet({ workstreams: [next] }))).toBe("a turn ended");
  const both = aFleet({ workstreams: [row], requests: [aRequest()], attention: [anAttentionItem()] });
  expect(wordsIn(both)).toBe("it asked for you");
});

it("takes what was there at first sight for known, and what is looked at", () => {
  const fleet = aFleet({ workstreams: [{ ...row, turn: ended }], requests: [aRequest()] });
  const first = withNew({}, fleet);
  expect(unreadWords(fleet, row, first[row.id])).toBeUndefined();
  expect(withNew(first, fleet)).toBe(first);
  const looked = withLook({ [row.id]: { turns: 0, asked: [], marked: true } }, fleet, row.id);
  expect(looked).toEqual({ [row.id]: { turns: 1, asked: ["r00000001"] } });
  expect(withLook(looked, fleet, row.id)).toBe(looked);
});

it("forgets those looked at longest ago, and never more than that", () => {
  const many = Array.from({ length: 500 }, (_, at) => aWorkstream({ id: `w${String(at).padStart(8, "0")}` }));
  const rows = withNew({}, aFleet({ workstreams: many }));
  expect(Object.keys(rows)).toHaveLength(400);
  expect(rows["w00000499"]).toBeDefined();
});

it("loses no mark with the page, the engine or the connection", () => {
  const kept = new Map<string, string>();
  const first = createStores(shelfWith(kept));
  first.engine.setState({ seq: 1, fleet: before });
  const after = aFleet({ workstreams: [{ ...row, turn: ended }] });
  first.engine.setState({ seq: 2, fleet: after });
  expect(unreadWords(after, row, first.seen.getState()[row.id])).toBeUndefined();
  // A new page, with a snapshot of a later engine.
  const second = createStores(shelfWith(kept));
  const later = aFleet({ workstreams: [{ ...row, turn: ended }], attention: [anAttentionItem({ kind: "ready" })] });
  second.engine.setState({ seq: 9, fleet: later });
  const [shown] = Object.values(later.workstreams);
  expect(shown && unreadWords(later, shown, second.seen.getState()[row.id])).toBe("a turn ended, it became ready");
  second.seen.look(row.id);
  expect(shown && unreadWords(later, shown, second.seen.getState()[row.id])).toBeUndefined();
});

it("sees what happens while it is looked at", () => {
  const { engine, seen } = createStores(shelfWith());
  engine.setState({ seq: 1, fleet: before });
  seen.look(row.id);
  const after = aFleet({ workstreams: [{ ...row, turn: ended }] });
  engine.setState({ seq: 2, fleet: after });
  expect(unreadWords(after, { ...row, turn: ended }, seen.getState()[row.id])).toBeUndefined();
});

it("starts anew when what was kept is damaged", () => {
  for (const text of ["{", "[1]", '{"w1":{"turns":"x","asked":[]}}', '{"w1":null}']) {
    expect(createStores(shelfWith(new Map([["cox.seen", text]]))).seen.getState()).toEqual({});
  }
});
