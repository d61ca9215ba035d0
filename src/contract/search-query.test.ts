import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSearch } from "./search-query.ts";

/** A Friday afternoon, in the time zone of whoever runs this. */
const now = new Date(2026, 10, 20, 15, 30);
const read = (text: string) => parseSearch(text, now);
const terms = (text: string) =>
  read(text).terms.map((term) => `${term.not ? "-" : ""}${term.text}${term.prefix ? "*" : ""}`);

describe("a search", () => {
  it("takes words as beginnings, phrases as they are, and leaves out what has a minus", () => {
    expect(terms('retry "keep alive" once* -draft -"not this" a')).toEqual([
      "retry*",
      "keep alive",
      "once*",
      "-draft",
      "-not this",
      "a",
    ]);
  });

  it("takes code and paths for text", () => {
    expect(terms("foo_bar() src/a-b.ts http://x C++ std::move")).toEqual([
      "foo_bar()*",
      "src/a-b.ts*",
      "http://x*",
      "C++*",
      "std::move*",
    ]);
    expect(read("foo_bar() http://x std::move").ignored).toEqual([]);
  });

  it("reads filters", () => {
    const query = read('in:#12 -in:"pay retry" kind:commands -kind:reasoning from:Human project:shop since:2d x');
    expect(query.in).toEqual([
      { value: "#12", not: false },
      { value: "pay retry", not: true },
    ]);
    expect(query.kinds).toEqual([
      { value: "command", not: false },
      { value: "reasoning", not: true },
    ]);
    expect(query.from).toEqual([{ value: "human", not: false }]);
    expect(query.projects).toEqual([{ value: "shop", not: false }]);
    expect(query.since).toBe(now.getTime() - 2 * 86_400_000);
    expect(terms("kind:command constructor:x toString:y")).toEqual(["constructor:x*", "toString:y*"]);
  });

  it.each([
    ["today", new Date(2026, 10, 20)],
    ["yesterday", new Date(2026, 10, 19)],
    ["2026-11-19", new Date(2026, 10, 19)],
    ["90m", new Date(2026, 10, 20, 14)],
  ])("knows when %s was", (word, at) => {
    expect(read(`since:${word}`).since).toBe(at.getTime());
  });

  it.each([
    ["since:2026-02-30", "a time is"],
    ["since:soon", "a time is"],
    ["-since:today", "a time is"],
    ["kind:poem", "kinds are"],
    ["from:mars", "words are from"],
    ["in:", "has no value"],
    ['in:""', "has no value"],
    ["=>", "no letter"],
    ["w*", "one letter"],
    ["a b c d e f g h i j k l m", "only 12 words"],
  ])("says why it leaves out %j", (text, why) => {
    expect(read(text).ignored.join()).toContain(why);
  });

  it("never throws, whatever is typed, and stays small", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.constantFrom(
        '"',
        "-",
        ":",
        "in:",
        "kind:",
        "since:",
        "from:",
        "*",
        " ",
        "-in:#",
        "since:0000-00-00",
        "before:",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const query = read(pieces.join("").slice(0, 500));
        expect(query.terms.length).toBeLessThanOrEqual(12);
        expect(query.ignored.every((each) => each.length <= 300)).toBe(true);
        expect([query.since ?? 0, query.before ?? 0].every((time) => Number.isSafeInteger(time) && time >= 0)).toBe(
          true,
        );
      }),
    );
  });
});
