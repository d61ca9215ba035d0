import { fail, ok, type Result } from "../../contract/errors.ts";
import { nulFields, repoPath, type RepoPath } from "./paths.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout, GitCommand } from "./run.ts";
import type { GitTools } from "./tools.ts";

export interface TrialMerge {
  readonly clean: boolean;
  /** The tree the merge makes; with conflicts it holds conflict markers. */
  readonly tree: string;
  readonly conflicts: readonly RepoPath[];
  /** What git says about each conflict, such as `CONFLICT (content): Merge conflict in a.ts`. */
  readonly messages: readonly string[];
}

export interface MergeRequest extends Pick<GitCommand, "signal" | "env" | "timeoutMs" | "background"> {
  readonly ours: string;
  readonly theirs: string;
}

/** Merges two commits in the object database only: no work tree, index or ref is touched. */
export async function mergeTree(
  git: GitTools,
  at: Checkout,
  { ours, theirs, ...how }: MergeRequest,
): Promise<Result<TrialMerge>> {
  const hostile = [ours, theirs].find((revision) => !isPlainRevision(revision));
  if (hostile !== undefined) return refuseRevision(hostile);
  const told = await git.run({
    at,
    args: ["merge-tree", "--write-tree", "-z", "--name-only", "--messages", ours, theirs],
    answers: [0, 1],
    ...how,
  });
  if (!told.ok) return told;
  return parseMergeTree(told.value.stdout, told.value.exitCode === 0);
}

/** Reads `git merge-tree --write-tree -z --name-only --messages`; its format is git-merge-tree(1), "OUTPUT". */
function parseMergeTree(bytes: Buffer, clean: boolean): Result<TrialMerge> {
  const [tree, ...rest] = nulFields(bytes);
  if (tree === undefined) {
    return fail("INTERNAL", "git merge-tree gave no tree.", "Check that git on PATH is 2.38 or newer.");
  }
  const gap = rest.findIndex((field) => field.length === 0);
  const conflicts = clean ? [] : rest.slice(0, gap === -1 ? rest.length : gap);
  return ok({
    clean,
    tree: tree.toString(),
    conflicts: conflicts.map(repoPath),
    messages: gap === -1 ? [] : parseMessages(rest.slice(gap + 1)).filter((message) => /CONFLICT/.test(message)),
  });
}

/** Each message is a count of paths, that many paths, a kind, and the text. */
function parseMessages(fields: readonly Buffer[]): string[] {
  const messages: string[] = [];
  for (let at = 0; at < fields.length;) {
    const paths = Number(fields[at]?.toString());
    const text = fields[at + paths + 2];
    if (!Number.isInteger(paths) || text === undefined) break;
    messages.push(text.toString().trim());
    at += paths + 3;
  }
  return messages;
}
