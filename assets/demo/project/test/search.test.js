import assert from "node:assert/strict";
import { test } from "node:test";
import { search } from "../src/parcels/search.js";
import { parcel } from "../test-support/parcel.js";

const parcels = [parcel(), parcel({ number: "PP206188430NL", recipient: "Bram Jansen", address: "Lange Poten 4, 2511 CL Den Haag, NL" })];

test("finds by number, name and address, whatever the case", () => {
  assert.deepEqual(search(parcels, "pp4731").map((found) => found.recipient), ["Anna de Vries"]);
  assert.deepEqual(search(parcels, "BRAM").map((found) => found.recipient), ["Bram Jansen"]);
  assert.equal(search(parcels, " nl ").length, 2);
});

test("finds nothing without words", () => {
  assert.deepEqual(search(parcels, "  "), []);
});
