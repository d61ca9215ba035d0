import { fail, ok, type Result } from "../../contract/errors.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import { isObjectId, type GitTools } from "./tools.ts";

/** The commit where two histories parted; `NOT_FOUND` when they have nothing in common. */
export async function mergeBase(git: GitTools, at: Checkout, one: string, other: string): Promise<Result<string>> {
  const hostile = [one, other].find((revision) => !isPlainRevision(revision));
  if (hostile !== undefined) return refuseRevision(hostile);
  const answer = await git.text(at, ["merge-base", one, other]);
  if (answer.ok && isObjectId(answer.value.trim())) return ok(answer.value.trim());
  if (!answer.ok && answer.error.cause !== "git exited with code 1") return answer;
  return fail(
    "NOT_FOUND",
    `${one} and ${other} have no commit in common.`,
    "Choose a base that this branch was made from (in a shallow clone, run `git fetch --unshallow`).",
  );
}
