import { ok, type Result } from "../../contract/errors.ts";
import { nulFields, repoPath, type RepoPath } from "./paths.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/** One path that two commits have differently. */
export interface ChangedPath extends RepoPath {
  /** Git's modes, such as `100644`; `000000` where the path does not exist. */
  readonly oldMode: string;
  readonly newMode: string;
  /** Ids of what lies there. */
  readonly oldId: string;
  readonly newId: string;
}

/**
 * What a commit changes against where it parted from a base, from commits alone: neither a work tree nor an index is read,
 * which an author writes. A rename is a removal and an addition.
 */
export async function changedPaths(
  git: GitTools,
  at: Checkout,
  { base, head, signal }: { readonly base: string; readonly head: string; readonly signal?: AbortSignal },
): Promise<Result<readonly ChangedPath[]>> {
  const hostile = [base, head].find((revision) => !isPlainRevision(revision));
  if (hostile !== undefined) return refuseRevision(hostile);
  const told = await git.run({
    at,
    args: ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--merge-base", base, head, "--"],
    signal,
  });
  return told.ok ? ok(parseRaw(told.value.stdout)) : told;
}

/** Reads `--raw -z`: `:<mode> <mode> <id> <id> <letter>`, then the path. */
function parseRaw(bytes: Buffer): ChangedPath[] {
  const fields = nulFields(bytes);
  const changed: ChangedPath[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = "", newMode = "", oldId = "", newId = ""] = (fields[at] ?? "").toString().slice(1).split(" ");
    changed.push({ ...repoPath(fields[at + 1] ?? Buffer.alloc(0)), oldMode, newMode, oldId, newId });
  }
  return changed;
}
