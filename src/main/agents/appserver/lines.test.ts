import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineCutter } from "./lines.ts";

function cut(chunks: readonly Buffer[], limit = 1_000) {
  const lines: string[] = [];
  let broken = 0;
  const feed = createLineCutter(
    limit,
    (line) => lines.push(line),
    () => broken++,
  );
  for (const chunk of chunks) feed(chunk);
  return { lines, broken };
}

describe("cutting lines", () => {
  it("finds the same lines wherever the stream is split", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 }).filter((line) => !line.includes("\n"));
    fc.assert(
      fc.property(fc.array(text), fc.array(fc.nat(200)), (lines, cuts) => {
        const whole = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const places = [0, ...cuts.map((at) => Math.min(at, whole.length)), whole.length].sort((a, b) => a - b);
        const chunks = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        expect(cut(chunks).lines).toEqual(lines.map((line) => line.toWellFormed()));
      }),
    );
  });

  it("stops for good at a line over the limit, and says so once", () => {
    expect(
      cut([Buffer.from("ok\n"), Buffer.from("x".repeat(8)), Buffer.from("xxx"), Buffer.from("\nafter\n")], 10),
    ).toEqual({ lines: ["ok"], broken: 1 });
    expect(cut([Buffer.from("1234567890\n")], 10)).toEqual({ lines: ["1234567890"], broken: 0 });
  });
});
