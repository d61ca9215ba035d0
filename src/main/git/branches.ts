import { fail, ok, type Result } from "../../contract/errors.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";
import { listWorktrees } from "./worktrees.ts";

export interface Branch {
  /** Short name, such as `cox/w1/fix-login`. */
  readonly name: string;
  readonly commit: string;
}

/** Local branches below a prefix (`cox/w1/`), or all of them. */
export async function listBranches(git: GitTools, at: Checkout, prefix = ""): Promise<Result<readonly Branch[]>> {
  const format = "--format=%(objectname) %(refname)";
  const listed = await git.run({ at, args: ["for-each-ref", format, `refs/heads/${prefix}`] });
  if (!listed.ok) return listed;
  const lines = listed.value.stdout.toString().split("\n");
  return ok(
    lines
      .filter((line) => line !== "")
      .map((line) => {
        const [commit, ref] = splitOnce(line);
        return { name: ref.replace("refs/heads/", ""), commit };
      }),
  );
}

function splitOnce(line: string): [string, string] {
  const space = line.indexOf(" ");
  return [line.slice(0, space), line.slice(space + 1)];
}

/** Makes a branch without checking it out; `CONFLICT` when the name is taken. */
export async function createBranch(git: GitTools, at: Checkout, name: string, start: string): Promise<Result<void>> {
  const hostile = [name, start].find((revision) => !isPlainRevision(revision));
  if (hostile !== undefined) return refuseRevision(hostile);
  const made = await git.text(at, ["branch", "--no-track", name, start]);
  if (made.ok) return ok(undefined);
  return /already exists/.test(made.error.cause ?? "")
    ? fail("CONFLICT", `There is a branch ${name} already.`, "Choose another name.", made.error.cause)
    : made;
}

/**
 * Deletes a branch if it still points at `expected`, so that a commit made meanwhile is never lost. Whether its commits
 * live on elsewhere is for the caller to prove first ({@link onlyHere}). Refuses a branch that is checked out.
 */
export async function deleteBranch(git: GitTools, at: Checkout, name: string, expected: string): Promise<Result<void>> {
  if (!isPlainRevision(name)) return refuseRevision(name);
  const listed = await listBranches(git, at, name);
  if (!listed.ok) return listed;
  const branch = listed.value.find((candidate) => candidate.name === name);
  if (branch === undefined) return ok(undefined);
  const worktrees = await listWorktrees(git, at);
  if (!worktrees.ok) return worktrees;
  const checkout = worktrees.value.find((worktree) => worktree.branch === name);
  if (checkout !== undefined) {
    return fail("CONFLICT", `${name} is checked out in ${checkout.path}.`, "Remove that worktree first.");
  }
  if (branch.commit !== expected) {
    return fail("CONFLICT", `${name} has moved on since it was looked at.`, "Look at its new commits, then try again.");
  }
  const deleted = await git.text(at, ["update-ref", "-d", `refs/heads/${name}`, expected]);
  return deleted.ok ? ok(undefined) : deleted;
}

/** How many commits reachable from `tips` no ref outside `besides` (`refs/heads/cox/w1/*`) would keep. */
export async function onlyHere(
  git: GitTools,
  at: Checkout,
  tips: readonly string[],
  besides: string,
): Promise<Result<number>> {
  const hostile = tips.find((tip) => !isPlainRevision(tip));
  if (hostile !== undefined) return refuseRevision(hostile);
  // Not `--all`, which would count the very HEAD that is about to go.
  const elsewhere = [`--exclude=${besides}`, "--glob=refs/heads", "--tags", "--remotes"];
  const counted = await git.text(at, ["rev-list", "--count", ...tips, "--not", ...elsewhere]);
  return counted.ok ? ok(Number(counted.value.trim())) : counted;
}
