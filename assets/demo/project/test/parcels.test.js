import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../src/parcels/store.js";
import { canMove, isOver, labelOf } from "../src/parcels/status.js";
import { latest, sorted } from "../src/parcels/timeline.js";
import { parcel } from "../test-support/parcel.js";

test("a parcel moves only where its status allows", () => {
  assert.equal(canMove("accepted", "in_transit"), true);
  assert.equal(canMove("delivered", "in_transit"), false);
  assert.equal(canMove("unheard_of", "accepted"), false);
});

test("delivered and returned parcels are over", () => {
  assert.deepEqual(["accepted", "delivered", "returned"].map(isOver), [false, true, true]);
});

test("every status has a label", () => {
  assert.equal(labelOf("in_transit"), "On its way");
  assert.equal(labelOf("unheard_of"), "Unknown");
});

test("events are told in the order in which they happened", () => {
  const events = [{ at: "2026-11-03", status: "b" }, { at: "2026-11-02", status: "a" }];
  assert.deepEqual(sorted(events).map((event) => event.status), ["a", "b"]);
  assert.equal(latest(events).status, "b");
});

test("the store records what may happen and refuses what may not", () => {
  const store = createStore([parcel()]);
  store.record("PP473124829NL", { at: "2026-11-02T12:00:00Z", status: "in_transit", place: "Utrecht depot" });
  assert.equal(latest(store.get("PP473124829NL").events).status, "in_transit");
  assert.throws(() => store.record("PP473124829NL", { at: "2026-11-03T12:00:00Z", status: "registered", place: "" }), /cannot go from in_transit/);
  assert.throws(() => store.record("nobody", {}), /No parcel nobody/);
});
