import assert from "node:assert/strict";
import { test } from "node:test";
import { messageFor } from "../src/notify/messages.js";
import { createOutbox } from "../src/notify/outbox.js";
import { parcel } from "../test-support/parcel.js";

const silent = { warn() {} };

test("tells the recipient what matters and keeps quiet about the rest", () => {
  assert.equal(messageFor(parcel(), { status: "out_for_delivery" }), "Your parcel PP473124829NL comes today.");
  assert.equal(messageFor(parcel(), { status: "delivered" }), "Your parcel PP473124829NL: Delivered.");
  assert.equal(messageFor(parcel(), { status: "in_transit" }), null);
});

test("sends what waits", async () => {
  const sent = [];
  const outbox = createOutbox({ send: async (message) => sent.push(message.text), log: silent });
  outbox.add("anna@example.org", "one");
  outbox.add("bram@example.org", "two");
  await outbox.flush();
  assert.deepEqual(sent, ["one", "two"]);
  assert.equal(outbox.waiting(), 0);
});
