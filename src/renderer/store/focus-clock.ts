/** After this long without a key or pointer the human is taken to look elsewhere. Milliseconds. */
export const idleAfterMs = 30_000;

/**
 * How long each ask had the human's attention: the time it was the one in view, with the window visible and the human
 * not idle. Every command reports what its ask has cost so far and starts it again.
 */
export interface FocusClock {
  /** What is in view now: the id of a request or workstream, or nothing. */
  look(key: string | undefined): void;
  /** The human did something. */
  stir(): void;
  see(visible: boolean): void;
  /** Milliseconds spent on `key` since the last time they were taken. */
  take(key: string): number;
}

export function createFocusClock(now: () => number): FocusClock {
  const spent = new Map<string, number>();
  let looking: string | undefined;
  let visible = true;
  let mark = now();
  let stirred = now();

  function settle(): void {
    const time = now();
    const until = Math.min(time, stirred + idleAfterMs);
    if (looking !== undefined && visible && until > mark) spent.set(looking, (spent.get(looking) ?? 0) + until - mark);
    mark = time;
  }

  return {
    look(key) {
      if (key === looking) return;
      settle();
      looking = key;
    },
    stir() {
      settle();
      stirred = now();
    },
    see(isVisible) {
      settle();
      visible = isVisible;
    },
    take(key) {
      settle();
      const ms = spent.get(key) ?? 0;
      spent.delete(key);
      return Math.round(ms);
    },
  };
}
