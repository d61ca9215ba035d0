import { fail, ok, type Result } from "../../contract/errors.ts";
import type { By } from "../storage/journal.ts";

const minute = 60_000;

/**
 * Lets an author do so much of a kind in any minute, and refuses the rest with a typed failure; the human has no pace to keep.
 * `times` are those let through lately; this one is added.
 */
export function keepPace(
  { actor }: By,
  times: number[],
  now: number,
  { most, what }: { readonly most: number; readonly what: string },
): Result<void> {
  if (actor.kind !== "workstream") return ok(undefined);
  while (times[0] !== undefined && times[0] <= now - minute) times.shift();
  if (times.length >= most) {
    const next = "Go on without, and say it together with the next one in a minute.";
    return fail("TOO_MANY", `${most} ${what} in a minute are enough.`, next);
  }
  times.push(now);
  return ok(undefined);
}
