import assert from "node:assert/strict";
import { test } from "node:test";
import { addressLines, isPostcode } from "../src/address.js";

test("knows the postcodes of our neighbours", () => {
  assert.equal(isPostcode("NL", "3511 AB"), true);
  assert.equal(isPostcode("NL", "0511 AB"), false);
  assert.equal(isPostcode("DE", "53173"), true);
  assert.equal(isPostcode("BE", "53173"), false);
});

test("accepts any postcode of other countries but a blank one", () => {
  assert.equal(isPostcode("IE", "H91 E2K3"), true);
  assert.equal(isPostcode("IE", " "), false);
});

test("puts each part of an address on a line", () => {
  assert.deepEqual(addressLines("Meir 50, 2000 Antwerpen, BE"), ["Meir 50", "2000 Antwerpen", "BE"]);
});
