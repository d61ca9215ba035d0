import assert from "node:assert/strict";
import { test } from "node:test";
import { createApp } from "../src/app.js";
import { createStore } from "../src/parcels/store.js";
import { parcel } from "../test-support/parcel.js";

const app = createApp({ store: createStore([parcel()]), log: { debug() {} } });
const get = (url) => app.handle({ method: "GET", url });
const getJson = (url) => JSON.parse(get(url).body);

test("shows the page of a parcel", () => {
  const { status, type } = get("/parcels/PP473124829NL");
  assert.equal(status, 200);
  assert.match(type, /html/);
  assert.equal(get("/parcels/PP206188430NL").status, 404);
});

test("answers searches with summaries", () => {
  assert.deepEqual(getJson("/api/parcels?q=anna"), {
    parcels: [{ number: "PP473124829NL", recipient: "Anna de Vries", status: "accepted", arrives: "2026-11-03" }],
  });
});

test("tells one parcel with its events", () => {
  assert.equal(getJson("/api/parcels/PP473124829NL").events.length, 2);
  assert.equal(get("/api/parcels/nonsense").status, 400);
});

test("quotes a price and says what it needs", () => {
  assert.equal(get("/api/quote?zone=city&weight=2").status, 200);
  assert.equal(get("/api/quote?zone=city").status, 400);
});

test("has nothing at other places", () => {
  assert.equal(get("/nowhere").status, 404);
});
