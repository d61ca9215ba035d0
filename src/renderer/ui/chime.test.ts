import { expect, it } from "vitest";
import { createChime } from "./chime.ts";

it("sounds at most once in ten seconds, and opens the speaker once", () => {
  let time = 0;
  let opened = 0;
  const started: number[] = [];
  const gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
  const node = { connect: () => node, gain, frequency: { value: 0 }, start: () => started.push(time), stop() {} };
  const context = {
    currentTime: 0,
    destination: node,
    resume: () => Promise.resolve(),
    createOscillator: () => node,
    createGain: () => node,
  };
  const open = (): AudioContext => {
    opened += 1;
    return context as unknown as AudioContext;
  };
  const chime = createChime(open, () => time);
  for (time of [0, 4_000, 9_999, 10_000, 12_000]) chime.sound();
  expect([opened, started]).toEqual([1, [0, 0, 10_000, 10_000]]);
});
