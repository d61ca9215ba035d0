import { unrolledSteps, type Step } from "./scenario.ts";

/** `instant` never waits; `lively` takes a person's time, so that fifteen threads look alive. */
export type Pace = "instant" | "lively";

/** Longest piece of text one delta carries, in characters. */
const deltaLength = { instant: 400, lively: 24 } as const;
/** Bounds of what a lively scenario takes in all, in milliseconds. */
const wholeScenario = { least: 20_000, most: 90_000 };
/** The same for the turns after it, which are short. */
const laterTurn = { least: 1_500, most: 5_000 };

export interface Delta {
  readonly text: string;
  /** Wait before it, in milliseconds. */
  readonly waitMs: number;
}

export interface TurnPace {
  /** How long to think before a step that streams no text. */
  thinkMs(): number;
  /** A step's text cut into pieces; their waits add up to one step's time. */
  deltas(text: string): Delta[];
}

/** The pace of one turn. The same seed and steps give the same waits, whatever runs beside them. */
export function paceTurn(pace: Pace, seed: number, steps: readonly Step[], kind: "scenario" | "later"): TurnPace {
  if (pace === "instant") {
    return {
      thinkMs: () => 0,
      deltas: (text) => pieces(text, deltaLength.instant).map((piece) => ({ text: piece, waitMs: 0 })),
    };
  }
  const random = seededRandom(seed);
  const { least, most } = kind === "scenario" ? wholeScenario : laterTurn;
  // Jitter stays symmetric round one and the range is drawn in from both ends, so the sum stays inside it.
  const jitter = () => 0.7 + 0.6 * random();
  const whole = least / 0.7 + random() * (most / 1.3 - least / 0.7);
  const each = whole / Math.max(1, unrolledSteps(steps));
  return {
    thinkMs: () => each * jitter(),
    deltas(text) {
      const cut = pieces(text, deltaLength.lively);
      const stepMs = each * jitter();
      return cut.map((piece) => ({ text: piece, waitMs: stepMs / cut.length }));
    },
  };
}

/** Mulberry32: small, fast, and the same on every machine. Numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** FNV-1a over the parts: one seed out of many, so that each thread of a run differs from the next yet repeats. */
export function seedFrom(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of parts.join("\0")) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash;
}

function pieces(text: string, length: number): string[] {
  const cut: string[] = [];
  let rest = text;
  while (rest.length > length) {
    const space = rest.lastIndexOf(" ", length);
    const end = splitsPair(rest, space > 0 ? space + 1 : length);
    cut.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  if (rest.length > 0) cut.push(rest);
  return cut;
}

/** Never cuts between the two halves of a surrogate pair. */
function splitsPair(text: string, at: number): number {
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff ? at + 1 : at;
}
