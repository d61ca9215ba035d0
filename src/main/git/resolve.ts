import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Checkout } from "./run.ts";
import { isObjectId, type GitTools } from "./tools.ts";

/**
 * Whether a revision may be handed to git: nothing that reads as an option, a range, a path in a commit, a reflog entry
 * or a search, and no character that a ref may not have (git-check-ref-format(1)).
 */
export function isPlainRevision(revision: string): boolean {
  return isPlainName(revision) && !revision.startsWith("-");
}

/** The same for the name of a branch, which is safe behind `refs/heads/` also where it begins with a dash. */
export function isPlainName(name: string): boolean {
  return name.length <= 400 && /^[^ ^~:?*[\\\p{Cc}]+$/u.test(name) && !/\.\.|@\{/.test(name);
}

export function refuseRevision(revision: string): Result<never> {
  return fail(
    "BAD_REQUEST",
    `${JSON.stringify(revision.slice(0, 100))} is not a revision that can be used here.`,
    "Name a branch, a tag or a commit id.",
  );
}

/** The commit a branch, tag or id names; a branch goes first, except that `HEAD` is what is checked out. */
export async function resolve(git: GitTools, at: Checkout, revision: string): Promise<Result<string>> {
  if (!isPlainName(revision)) return refuseRevision(revision);
  if (revision !== "HEAD") {
    const branch = await git.text(at, ["rev-parse", "--verify", `refs/heads/${revision}^{commit}`]);
    if (branch.ok) return ok(branch.value.trim());
  }
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
