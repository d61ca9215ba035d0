import { StringDecoder } from "node:string_decoder";
import { ok, type Result } from "../../contract/errors.ts";
import type { Command, Confines, Started } from "./confines.ts";

export interface RunRequest {
  readonly command: Command;
  readonly confines: Confines | "unconfined";
  readonly timeoutMs: number;
  /** Characters handed to `onOutput` before the rest is only counted; default one million. */
  readonly maxOutput?: number;
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** How a command ended; whether that is a failure is for the caller to say. */
export interface Outcome {
  /** Null when it was ended by a signal. */
  readonly exitCode: number | null;
  readonly ended: "by itself" | "timed out" | "cancelled";
  /** The last of what it printed, standard output and error together. */
  readonly tail: string;
  readonly characters: number;
}

const tailCharacters = 16_000;
const graceMs = 2_000;

/** Runs a command with limits on time and output. When it is over, by whatever way, so is everything it started. */
export async function runToEnd(
  start: (command: Command, confines: Confines | "unconfined") => Promise<Result<Started>>,
  request: RunRequest,
): Promise<Result<Outcome>> {
  const { signal, timeoutMs } = request;
  if (isAborted(signal)) return ok({ exitCode: null, ended: "cancelled", tail: "", characters: 0 });
  const started = await start(request.command, request.confines);
  if (!started.ok) return started;
  const { stdin } = started.value;
  stdin.end();
  const output = gather(started.value, request);
  let how: Outcome["ended"] = "by itself";
  const end = (why: Outcome["ended"]) => {
    if (how !== "by itself") return;
    how = why;
    void started.value.end(graceMs);
  };
  const timer = setTimeout(() => end("timed out"), timeoutMs);
  const cancel = () => end("cancelled");
  signal?.addEventListener("abort", cancel, { once: true });
  if (isAborted(signal)) cancel();
  const exitCode = await started.value.ended;
  clearTimeout(timer);
  signal?.removeEventListener("abort", cancel);
  return ok({ exitCode: how === "by itself" ? exitCode : null, ended: how, ...output() });
}

/** Asked anew after every wait, which the compiler cannot know of a field. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function gather({ stdout, stderr }: Started, { onOutput, maxOutput = 1_000_000 }: RunRequest) {
  let tail = "";
  let characters = 0;
  function take(text: string): void {
    const room = maxOutput - characters;
    if (room > 0 && text !== "") onOutput?.(text.slice(0, room));
    characters += text.length;
    tail = (tail + text).slice(-tailCharacters);
  }
  for (const stream of [stdout, stderr]) {
    const decoder = new StringDecoder("utf8");
    stream.on("data", (bytes: Buffer) => take(decoder.write(bytes)));
  }
  return () => ({ tail, characters });
}
