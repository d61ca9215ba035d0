import { ok, type Result } from "../../contract/errors.ts";
import type { Checkout } from "./run.ts";
import { isObjectId, type GitTools } from "./tools.ts";

const identity = {
  GIT_AUTHOR_NAME: "Coxswain",
  GIT_AUTHOR_EMAIL: "coxswain@localhost",
  GIT_COMMITTER_NAME: "Coxswain",
  GIT_COMMITTER_EMAIL: "coxswain@localhost",
};

/** A commit that no ref holds yet. */
export async function commitTree(
  git: GitTools,
  at: Checkout,
  { tree, parents, message }: { readonly tree: string; readonly parents: readonly string[]; readonly message: string },
): Promise<Result<string>> {
  const made = await git.run({
    at,
    env: identity,
    args: ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"],
    stdin: message,
  });
  return made.ok ? ok(made.value.stdout.toString().trim()) : made;
}

/** The commit a snapshot was taken on top of, if there was one, and behind it those that what was under way names. */
export async function snapshotParents(
  git: GitTools,
  vault: Checkout,
  snapshot: string,
): Promise<Result<readonly string[]>> {
  const told = await git.run({ at: vault, args: ["rev-list", "--parents", "--max-count=1", snapshot] });
  if (!told.ok) return told;
  return ok(told.value.stdout.toString().trim().split(" ").slice(1).filter(isObjectId));
}

/** The id of a tree such as `<commit>:worktree`, if there is one. */
export async function treeOf(git: GitTools, at: Checkout, name: string): Promise<string | undefined> {
  // After a colon everything is a path.
  const revision = name.includes(":") ? name : `${name}^{tree}`;
  const told = await git.run({ at, args: ["rev-parse", "--quiet", "--verify", revision], answers: [0, 1, 128] });
  const tree = told.ok ? told.value.stdout.toString().trim() : "";
  return isObjectId(tree) ? tree : undefined;
}

/** The files of a snapshot as an ordinary commit on top of its head; undefined when nothing was uncommitted. */
export async function asOrdinaryCommit(
  git: GitTools,
  vault: Checkout,
  snapshot: string,
): Promise<Result<string | undefined>> {
  const parents = await snapshotParents(git, vault, snapshot);
  if (!parents.ok) return parents;
  const [tree, clean] = await Promise.all([
    treeOf(git, vault, `${snapshot}:worktree`),
    git.run({ at: vault, args: ["cat-file", "-e", `${snapshot}:clean`], answers: [0, 1, 128] }),
  ]);
  if (!clean.ok) return clean;
  if (tree === undefined || clean.value.exitCode === 0) return ok(undefined);
  return commitTree(git, vault, {
    tree,
    parents: parents.value.slice(0, 1),
    message: "What was not committed",
  });
}

/** A snapshot once more, made now; without one, a snapshot that holds nothing. */
export async function stampAnew(
  git: GitTools,
  vault: Checkout,
  snapshot: string | undefined,
  message: string,
): Promise<Result<string>> {
  const parents = snapshot === undefined ? ok([]) : await snapshotParents(git, vault, snapshot);
  if (!parents.ok) return parents;
  const tree = snapshot === undefined ? undefined : await treeOf(git, vault, snapshot);
  return commitTree(git, vault, { tree: tree ?? (await emptyTree(git, vault)), parents: parents.value, message });
}

export async function emptyTree(git: GitTools, vault: Checkout): Promise<string> {
  const made = await git.run({ at: vault, args: ["hash-object", "-t", "tree", "-w", "--stdin"], stdin: "" });
  return made.ok ? made.value.stdout.toString().trim() : "";
}
