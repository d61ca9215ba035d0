import type { Check } from "../../contract/check.ts";
import { problemOf, type Problem } from "../../contract/errors.ts";

/** How long one look may take, in milliseconds: a git or a disk that hangs is to hold up nothing else. */
const lookMs = 10_000;

/** What a look found, within its time. One that takes longer, or throws, is told as a check of that name. */
export async function bounded(
  name: string,
  look: () => Promise<readonly Check[]>,
  ms: number = lookMs,
): Promise<readonly Check[]> {
  const late = Promise.withResolvers<readonly Check[]>();
  const timer = setTimeout(() => {
    const says = `no answer within ${ms / 1_000} s`;
    late.resolve([
      {
        name,
        state: "warning",
        says,
        next: "See whether the disk or the program hangs, then look again: `cox doctor`",
      },
    ]);
  }, ms);
  try {
    return await Promise.race([look(), late.promise]);
  } catch (thrown) {
    return [wrong(name, problemOf(thrown))];
  } finally {
    clearTimeout(timer);
  }
}

/** A failure as a check: what it says, why, and its next step. */
export function wrong(name: string, { message, cause, next }: Problem, state: Check["state"] = "wrong"): Check {
  const says = [message, cause?.trim().split("\n").at(-1)]
    .filter((text) => text !== undefined && text !== "")
    .join(" ");
  return { name, state, says: says.slice(0, 600), next };
}
