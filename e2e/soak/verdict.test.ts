import { describe, expect, it } from "vitest";
import type { Sample } from "./sample.ts";
import { judge, slope } from "./verdict.ts";

const flat: Sample = {
  minute: 0,
  finished: 0,
  rss: 150,
  heap: 60,
  fds: 50,
  threads: 20,
  processes: 30,
  db: 5,
  wal: 8,
  files: 20,
  outbox: 1_000,
  lagP99: 15,
  lagMax: 40,
};
const hour = (more: (minute: number) => Partial<Sample>) =>
  Array.from({ length: 121 }, (_, index) => ({ ...flat, minute: index / 2, finished: index * 5, ...more(index / 2) }));
const broken = (samples: readonly Sample[], bound: Parameters<typeof judge>[1][number]) =>
  judge(samples, [bound]).flatMap((line) => line.broken);

describe("the verdict on a soak", () => {
  it("finds the slope of a line under noise, and none in a single point", () => {
    const noisy = Array.from({ length: 100 }, (_, x) => [x, 3 * x + (x % 2 === 0 ? 5 : -5)] as const);
    expect(slope(noisy)).toBeCloseTo(3, 1);
    expect(slope([[1, 7]])).toBe(0);
  });

  it("calls what stays level flat", () => {
    const samples = hour((minute) => ({ rss: 150 + 10 * Math.sin(minute) }));
    expect(broken(samples, { of: "rss", unit: "MB", most: 260, perHour: 16 })).toEqual([]);
  });

  it("sees a slow leak that never reaches the highest that is allowed", () => {
    const samples = hour((minute) => ({ rss: 150 + minute * 0.5 }));
    expect(broken(samples, { of: "rss", unit: "MB", most: 260, perHour: 16 })).toEqual([
      "in an hour: 30.00 MB, at most 16 MB",
    ]);
  });

  it("lets the warm-up grow", () => {
    const samples = hour((minute) => ({ rss: minute < 15 ? 50 + minute * 10 : 200 }));
    expect(broken(samples, { of: "rss", unit: "MB", perHour: 16 })).toEqual([]);
  });

  it("holds what is kept on purpose to a bound for each workstream", () => {
    const samples = hour((minute) => ({ db: 5 + minute * 10 * 0.1 }));
    expect(broken(samples, { of: "db", unit: "MB", perFinished: 0.2 })).toEqual([]);
    expect(broken(samples, { of: "db", unit: "MB", perFinished: 0.05 })).toHaveLength(1);
  });

  it("does not read slopes into a few minutes, but holds the highest", () => {
    const samples = hour((minute) => ({ fds: 50 + minute * 10 })).slice(0, 10);
    expect(broken(samples, { of: "fds", unit: "", most: 200, perHour: 4 })).toEqual([]);
    expect(broken(samples, { of: "fds", unit: "", most: 60, perHour: 4 })).toHaveLength(1);
  });
});
