import { setTimeout as sleep } from "node:timers/promises";
import type { Result } from "../../contract/errors.ts";

const tries = 5;
const pauseMs = 20;

/**
 * Asks again when git stumbled over a worktree that somebody was registering or removing at that moment: it reads all
 * registrations, and dies of one that is half written. Only for questions, which may be asked twice.
 */
export async function readRegistry<T>(ask: () => Promise<Result<T>>): Promise<Result<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask();
    if (answer.ok || attempt === tries || !halfWritten.test(answer.error.cause ?? "")) return answer;
    await sleep(pauseMs);
  }
}

const halfWritten = /failed to read .*commondir/;
