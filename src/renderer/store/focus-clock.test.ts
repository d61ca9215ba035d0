import { expect, it } from "vitest";
import { createFocusClock, idleAfterMs } from "./focus-clock.ts";

function stand() {
  let time = 0;
  const clock = createFocusClock(() => time);
  return { clock, pass: (ms: number) => (time += ms) };
}

it("counts the time an ask is in view", () => {
  const { clock, pass } = stand();
  clock.look("r1");
  pass(4_000);
  expect(clock.take("r1")).toBe(4_000);
  expect(clock.take("r1")).toBe(0);
});

it("adds up several looks and keeps asks apart", () => {
  const { clock, pass } = stand();
  clock.look("r1");
  pass(1_000);
  clock.look("r2");
  pass(2_000);
  clock.look("r1");
  pass(500);
  expect(clock.take("r1")).toBe(1_500);
  expect(clock.take("r2")).toBe(2_000);
});

it("does not count while the window is hidden", () => {
  const { clock, pass } = stand();
  clock.look("r1");
  pass(1_000);
  clock.see(false);
  pass(60_000);
  clock.see(true);
  clock.stir();
  pass(1_000);
  expect(clock.take("r1")).toBe(2_000);
});

it("stops counting when the human does nothing, and goes on when they stir", () => {
  const { clock, pass } = stand();
  clock.look("r1");
  pass(10 * 60_000);
  clock.stir();
  pass(1_000);
  expect(clock.take("r1")).toBe(idleAfterMs + 1_000);
});
