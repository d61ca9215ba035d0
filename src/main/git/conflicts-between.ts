import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { mergeTree, type MergeRequest } from "./merge-tree.ts";
import type { RepoPath } from "./paths.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/** Longer than this a forecast is not worth. Milliseconds. */
const patience = 15_000;

/**
 * The files in which two commits do not merge; none when they do. Asked often and of every pair, so what git makes on the way
 * goes to a folder of its own and is removed: the repository would grow by it. `at` names the repository all worktrees share.
 */
export async function conflictsBetween(
  git: GitTools,
  at: Checkout,
  request: Pick<MergeRequest, "ours" | "theirs" | "signal">,
): Promise<Result<readonly RepoPath[]>> {
  let folder: string;
  try {
    folder = await mkdtemp(path.join(git.folder, "trial-"));
  } catch (error) {
    return fail("DISK_FULL", "There is no room for a trial merge.", "Free some space; it is tried again.", error);
  }
  try {
    const env = {
      GIT_OBJECT_DIRECTORY: folder,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(path.join(at.gitDir, "objects")),
    };
    const merged = await mergeTree(git, at, { ...request, env, timeoutMs: patience, background: true });
    return merged.ok ? ok(merged.value.conflicts) : merged;
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** One entry of a list with colons; git(1), `GIT_ALTERNATE_OBJECT_DIRECTORIES`. */
function quoted(folder: string): string {
  return /[:"\\]/.test(folder) ? `"${folder.replaceAll(/["\\]/g, "\\$&")}"` : folder;
}
