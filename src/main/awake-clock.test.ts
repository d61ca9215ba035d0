import { expect, it } from "vitest";
import { createAwakeClock } from "./awake-clock.ts";

it("counts the time in which somebody looks at it, and nothing of a long sleep", () => {
  let now = 500;
  const awake = createAwakeClock(() => now);
  expect(awake()).toBe(0);
  for (let beat = 0; beat < 120; beat += 1) {
    now += 500;
    awake();
  }
  expect(awake()).toBe(60_000);
  now += 8 * 3_600_000;
  expect(awake()).toBe(60_000);
  now += 500;
  expect(awake()).toBe(60_500);
});
