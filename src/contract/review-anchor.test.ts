import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anchorAt, keptLine, locate, type SideLine } from "./review-anchor.ts";
import { anchorSchema } from "./review.ts";

/** A file whose lines are known from each other by an id that is not in their text. */
interface Known {
  readonly id: number;
  readonly text: string;
}

const shown = (file: readonly Known[]): SideLine[] => file.map(({ text }, at) => ({ number: at + 1, text }));
const place = { path: "a.ts", side: "new" as const };

const lineText = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom("", "}", "  });", "  return null;") },
  { weight: 3, arbitrary: fc.stringMatching(/^ {2}[a-z]{4,12}\([a-z]{1,8}\);$/) },
);
const fileOf = fc
  .array(lineText, { minLength: 1, maxLength: 40 })
  .map((texts) => texts.map((text, id) => ({ id, text })));
const edit = fc.record({
  at: fc.nat(60),
  remove: fc.nat(3),
  add: fc.array(lineText, { maxLength: 3 }),
});

function edited(
  file: readonly Known[],
  edits: readonly { at: number; remove: number; add: readonly string[] }[],
): Known[] {
  let fresh = 1_000;
  return edits.reduce<Known[]>(
    (lines, { at, remove, add }) =>
      lines.toSpliced(Math.min(at, lines.length), remove, ...add.map((text) => ({ id: (fresh += 1), text }))),
    [...file],
  );
}

describe("an anchor", () => {
  it("follows its lines or says that they are gone, whatever is done to the file", () => {
    fc.assert(
      fc.property(
        fileOf,
        fc.nat(),
        fc.integer({ min: 1, max: 4 }),
        fc.array(edit, { maxLength: 6 }),
        (file, from, count, edits) => {
          const first = (from % file.length) + 1;
          const last = Math.min(file.length, first + count - 1);
          const anchor = anchorAt({ ...place, first, last }, shown(file));
          if (anchor === undefined) throw new Error("The lines are there.");
          const now = edited(file, edits);
          const found = locate(anchor, shown(now));
          if (found === undefined) return;
          const there = now.slice(found.first - 1, found.last);
          expect(there.map(({ text }) => text)).toEqual(file.slice(first - 1, last).map(({ text }) => text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is at the very lines it was made for wherever their text stands once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 30 }),
        fc.nat(),
        fc.array(edit, { maxLength: 6 }),
        (length, from, edits) => {
          const file = Array.from({ length }, (_, id) => ({
            id,
            text: `  const value${String(id)} = readTheValue();`,
          }));
          const first = (from % length) + 1;
          const anchor = anchorAt({ ...place, first, last: first }, shown(file));
          if (anchor === undefined) throw new Error("The line is there.");
          const now = edited(file, edits);
          const where = now.findIndex(({ id }) => id === first - 1);
          const found = locate(anchor, shown(now));
          expect(found).toEqual(where === -1 ? undefined : { first: where + 1, last: where + 1 });
        },
      ),
    );
  });

  it("does not move in a file that did not change, however often a line is repeated", () => {
    fc.assert(
      fc.property(fileOf, fc.nat(), (file, from) => {
        const first = (from % file.length) + 1;
        const anchor = anchorAt({ ...place, first, last: first }, shown(file));
        if (anchor === undefined) throw new Error("The line is there.");
        const found = locate(anchor, shown(file));
        if (found !== undefined) expect(found.first).toBe(first);
      }),
    );
  });

  it("prefers the place whose neighbours are the same, and none where two are as likely", () => {
    const file = ["a();", "return null;", "b();", "c();", "return null;", "d();"].map((text, id) => ({ id, text }));
    const anchor = anchorAt({ ...place, first: 5, last: 5 }, shown(file));
    if (anchor === undefined) throw new Error("The line is there.");
    expect(locate(anchor, shown([{ id: 9, text: "x();" }, ...file]))).toEqual({ first: 6, last: 6 });
    const twice = ["c();", "return null;", "d();", "x();", "c();", "return null;", "d();"];
    const vague = { ...anchor, first: 50, last: 50, before: ["c();"], after: ["d();"] };
    expect(locate(vague, shown(twice.map((text, id) => ({ id, text }))))).toBeUndefined();
  });

  it("does not take a lone brace for the one it was made for", () => {
    const anchor = { ...place, first: 3, last: 3, excerpt: ["}"], before: ["  one();"], after: ["two();"] };
    expect(locate(anchor, [{ number: 3, text: "}" }])).toBeUndefined();
  });

  it("does not run across what the diff leaves out", () => {
    const lines = [
      { number: 1, text: "first line of the file" },
      { number: 9, text: "the line after a gap" },
    ];
    expect(anchorAt({ ...place, first: 1, last: 2 }, lines)).toBeUndefined();
    const anchor = { ...place, first: 1, last: 2, excerpt: lines.map(({ text }) => text), before: [], after: [] };
    expect(locate(anchor, lines)).toBeUndefined();
  });

  it("keeps long lines apart that begin alike, within what may be stored", () => {
    const long = "x".repeat(100_000);
    expect(keptLine(`${long}a`)).not.toBe(keptLine(`${long}b`));
    const anchor = anchorAt({ ...place, first: 1, last: 1 }, [{ number: 1, text: long }]);
    expect(anchorSchema.safeParse(anchor).success).toBe(true);
  });
});
