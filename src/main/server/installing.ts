import { problemOf } from "../../contract/errors.ts";
import type { InstallFrame } from "../../contract/procedures.ts";
import { callError } from "./access.ts";

/** Lines that may wait for a slow reader; of more, the newest. */
const maxWaiting = 200;

/**
 * Tells what an installation says while it runs, and then what it installed. The installation is ended by the signal it is
 * given, when its reader goes away.
 */
export async function* tellInstalling(
  install: (
    onProgress: (line: string) => void,
    signal: AbortSignal,
  ) => Promise<Omit<InstallFrame & { kind: "found" }, "kind">>,
  caller: AbortSignal | undefined,
): AsyncGenerator<InstallFrame, void, void> {
  const gone = new AbortController();
  const lines: string[] = [];
  let ended = false;
  let wake = () => {};
  const hear = (line: string) => {
    lines.push(line);
    if (lines.length > maxWaiting) lines.shift();
    wake();
  };
  const installed = install(hear, caller === undefined ? gone.signal : AbortSignal.any([caller, gone.signal]));
  const end = () => {
    ended = true;
    wake();
  };
  installed.then(end, end);
  try {
    while (true) {
      const line = lines.shift();
      if (line !== undefined) yield { kind: "line", line };
      else if (ended) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    const { program, version } = await installed;
    yield { kind: "found", program, version };
  } catch (thrown) {
    throw callError(problemOf(thrown));
  } finally {
    gone.abort();
  }
}
