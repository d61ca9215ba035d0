import { ok, type Result } from "../../contract/errors.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import { isObjectId, type GitTools } from "./tools.ts";

export interface StartPoint {
  /** What `base` names. */
  readonly commit: string;
  /** Short names of the branches that exist below the folder. */
  readonly branches: readonly string[];
}

/**
 * What has to be known before a worktree is made, from one process: the commit a base names, and the branches below a
 * folder of branches (`cox/w1`). Nothing is fetched.
 */
export async function startPoint(
  git: GitTools,
  at: Checkout,
  { base, folder }: { readonly base: string; readonly folder: string },
): Promise<Result<StartPoint>> {
  const hostile = [base, folder].find((revision) => !isPlainRevision(revision));
  if (hostile !== undefined) return refuseRevision(hostile);
  const told = await git.run({
    at,
    args: ["rev-parse", `${base}^{commit}`, "--symbolic-full-name", `--glob=refs/heads/${folder}/*`],
  });
  if (!told.ok) return told;
  const [commit = "", ...refs] = told.value.stdout.toString().trimEnd().split("\n");
  if (!isObjectId(commit)) return refuseRevision(base);
  return ok({ commit, branches: refs.map((ref) => ref.replace("refs/heads/", "")) });
}
