import { expect, it } from "vitest";
import { unwrap } from "./errors.ts";
import { readSettings, writeSettings } from "./settings-file.ts";

it("is read as it was written", () => {
  const kept = { theme: { value: "dark" }, keys: { value: { palette: ["$mod+p"] } } };
  expect(unwrap(readSettings(writeSettings(kept)))).toEqual({
    set: { theme: "dark", keys: { palette: ["$mod+p"] } },
    wrong: [],
    unknown: [],
  });
});

it("names what does not fit and what is not known, and takes the rest", () => {
  const settings = { theme: "neon", zoom: 150, warp: 9, keys: { palette: ["no key"] } };
  const read = unwrap(readSettings(JSON.stringify({ coxswain: "settings", version: 1, settings })));
  expect(read.set).toEqual({ zoom: 150 });
  expect(read.wrong.map(({ name }) => name)).toEqual(["theme", "keys"]);
  expect(read.unknown).toEqual(["warp"]);
});

it("is refused when it is something else, or newer", () => {
  expect(["", "[]", "{}", '{"coxswain":"settings"}', "x".repeat(300_000)].map((text) => readSettings(text).ok)).toEqual(
    Array.from({ length: 5 }, () => false),
  );
  const newer = JSON.stringify({ coxswain: "settings", version: 2, settings: {} });
  expect(readSettings(newer)).toMatchObject({ ok: false, error: { code: "VERSION_MISMATCH" } });
});
