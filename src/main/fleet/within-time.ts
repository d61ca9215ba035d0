import { fail, type Result } from "../../contract/errors.ts";
import type { Clock } from "./crew.ts";

/** The answer of `work`, or `TIMED_OUT` with `sentence` after `ms` milliseconds. A value that comes later is handed to `late`. */
export async function withinTime<T>(
  clock: Clock,
  ms: number,
  work: Promise<Result<T>>,
  sentence: string,
  late: (value: T) => void = () => undefined,
): Promise<Result<T>> {
  const { promise: over, resolve: giveUp } = Promise.withResolvers<"over">();
  const stop = clock.every(ms, () => giveUp("over"));
  try {
    const first = await Promise.race([work, over]);
    if (first !== "over") return first;
  } finally {
    stop();
  }
  void work.then(
    (result) => (result.ok ? late(result.value) : undefined),
    () => undefined,
  );
  return fail("TIMED_OUT", sentence, "It is tried again; `cox doctor` looks at what may be wrong.");
}
