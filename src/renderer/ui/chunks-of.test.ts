import { expect, it } from "vitest";
import { chunksOf, nothingCut, type ChunksRead } from "./chunks-of.ts";

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `line ${String(from + at)} of what a program prints\n`).join("");

const joined = ({ chunks }: ChunksRead): string => chunks.map(({ text }) => text).join("\n");

it("has all of the text, in chunks of whole lines", () => {
  const text = lines(0, 1_000);
  const read = chunksOf(nothingCut, text);
  expect(joined(read)).toBe(text);
  expect(read.chunks.length).toBeGreaterThan(5);
  expect(read.chunks.every(({ text: one }) => one.length < 4_100)).toBe(true);
  expect(joined(chunksOf(nothingCut, "one line"))).toBe("one line");
});

it("changes only the last chunk when text is appended", () => {
  const before = chunksOf(nothingCut, lines(0, 1_000));
  const after = chunksOf(before, lines(0, 1_010));
  expect(joined(after)).toBe(lines(0, 1_010));
  expect(after.chunks.slice(0, before.chunks.length - 1)).toEqual(before.chunks.slice(0, -1));
  expect(after.chunks[0]).toBe(before.chunks[0]);
});

it("changes only the first and the last chunk when the beginning is dropped as text is appended", () => {
  let read = chunksOf(nothingCut, lines(0, 1_000).slice(-20_000));
  const seen = new Set(read.chunks.map(({ key }) => key));
  for (let to = 1_001; to < 1_300; to += 1) {
    const text = lines(0, to).slice(-20_000);
    const next = chunksOf(read, text);
    expect(joined(next)).toBe(text);
    const known = new Map(read.chunks.map((chunk) => [chunk.key, chunk]));
    const redrawn = next.chunks.filter((chunk) => known.get(chunk.key)?.text !== chunk.text);
    expect(redrawn.length).toBeLessThanOrEqual(3);
    expect(new Set(next.chunks.map(({ key }) => key)).size).toBe(next.chunks.length);
    for (const { key } of next.chunks) seen.add(key);
    read = next;
  }
  expect(seen.size).toBeLessThan(12);
});

it("cuts another text anew, with other keys", () => {
  const before = chunksOf(nothingCut, lines(0, 1_000));
  const after = chunksOf(before, lines(5_000, 6_000));
  expect(joined(after)).toBe(lines(5_000, 6_000));
  expect(joined(chunksOf(after, ""))).toBe("");
});
