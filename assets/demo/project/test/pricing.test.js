import assert from "node:assert/strict";
import { test } from "node:test";
import { quote } from "../src/pricing/quote.js";

const about = (actual, expected) => assert.ok(Math.abs(actual - expected) < 0.005, `${actual} is not about ${expected}`);

test("charges the base, each kilogram begun, and fuel", () => {
  const { price, surcharges, total } = quote({ zone: "country", weightKg: 1.2, bulky: false });
  about(price, 5.75);
  about(surcharges, 0.26);
  about(total, 6.01);
});

test("charges for what does not fit on the belt", () => {
  about(quote({ zone: "city", weightKg: 1, bulky: true }).total, 6.61);
});

test("gives no price for what we do not carry", () => {
  for (const asked of [{ zone: "moon", weightKg: 1 }, { zone: "city", weightKg: 0 }, { zone: "city", weightKg: 31 }, { zone: "city", weightKg: NaN }]) {
    assert.equal(quote({ bulky: false, ...asked }), null);
  }
});
