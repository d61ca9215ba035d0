import { fail, type Result } from "../../contract/errors.ts";
import type { Clock } from "./crew.ts";

/** The answer of `work`, or `TIMED_OUT` with `sentence` after `ms` milliseconds. A value that comes later is handed to `late`. */
export function withinTime<T>(
  clock: Clock,
  ms: number,
  work: Promise<Result<T>>,
  sentence: string,
  late: (value: T) => void = () => undefined,
): Promise<Result<T>> {
  return new Promise((resolve, reject) => {
    let over = false;
    const stop = clock.every(ms, () => {
      stop();
      over = true;
      resolve(fail("TIMED_OUT", sentence, "It is tried again; `cox doctor` looks at what may be wrong."));
    });
    work.then(
      (result) => {
        stop();
        if (!over) resolve(result);
        else if (result.ok) late(result.value);
      },
      (thrown: unknown) => {
        stop();
        reject(thrown);
      },
    );
  });
}
