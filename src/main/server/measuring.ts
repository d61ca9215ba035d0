import { problemOf } from "../../contract/errors.ts";
import type { MeasureFrame } from "../../contract/worktrees.ts";
import type { Engine } from "../engine.ts";
import { callError } from "./access.ts";

/** Tells how far a measurement is, at most some times a second, and then what came of it. It ends when its reader goes away. */
export async function* tellMeasuring(
  measure: Engine["disk"]["measure"],
  caller: AbortSignal | undefined,
): AsyncGenerator<MeasureFrame, void, void> {
  const gone = new AbortController();
  let newest: MeasureFrame | undefined;
  let ended = false;
  let wake = () => {};
  const signal = caller === undefined ? gone.signal : AbortSignal.any([caller, gone.signal]);
  const measured = measure((progress) => {
    newest = { kind: "progress", ...progress };
    wake();
  }, signal);
  const end = () => {
    ended = true;
    wake();
  };
  measured.then(end, end);
  try {
    while (!ended) {
      await new Promise<void>((resolve) => (wake = resolve));
      const frame = newest;
      newest = undefined;
      if (frame !== undefined && !ended) yield frame;
      await new Promise((resolve) => setTimeout(resolve, ended ? 0 : everyMs));
    }
    yield { kind: "done", use: await measured };
  } catch (thrown) {
    throw callError(problemOf(thrown));
  } finally {
    gone.abort();
  }
}

const everyMs = 100;
