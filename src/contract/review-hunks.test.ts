import { describe, expect, it } from "vitest";
import { progressOf, sideLines, unitsOf } from "./review-hunks.ts";

const hunk = (id: string, lines: string[], oldStart = 1, newStart = 1) => ({
  id,
  oldStart,
  oldLines: 0,
  newStart,
  newLines: 0,
  section: "",
  lines: lines.join("\n"),
});

describe("what is viewed of a file", () => {
  const hunks = [hunk("one", ["+a"]), hunk("two", ["+b"])];

  it("is each of its hunks, or the file where they are not all shown", () => {
    expect(unitsOf({ id: "file", hunks })).toEqual(["one", "two"]);
    expect(unitsOf({ id: "file", hunks: [] })).toEqual(["file"]);
    expect(unitsOf({ id: "file", hunks: [], folded: "lock" })).toEqual(["file"]);
    expect(unitsOf({ id: "file", hunks, cut: true })).toEqual(["file"]);
  });

  it("is all of it once the file was viewed whole, folded or not", () => {
    expect(progressOf({ id: "file", hunks }, new Set(["two", "elsewhere"]))).toEqual({ viewed: 1, total: 2 });
    expect(progressOf({ id: "file", hunks }, new Set(["file"]))).toEqual({ viewed: 2, total: 2 });
    expect(progressOf({ id: "file", hunks: [], folded: "huge" }, new Set(["file"]))).toEqual({ viewed: 1, total: 1 });
  });
});

describe("the lines of one side", () => {
  it("have the numbers they have in the file", () => {
    const patch = {
      hunks: [hunk("one", [" a", "-b", "+B", "+C", " d"], 10, 20), hunk("two", ["-x", "\\ No newline"], 40, 51)],
    };
    expect(sideLines(patch, "new")).toEqual([
      { number: 20, text: "a" },
      { number: 21, text: "B" },
      { number: 22, text: "C" },
      { number: 23, text: "d" },
    ]);
    expect(sideLines(patch, "old")).toEqual([
      { number: 10, text: "a" },
      { number: 11, text: "b" },
      { number: 12, text: "d" },
      { number: 40, text: "x" },
    ]);
  });
});
