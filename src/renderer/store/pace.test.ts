import { expect, it } from "vitest";
import { createPace } from "./pace.ts";

function stand() {
  let time = 1_000;
  const frames: (() => void)[] = [];
  const after: (() => void)[] = [];
  const waiting: { readonly run: () => void; readonly ms: number }[] = [];
  const pace = createPace({
    now: () => time,
    nextFrame: (run) => void frames.push(run),
    afterFrame: (run) => void after.push(run),
    wait: (run, ms) => void waiting.push({ run, ms }),
  });
  const draw = (ms: number): void => {
    frames.shift()?.();
    time += ms;
    after.shift()?.();
  };
  return { pace, draw, waiting, frames, pass: (ms: number) => (time += ms) };
}

it("draws the first at once, and the next no sooner than 33 ms after it", () => {
  const { pace, draw, waiting, frames, pass } = stand();
  let drawn = 0;
  pace(() => (drawn += 1));
  draw(3);
  expect(drawn).toBe(1);
  pace(() => (drawn += 1));
  expect(frames).toEqual([]);
  expect(waiting.map(({ ms }) => ms)).toEqual([30]);
  pass(30);
  waiting.shift()?.run();
  draw(3);
  expect(drawn).toBe(2);
});

it("waits for twice as long as the last took to draw", () => {
  const { pace, draw, waiting } = stand();
  pace(() => {});
  draw(80);
  pace(() => {});
  expect(waiting.map(({ ms }) => ms)).toEqual([160]);
});
