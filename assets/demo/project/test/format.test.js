import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDay, formatMoney } from "../src/format.js";

test("writes money with two decimals", () => {
  assert.equal(formatMoney(4.5), "€4.50");
  assert.equal(formatMoney(0), "€0.00");
});

test("writes days as people say them", () => {
  assert.equal(formatDay("2026-11-02T09:30:00Z"), "2 Nov 2026");
});
