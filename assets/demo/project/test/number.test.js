import assert from "node:assert/strict";
import { test } from "node:test";
import { isTrackingNumber } from "../src/parcels/number.js";

test("accepts a number whose check digit fits", () => {
  assert.equal(isTrackingNumber("PP473124829NL"), true);
});

test("refuses swapped digits", () => {
  assert.equal(isTrackingNumber("PP437124829NL"), false);
});

test("refuses what only looks similar", () => {
  for (const text of ["", "PP473124829", "pp473124829nl", "PP4731248290NL", " PP473124829NL"]) {
    assert.equal(isTrackingNumber(text), false, text);
  }
});
