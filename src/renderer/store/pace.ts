/** Text that streams is drawn at most so often, in milliseconds: faster than anybody reads, and every other picture at most. */
const shortest = 33;
/** However much there is to draw, the hands find the window free for most of the time. */
const idleShare = 2;

export interface PaceDeps {
  readonly now: () => number;
  readonly nextFrame: (run: () => void) => void;
  /** Runs once what was drawn is through. */
  readonly afterFrame: (run: () => void) => void;
  readonly wait: (run: () => void, ms: number) => void;
}

/**
 * Runs what it is given with the next picture, but not more often than is good for the window: after one that took long to draw
 * it waits for twice as long as that took.
 */
export function createPace({ now, nextFrame, afterFrame, wait }: PaceDeps): (run: () => void) => void {
  let free = 0;
  return (run) => {
    const draw = (): void =>
      nextFrame(() => {
        const began = now();
        run();
        free = began + shortest;
        afterFrame(() => (free = Math.max(free, now() + idleShare * (now() - began))));
      });
    const left = free - now();
    if (left <= 0) draw();
    else wait(draw, left);
  };
}
