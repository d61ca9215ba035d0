import { describe, expect, it } from "vitest";
import type { ChangedFile, FilePatch } from "../../contract/diffs.ts";
import type { Anchor, Review, ReviewThread } from "../../contract/review.ts";
import type { DiffRead } from "./diff-state.ts";
import { fateOf, marksOf, progressIn, unitsIn, unviewedOf, type Mark } from "./review-marks.ts";

function file(path: string, previousPath?: string): ChangedFile {
  const moved = previousPath === undefined ? {} : { previousPath };
  return { path, ...moved, change: "modified", binary: false, added: 1, removed: 1 };
}

function patch(path: string, ...hunks: readonly (readonly string[])[]): FilePatch {
  return {
    path,
    id: `file:${path}`,
    lines: hunks.flat().length,
    hunks: hunks.map((lines, at) => ({
      id: `${path}:${String(at)}`,
      oldStart: 1 + at * 100,
      oldLines: lines.filter((line) => !line.startsWith("+")).length,
      newStart: 1 + at * 100,
      newLines: lines.filter((line) => !line.startsWith("-")).length,
      section: "",
      lines: lines.join("\n"),
    })),
  };
}

function read(files: readonly ChangedFile[], ...patches: readonly FilePatch[]): DiffRead {
  return {
    wanted: { since: "base", whitespace: true },
    base: "0a",
    head: "4f",
    files,
    unlisted: 0,
    patches: new Map(patches.map((one) => [one.path, one])),
    between: new Map(),
    whole: true,
    truncated: false,
  };
}

const on = (path: string, first: number, text: string): Anchor => ({
  path,
  side: "new",
  first,
  last: first,
  excerpt: [text],
  before: [],
  after: [],
});
const thread = (number: number, anchor: Anchor): ReviewThread => ({
  number,
  anchor,
  state: "open",
  entries: [{ by: "human", text: "Why?", at: 1 }],
});
const telling = "const answer = theWholeAnswer();";

describe("what was said of a diff", () => {
  it("stands in the order of the diff, and what is gone from it last", () => {
    const diff = read(
      [file("b.ts"), file("a.ts")],
      patch("b.ts", [" x", `+${telling}`]),
      patch("a.ts", [`+${telling}`]),
    );
    const threads = [
      thread(1, on("a.ts", 9, telling)),
      thread(2, on("b.ts", 1, "it was taken back again")),
      thread(3, on("b.ts", 1, telling)),
    ];
    expect(marksOf(threads, [], diff).map(({ id, standing }) => [id, standing])).toEqual([
      ["thread-3", { kind: "here", path: "b.ts", side: "new", first: 2, last: 2 }],
      ["thread-1", { kind: "here", path: "a.ts", side: "new", first: 1, last: 1 }],
      ["thread-2", { kind: "gone" }],
    ]);
  });

  it("follows a file that was moved", () => {
    const diff = read([file("new.ts", "old.ts")], patch("new.ts", [`+${telling}`]));
    const [mark] = marksOf([thread(1, on("old.ts", 4, telling))], [], diff);
    expect(mark?.standing).toMatchObject({ kind: "here", path: "new.ts", first: 1 });
  });

  it("is not called gone while its lines are not shown", () => {
    const folded: FilePatch = { ...patch("a.ts"), folded: "huge" };
    const cut: FilePatch = { ...patch("b.ts", ["+x"]), cut: true };
    const about = [
      thread(1, on("a.ts", 1, telling)),
      thread(2, on("b.ts", 1, telling)),
      thread(3, on("c.ts", 1, telling)),
    ];
    const kinds = (diff: DiffRead) => marksOf(about, [], diff).map(({ standing }) => standing.kind);
    expect(kinds(read([file("a.ts"), file("b.ts")], folded, cut))).toEqual(["unshown", "unshown", "gone"]);
    expect(kinds({ ...read([]), whole: false })).toEqual(["unshown", "unshown", "unshown"]);
  });

  it("has a receipt: on its way, delivered, touched since, dropped", () => {
    const sent: Review = {
      id: "v00000001",
      wordsId: "m00000001",
      at: 1,
      summary: "",
      threads: [1],
      delivery: "accepted",
    };
    const mark = (kind: "here" | "gone"): Mark => ({
      id: "thread-1",
      anchor: on("a.ts", 1, telling),
      thread: thread(1, on("a.ts", 1, telling)),
      standing: kind === "gone" ? { kind } : { kind, path: "a.ts", side: "new", first: 1, last: 1 },
    });
    const delivered: Review = { ...sent, delivery: "delivered", turn: 4 };
    expect(fateOf(mark("here"), [])).toBe("");
    expect(fateOf(mark("here"), [sent])).toBe("accepted, on its way");
    expect(fateOf(mark("here"), [delivered])).toBe("delivered in turn 4, not touched since");
    expect(fateOf(mark("gone"), [delivered])).toBe("delivered in turn 4, touched since");
    expect(fateOf(mark("here"), [{ ...sent, delivery: "dropped", why: "It was stopped." }])).toBe(
      "not delivered: It was stopped.",
    );
  });
});

describe("what can be viewed", () => {
  const diff = read([file("a.ts"), file("b.png")], patch("a.ts", [" a", "-b", "+c"], [" d", "+e"]), patch("b.png"));

  it("is each hunk at its first changed line, and a file without hunks at its head", () => {
    expect(unitsIn(diff)).toEqual([
      { key: "a.ts:0", path: "a.ts", side: "old", line: 2 },
      { key: "a.ts:1", path: "a.ts", side: "new", line: 102 },
      { key: "file:b.png", path: "b.png", side: "new", line: 0 },
    ]);
  });

  it("leaves what was viewed out where only the rest is wanted", () => {
    const viewed = new Set(["a.ts:0", "file:b.png"]);
    expect([...progressIn(diff, viewed)]).toEqual([
      ["a.ts", { viewed: 1, total: 2 }],
      ["b.png", { viewed: 1, total: 1 }],
    ]);
    const rest = unviewedOf(diff, viewed);
    expect(rest.files.map(({ path }) => path)).toEqual(["a.ts"]);
    expect(rest.patches.get("a.ts")?.hunks.map(({ id }) => id)).toEqual(["a.ts:1"]);
  });
});
