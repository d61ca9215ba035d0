import { describe, expect, it } from "vitest";
import { age, ageInWords, compact, took } from "./format.ts";

describe("a compact count", () => {
  const counts: [number, string][] = [
    [0, "0"],
    [999, "999"],
    [1_000, "1k"],
    [1_234, "1.2k"],
    [41_200, "41k"],
    [999_499, "999k"],
    [999_500, "1M"],
    [1_240_000, "1.2M"],
    [41_000_000, "41M"],
    [999_999_999, "1G"],
  ];
  it.each(counts)("of %i is %s", (count, text) => {
    expect(compact(count)).toBe(text);
  });
});

it("says an age in steps that do not flicker", () => {
  expect([0, 9_999, 10_000, 59_999, 60_000, 3_599_999, 3_600_000, 90_000_000].map(age)).toEqual([
    "now",
    "now",
    "10s",
    "50s",
    "1m",
    "59m",
    "1h",
    "1d",
  ]);
});

it("says an age in words", () => {
  expect([5_000, 60_000, 125_000, 7_200_000].map(ageInWords)).toEqual([
    "less than a minute",
    "1 minute",
    "2 minutes",
    "2 hours",
  ]);
});

it("says how long something took", () => {
  expect([412, 12_000, 200_000, 180_000].map(took)).toEqual(["0.4s", "12s", "3m 20s", "3m"]);
});
