import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "../src/config.js";

test("has defaults for a developer's machine", () => {
  assert.deepEqual(readConfig({}), { port: 4080, dataFile: "data/parcels.json", logLevel: "info" });
});

test("reads the environment", () => {
  assert.deepEqual(readConfig({ PORT: "80", LOG_LEVEL: "warn", PIGEON_DATA: "x.json" }), { port: 80, dataFile: "x.json", logLevel: "warn" });
});
