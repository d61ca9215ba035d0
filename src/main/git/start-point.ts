import { ok, type Result } from "../../contract/errors.ts";
import { isPlainName, refuseRevision, resolve } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

export interface StartPoint {
  /** What `base` names. */
  readonly commit: string;
  /** Short names of the branches that exist below the folders. */
  readonly branches: readonly string[];
}

/**
 * What has to be known before worktrees are made, from one process as a rule: the commit a base names, and the branches
 * below folders of branches (`cox/w1`). A branch goes before a tag, and before an object id, of its name. Nothing is fetched.
 */
export async function startPoint(
  git: GitTools,
  at: Checkout,
  { base, folders }: { readonly base: string; readonly folders: readonly string[] },
): Promise<Result<StartPoint>> {
  const hostile = [base, ...folders].find((name) => !isPlainName(name));
  if (hostile !== undefined) return refuseRevision(hostile);
  const wanted = `refs/heads/${base}`;
  const told = await git.run({
    at,
    args: [
      "for-each-ref",
      "--format=%(objectname) %(refname)",
      wanted,
      ...folders.map((folder) => `refs/heads/${folder}/`),
    ],
  });
  if (!told.ok) return told;
  const refs = told.value.stdout.toString().trimEnd().split("\n").map(commitAndRef);
  const commit = await commitOf(git, at, base, refs.find(({ ref }) => ref === wanted)?.commit);
  if (!commit.ok) return commit;
  const branches = refs
    .filter(({ ref }) => folders.some((folder) => ref.startsWith(`refs/heads/${folder}/`)))
    .map(({ ref }) => ref.replace("refs/heads/", ""));
  return ok({ commit: commit.value, branches });
}

function commitAndRef(line: string): { readonly commit: string; readonly ref: string } {
  const space = line.indexOf(" ");
  return { commit: line.slice(0, space), ref: line.slice(space + 1) };
}

/** `HEAD` is what is checked out, also where somebody called a branch so. */
function commitOf(git: GitTools, at: Checkout, base: string, branch: string | undefined): Promise<Result<string>> {
  return branch === undefined || base === "HEAD" ? resolve(git, at, base) : Promise.resolve(ok(branch));
}
