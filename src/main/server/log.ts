import { appendFile, mkdir, rename, stat } from "node:fs/promises";
import path from "node:path";
import { problemSchema } from "../../contract/errors.ts";

/** Above this the log is put aside and a new one begun, in bytes; one older log is kept. */
const longestLog = 5_000_000;
/** Lines that may wait to be written. */
const maxWaiting = 1_000;

export interface Log {
  readonly write: (message: string, cause?: unknown) => void;
  /** Resolves when everything is on disk. */
  readonly settled: () => Promise<void>;
}

/** `logs/engine.log` of a home: a line for each thing nobody was waiting to be told. What cannot be written is lost. */
export function createLog(home: string, clock: () => number): Log {
  const file = path.join(home, "logs", "engine.log");
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    while (waiting.length > 0) {
      const lines = waiting.join("");
      waiting = [];
      // One writer, in order.
      await appendFile(file, lines, { mode: 0o600 });
      if ((await stat(file)).size > longestLog) await rename(file, `${file}.1`);
    }
  }

  return {
    write(message, cause) {
      if (waiting.length >= maxWaiting) return;
      const told = {
        at: new Date(clock()).toISOString(),
        message,
        ...(cause === undefined ? {} : { cause: textOf(cause) }),
      };
      waiting.push(`${JSON.stringify(told)}\n`);
      writing ??= drain()
        .catch(() => undefined)
        .finally(() => (writing = undefined));
    },
    settled: () => writing ?? Promise.resolve(),
  };
}

function textOf(cause: unknown): string {
  if (cause instanceof Error) return (cause.stack ?? cause.message).slice(0, 8_000);
  const { success, data: problem } = problemSchema.safeParse(cause);
  if (success) return [problem.message, problem.cause].filter((text) => text !== undefined).join("\n");
  return String(cause).slice(0, 8_000);
}
