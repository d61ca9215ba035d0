/** The longest time between two looks at the clock that an engine at work lets pass, in milliseconds; its own beat is far shorter. */
const longestGap = 5_000;

/**
 * Milliseconds for which this process has been at work: `steady` (which nobody can set), without the gaps in which the machine
 * slept or the process was stopped. Has to be asked more often than every {@link longestGap}.
 */
export function createAwakeClock(steady: () => number): () => number {
  let last = steady();
  let awake = 0;
  return () => {
    const now = steady();
    if (now - last <= longestGap) awake += now - last;
    last = now;
    return awake;
  };
}
