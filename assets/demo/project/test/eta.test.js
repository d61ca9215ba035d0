import assert from "node:assert/strict";
import { test } from "node:test";
import { estimateArrival } from "../src/parcels/eta.js";

test("counts the days of the zone", () => {
  assert.equal(estimateArrival("2026-11-02T08:15:00Z", "city"), "2026-11-03");
  assert.equal(estimateArrival("2026-11-02T08:15:00Z", "europe"), "2026-11-06");
});

test("knows no arrival for an unknown zone", () => {
  assert.equal(estimateArrival("2026-11-02T08:15:00Z", "moon"), null);
});
