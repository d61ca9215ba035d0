import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { DiffHunk } from "../../../contract/diffs.ts";
import { metadataOf } from "./metadata.ts";
import { extended, nextChange, nextFile, nextLine, type Walk } from "./navigate.ts";
import { gapsAround, placeOf, rowAt, rowsOf, type ShownFile } from "./rows.ts";

function hunk(id: string, at: number, lines: readonly string[]): DiffHunk {
  const old = lines.filter((line) => /^[ -]/.test(line)).length;
  const now = lines.filter((line) => /^[ +]/.test(line)).length;
  return { id, oldStart: at, oldLines: old, newStart: at, newLines: now, section: "", lines: lines.join("\n") };
}

function shown(path: string, hunks: readonly DiffHunk[], between?: ReadonlyMap<number, string>): ShownFile {
  return {
    file: { path, change: "modified", binary: false, added: 1, removed: 1 },
    patch: { path, id: path, hunks: [...hunks], lines: 9 },
    ...(between === undefined ? {} : { between }),
  };
}

const one = shown("a.ts", [hunk("h1", 10, [" a", "-b", "+c", " d"]), hunk("h2", 40, ["-x", "+y", "+z"])]);
const nowhere = { kind: "unchanged", old: 0, new: 0, hunk: "" } as const;
const two = shown("b.ts", [hunk("h3", 1, ["+n"])]);
const walk: Walk = { files: [one, two], isOpen: (path) => path !== "folded" };

describe("the lines of a diff", () => {
  it("are walked line by line, over hunks and files", () => {
    const walked = [];
    for (
      let at = nextLine(walk, { path: "a.ts", side: "new", line: 10 }, 1);
      at !== undefined;
      at = nextLine(walk, at, 1)
    )
      walked.push(`${at.path} ${at.side} ${String(at.line)}`);
    expect(walked).toEqual([
      "a.ts old 11",
      "a.ts new 11",
      "a.ts new 12",
      "a.ts old 40",
      "a.ts new 40",
      "a.ts new 41",
      "b.ts new 1",
    ]);
    expect(nextLine(walk, { path: "b.ts", side: "new", line: 1 }, -1)).toEqual({ path: "a.ts", side: "new", line: 41 });
  });

  it("are walked by blocks of changes, and a folded file is one", () => {
    const folded: Walk = { ...walk, isOpen: (path) => path === "a.ts" };
    const first = nextChange(folded, undefined, 1);
    const second = nextChange(folded, first, 1);
    const third = nextChange(folded, second, 1);
    expect([first?.line, second?.line, third]).toEqual([11, 40, { path: "b.ts", side: "new", line: 0 }]);
    expect(nextChange(folded, third, 1)).toBeUndefined();
    expect(nextChange(folded, third, -1)).toEqual(second);
    expect(nextFile(folded, first, 1, (path) => path !== "b.ts")).toBeUndefined();
  });

  it("are selected on one side, within their file", () => {
    const range = { path: "a.ts", side: "new" as const, from: 12, to: 12 };
    const more = extended(walk, extended(walk, range, 1), 1);
    expect(more).toMatchObject({ from: 12, to: 41 });
    expect(extended(walk, more, 1)).toEqual(more);
  });

  it("are found again where they went", () => {
    const rows = rowsOf(one);
    expect(placeOf("a.ts", rows[rowAt(rows, { side: "new", line: 30 })] ?? nowhere)).toMatchObject({
      side: "new",
      line: 40,
    });
    expect(rowAt(rows, { side: "old", line: 900 })).toBe(rows.length - 1);
  });

  it("grow by those between hunks, which are asked for beside a hunk", () => {
    expect(gapsAround(one, "h1")).toEqual([
      { from: 1, to: 9, near: "end" },
      { from: 13, to: 39, near: "start" },
    ]);
    const wider = shown(
      "a.ts",
      one.patch?.hunks ?? [],
      new Map([
        [9, "nine"],
        [13, "thirteen"],
        [20, "apart"],
      ]),
    );
    expect(rowsOf(wider).map((row) => row.old ?? 0)).toEqual([9, 10, 11, 0, 12, 13, 40, 0, 0]);
    expect(gapsAround(wider, "h1")).toEqual([
      { from: 1, to: 8, near: "end" },
      { from: 14, to: 39, near: "start" },
    ]);
  });
});

describe("what the library is given", () => {
  it("has every line where its hunk says, and as many as it counts", () => {
    const data = metadataOf(shown("a.ts", one.patch?.hunks ?? [], new Map([[9, "nine"]])));
    expect(data.deletionLines).toEqual(["nine\n", "a\n", "b\n", "d\n", "x\n"]);
    expect(data.additionLines).toEqual(["nine\n", "a\n", "c\n", "d\n", "y\n", "z\n"]);
    expect(data.hunks[0]).toMatchObject({ collapsedBefore: 8, deletionStart: 9, deletionCount: 4, additionCount: 4 });
    expect(data.hunks[1]).toMatchObject({ collapsedBefore: 27, deletionLineIndex: 4, additionLineIndex: 4 });
    expect(data.unifiedLineCount).toBe(8 + 5 + 27 + 3);
  });

  it("has no line break at the end where the file has none, and names what hides", () => {
    const data = metadataOf(shown("a.ts", [hunk("h", 1, ["-a\u202e", "\\ No newline", "+b\r", "\\ No newline"])]));
    expect([data.deletionLines, data.additionLines]).toEqual([["a⟦U+202E⟧"], ["b⟦CR⟧"]]);
    expect(data.hunks[0]).toMatchObject({ noEOFCRDeletions: true, noEOFCRAdditions: true });
  });

  it("is of the one version that it was tried with", async () => {
    const wanted: unknown = JSON.parse(await readFile("package.json", "utf8"));
    const there: unknown = JSON.parse(await readFile("node_modules/@pierre/diffs/package.json", "utf8"));
    expect(wanted).toMatchObject({ devDependencies: { "@pierre/diffs": "1.6.4" } });
    expect(there).toMatchObject({ version: "1.6.4" });
  });
});

it("has what was removed above what was added in long blocks of long files only", () => {
  const rewritten = [
    ...Array.from({ length: 300 }, (_, at) => `-old ${String(at)}`),
    ...Array.from({ length: 400 }, () => "+new"),
  ];
  const file = shown("long.ts", [hunk("h1", 1, rewritten), hunk("h2", 900, [" a", "-b", "+c"])]);
  const [short] = metadataOf(file).hunks;
  expect(short?.hunkContent.map((block) => block.type === "change" && [block.deletions, block.additions])).toEqual([
    [300, 400],
  ]);
  const long = metadataOf({ ...file, ...(file.patch && { patch: { ...file.patch, lines: 7_000 } }) });
  expect(long.hunks.flatMap(({ hunkContent }) => hunkContent)).toEqual([
    { type: "change", deletions: 300, additions: 0, deletionLineIndex: 0, additionLineIndex: 0 },
    { type: "change", deletions: 0, additions: 400, deletionLineIndex: 300, additionLineIndex: 0 },
    { type: "context", lines: 1, deletionLineIndex: 300, additionLineIndex: 400 },
    { type: "change", deletions: 1, additions: 1, deletionLineIndex: 301, additionLineIndex: 401 },
  ]);
  expect([long.hunks[0]?.splitLineCount, long.hunks[0]?.unifiedLineCount]).toEqual([700, 700]);
  expect(long.lang).not.toBe("text");
});
