import { ok, type Result } from "../../contract/errors.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import { isObjectId, type GitTools } from "./tools.ts";

export interface StartPoint {
  /** What `base` names. */
  readonly commit: string;
  /** Short names of the branches that exist below the folders. */
  readonly branches: readonly string[];
}

/**
 * What has to be known before worktrees are made, from one process: the commit a base names, and the branches below
 * folders of branches (`cox/w1`). Nothing is fetched.
 */
export async function startPoint(
  git: GitTools,
  at: Checkout,
  { base, folders }: { readonly base: string; readonly folders: readonly string[] },
): Promise<Result<StartPoint>> {
  const hostile = [base, ...folders].find((revision) => !isPlainRevision(revision));
  if (hostile !== undefined) return refuseRevision(hostile);
  const told = await git.run({
    at,
    args: [
      "rev-parse",
      `${base}^{commit}`,
      "--symbolic-full-name",
      ...folders.map((folder) => `--glob=refs/heads/${folder}/*`),
    ],
  });
  if (!told.ok) return told;
  const [commit = "", ...refs] = told.value.stdout.toString().trimEnd().split("\n");
  if (!isObjectId(commit)) return refuseRevision(base);
  return ok({ commit, branches: refs.map((ref) => ref.replace("refs/heads/", "")) });
}
