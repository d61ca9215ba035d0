import { expect, it } from "vitest";
import type { Item, ItemBody } from "../../contract/items.ts";
import { firstHunk, lastLines } from "./last-lines.ts";

const said = (...bodies: ItemBody[]): Item[] =>
  bodies.map((body, at) => ({ id: `i${String(at)}`, workstreamId: "w00000001", ordinal: at + 1, at: 0, body }));

it("has the last lines of what was said and done, and not the thoughts before them", () => {
  const items = said(
    { kind: "reasoning", text: "hm" },
    { kind: "command", command: "npm test\n--all", folder: "/", status: "failed", output: "one\n\ntwo\n", exitCode: 1 },
    { kind: "message", text: "Two of them fail." },
  );
  expect(lastLines(items, 10)).toEqual(["$ npm test → 1", "one", "two", "Two of them fail."]);
  expect(lastLines(items, 2)).toEqual(["two", "Two of them fail."]);
});

it("has the first change that is shown, with its file", () => {
  const file = { change: "modified" as const, binary: false, added: 1, removed: 1 };
  const hunk = { id: "h", oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, section: "", lines: "-old\n+new" };
  const patches = new Map([
    ["lock", { path: "lock", id: "1", hunks: [], folded: "lock" as const, lines: 9 }],
    ["a", { path: "a", id: "2", hunks: [hunk, hunk], lines: 2 }],
  ]);
  const files = ["lock", "a"].map((path) => ({ path, ...file }));
  expect(firstHunk({ files, patches }, 5)).toEqual({ path: "a", lines: ["-old", "+new"] });
  expect(firstHunk({ files, patches }, 1)?.lines).toEqual(["-old"]);
  expect(firstHunk({ files, patches: new Map() }, 5)).toBeUndefined();
});
