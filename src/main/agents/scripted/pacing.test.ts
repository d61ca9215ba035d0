import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paceTurn, seededRandom, seedFrom } from "./pacing.ts";
import type { Step } from "./scenario.ts";

const say: Step = { kind: "say", body: "Some words that are said." };

function wholeMs(seed: number, steps: readonly Step[], texts: readonly string[]): number {
  const pace = paceTurn("lively", seed, steps, "scenario");
  return texts.flatMap((text) => pace.deltas(text)).reduce((sum, delta) => sum + delta.waitMs, 0);
}

describe("the lively pace", () => {
  it("takes 20 to 90 seconds for a scenario of any length", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 200 }), (seed, count) => {
        const whole = wholeMs(
          seed,
          Array.from({ length: count }, () => say),
          Array.from({ length: count }, () => "Some words"),
        );
        expect(whole).toBeGreaterThanOrEqual(20_000);
        expect(whole).toBeLessThanOrEqual(90_000);
      }),
    );
  });

  it("is the same for the same seed and another for another", () => {
    expect(wholeMs(1, [say, say], ["a", "b"])).toBe(wholeMs(1, [say, say], ["a", "b"]));
    expect(wholeMs(1, [say, say], ["a", "b"])).not.toBe(wholeMs(2, [say, say], ["a", "b"]));
  });
});

describe("deltas", () => {
  it("add up to the text and never cut a character in two", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.constantFrom("instant", "lively"),
        (text, pace) => {
          const pieces = paceTurn(pace, 1, [say], "scenario")
            .deltas(text)
            .map((delta) => delta.text);
          expect(pieces.join("")).toBe(text);
          for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it("do not wait in the instant pace", () => {
    expect(
      paceTurn("instant", 1, [say], "scenario")
        .deltas("x".repeat(5_000))
        .every(({ waitMs }) => waitMs === 0),
    ).toBe(true);
  });
});

describe("seeds", () => {
  it("differ by any of their parts", () => {
    expect(new Set([seedFrom(1, 2, "a"), seedFrom(1, 3, "a"), seedFrom(12, "a"), seedFrom(1, 2, "b")]).size).toBe(4);
  });

  it("give numbers from nought up to one", () => {
    const random = seededRandom(7);
    for (let index = 0; index < 1_000; index += 1) {
      const value = random();
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
    }
  });
});
