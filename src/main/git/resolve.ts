import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Checkout } from "./run.ts";
import { isObjectId, type GitTools } from "./tools.ts";

/**
 * Whether a revision may be handed to git: nothing that reads as an option, a range, a path in a commit, a reflog entry
 * or a search, and no character that a ref may not have.
 */
export function isPlainRevision(revision: string): boolean {
  return (
    revision.length <= 400 && /^[^-\s^:?*[\\\p{Cc}][^\s^:?*[\\\p{Cc}]*$/u.test(revision) && !/\.\.|@\{/.test(revision)
  );
}

export function refuseRevision(revision: string): Result<never> {
  return fail(
    "BAD_REQUEST",
    `${JSON.stringify(revision.slice(0, 100))} is not a revision that can be used here.`,
    "Name a branch, a tag or a commit id.",
  );
}

/** The commit a branch, tag or id names. */
export async function resolve(git: GitTools, at: Checkout, revision: string): Promise<Result<string>> {
  if (!isPlainRevision(revision)) return refuseRevision(revision);
  const answer = await git.text(at, ["rev-parse", "--verify", `${revision}^{commit}`]);
  if (!answer.ok) return answer;
  const id = answer.value.trim();
  return isObjectId(id) ? ok(id) : refuseRevision(revision);
}

/** The commit that is checked out; `NOT_FOUND` when there is none yet. */
export async function head(git: GitTools, at: Checkout): Promise<Result<string>> {
  return resolve(git, at, "HEAD");
}
