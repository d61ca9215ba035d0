import { expect, it } from "vitest";
import { itemTextLimit } from "../../contract/items.ts";
import { createStreams } from "./streams.ts";

function stand() {
  const frames: (() => void)[] = [];
  const streams = createStreams((run) => void frames.push(run));
  let told = 0;
  streams.subscribe("a", () => (told += 1));
  return { streams, frames, drawFrame: () => frames.shift()?.(), told: () => told };
}

it("tells once for each picture, however much came", () => {
  const { streams, drawFrame, told } = stand();
  for (const text of ["one ", "two ", "three"]) streams.append("a", text, "beginning");
  expect(told()).toBe(0);
  drawFrame();
  expect(told()).toBe(1);
  expect(streams.text("a")).toBe("one two three");
});

it("keeps the beginning of what is said, and is silent once it is full", () => {
  const { streams, frames, drawFrame } = stand();
  streams.append("a", `first${"x".repeat(itemTextLimit)}`, "beginning");
  drawFrame();
  streams.append("a", "more", "beginning");
  expect(frames).toEqual([]);
  expect(streams.text("a")).toHaveLength(itemTextLimit);
  expect(streams.text("a").startsWith("first")).toBe(true);
});

it("keeps the end of what a program prints", () => {
  const { streams } = stand();
  streams.append("a", "x".repeat(itemTextLimit), "end");
  streams.append("a", "last", "end");
  expect(streams.text("a")).toHaveLength(itemTextLimit);
  expect(streams.text("a").endsWith("last")).toBe(true);
});
