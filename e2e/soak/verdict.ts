import type { Sample } from "./sample.ts";

export type Measured = Exclude<keyof Sample, "minute" | "finished">;

/** What must hold of one figure. */
export interface Bound {
  readonly of: Measured;
  readonly unit: string;
  /** At every look. */
  readonly most?: number;
  /** What it may grow by in an hour, as the line of least squares has it. */
  readonly perHour?: number;
  /** What it may grow by for each workstream that was put away, where that is kept on purpose. */
  readonly perFinished?: number;
}

export interface Line {
  readonly bound: Bound;
  readonly first: number;
  readonly last: number;
  readonly highest: number;
  readonly perHour: number;
  readonly perFinished: number;
  readonly broken: readonly string[];
}

/** The slope of the line of least squares through the points; 0 where they say nothing. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (pick: 0 | 1) => points.reduce((sum, point) => sum + point[pick], 0) / points.length;
  const [middleX, middleY] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
  if (spread === 0) return 0;
  return points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0) / spread;
}

/**
 * Holds what was seen to the bounds. Slopes are taken after the warm-up (the first quarter), and judged only where what is
 * left covers at least `judgedMinutes`: over a shorter time they are noise.
 */
export function judge(samples: readonly Sample[], bounds: readonly Bound[], judgedMinutes = 20): Line[] {
  const whole = samples.at(-1)?.minute ?? 0;
  const warm = samples.filter(({ minute }) => minute >= whole / 4);
  const judgesSlopes = whole - (warm[0]?.minute ?? whole) >= judgedMinutes;
  return bounds.map((bound) => {
    const { of, unit } = bound;
    const highest = Math.max(...samples.map((sample) => sample[of]));
    const perHour = slope(warm.map((sample) => [sample.minute, sample[of]])) * 60;
    const perFinished = slope(warm.map((sample) => [sample.finished, sample[of]]));
    const broken = [
      ...over("highest", highest, bound.most, unit),
      ...(judgesSlopes ? over("in an hour", perHour, bound.perHour, unit) : []),
      ...(judgesSlopes ? over("for each workstream put away", perFinished, bound.perFinished, unit) : []),
    ];
    return {
      bound,
      first: samples[0]?.[of] ?? 0,
      last: samples.at(-1)?.[of] ?? 0,
      highest,
      perHour,
      perFinished,
      broken,
    };
  });
}

function over(what: string, value: number, most: number | undefined, unit: string): string[] {
  if (most === undefined || value <= most) return [];
  return [`${what}: ${value.toFixed(2)} ${unit}, at most ${most} ${unit}`];
}
