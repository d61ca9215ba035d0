import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { pathBytes, type RepoPath } from "./paths.ts";
import { head } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import { fileStatus, type StatusEntry } from "./status.ts";
import type { GitTools, Identity } from "./tools.ts";

export interface CommitRequest {
  /** The branch that must be checked out, so that a commit never lands where nobody meant it. */
  readonly branch: string;
  readonly message: string;
  readonly author: Identity;
  readonly signal?: AbortSignal;
}

/**
 * Commits everything in a work tree, untracked files included, hooks not run. Answers with the new commit, or
 * `committed: false` and the present head when there was nothing to commit.
 *
 * The admin directory and the log of a linked worktree are writable by its agent, and git would follow a symbolic link
 * or a symbolic ref put there and write elsewhere; so both are refused first.
 */
export async function commit(
  git: GitTools,
  at: Checkout,
  request: CommitRequest,
): Promise<Result<{ readonly commit: string; readonly committed: boolean }>> {
  const { signal } = request;
  const safe = await refuseRedirection(git, at, request.branch);
  if (!safe.ok) return safe;
  const changed = await fileStatus(git, at, signal);
  if (!changed.ok) return changed;
  if (!changed.value.clean) {
    const staged = await stage(git, at, changed.value.entries, signal);
    if (!staged.ok) return staged;
    const made = await git.run({
      at,
      args: ["commit", "--quiet", "--no-verify", "--cleanup=verbatim", "--file=-"],
      stdin: request.message,
      env: identityEnvironment(request.author),
      signal,
    });
    if (!made.ok) return made;
  }
  const now = await head(git, at);
  return now.ok ? ok({ commit: now.value, committed: !changed.value.clean }) : now;
}

/**
 * What `git add --all` does, but `add` asks each nested repository for its status, which runs the filters that the
 * nested configuration names; `update-index` only reads its head.
 */
async function stage(
  git: GitTools,
  at: Checkout,
  entries: readonly StatusEntry[],
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  if (entries.some(({ kind }) => kind === "unmerged")) {
    return fail(
      "CONFLICT",
      "A merge has conflicts that are not resolved.",
      "Resolve them and `git add` the files first.",
    );
  }
  // A trailing slash is a nested repository that was never added; its files are not this repository's.
  const changed = entries.filter(({ workTree, path: name }) => workTree !== "." && !name.endsWith("/"));
  const gone = changed.filter(({ workTree }) => workTree === "D");
  const present = changed.filter(({ workTree }) => workTree !== "D");
  // What is gone goes first: a file may have made way for a folder of its name.
  const removed = await updateIndex(git, at, ["--force-remove"], gone, signal);
  return removed.ok ? updateIndex(git, at, ["--add", "--remove", "--replace"], present, signal) : removed;
}

async function updateIndex(
  git: GitTools,
  at: Checkout,
  flags: readonly string[],
  paths: readonly RepoPath[],
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  if (paths.length === 0) return ok(undefined);
  const stdin = Buffer.concat(paths.flatMap((name) => [pathBytes(name), Buffer.from([0])]));
  const updated = await git.run({ at, args: ["update-index", ...flags, "-z", "--stdin"], stdin, signal });
  return updated.ok ? ok(undefined) : updated;
}

async function refuseRedirection(git: GitTools, at: Checkout, branch: string): Promise<Result<void>> {
  const link = await firstSymbolicLink(at.gitDir, branch);
  if (link !== undefined) {
    return fail(
      "FORBIDDEN",
      `${link} is a symbolic link, which git never makes there.`,
      "Look at what put it there; remove the link, then try again.",
    );
  }
  const ref = await git.run({ at, args: ["symbolic-ref", "--quiet", "HEAD"], answers: [0, 1] });
  if (!ref.ok) return ref;
  const where = ref.value.stdout.toString().trim();
  if (where === `refs/heads/${branch}`) return ok(undefined);
  return fail(
    "CONFLICT",
    `${at.path} is on ${where === "" ? "no branch" : where}, not on ${branch}.`,
    `Switch it back with \`git switch ${branch}\`, then try again.`,
  );
}

/** Among what the author of a linked worktree may write; a main `.git` belongs to the user, who may link what they like. */
async function firstSymbolicLink(gitDir: string, branch: string): Promise<string | undefined> {
  const admins = path.dirname(gitDir);
  if (path.basename(admins) !== "worktrees") return undefined;
  const ref = path.join("refs", "heads", branch);
  const shared = [ref, path.join("logs", ref)].map((name) => path.join(path.dirname(admins), name));
  for (const file of shared) {
    if ((await lstat(file).catch(() => undefined))?.isSymbolicLink() === true) return file;
  }
  const entries = await readdir(gitDir, { withFileTypes: true, recursive: true });
  const link = entries.find((entry) => entry.isSymbolicLink());
  return link === undefined ? undefined : path.join(link.parentPath, link.name);
}

function identityEnvironment({ name, email }: Identity): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}
