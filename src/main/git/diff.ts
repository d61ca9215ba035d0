import { ok, type Result } from "../../contract/errors.ts";
import { changedFiles, type ChangedFile } from "./changed-files.ts";
import { mergeBase } from "./merge-base.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

export interface Diff {
  /** The commit compared with: where the branch and its base parted. */
  readonly since: string;
  readonly files: readonly ChangedFile[];
  /** Unified, with git's headers. Text that is not UTF-8 shows U+FFFD. */
  readonly patch: string;
  /** The patch ends early; ask for single files. */
  readonly patchTruncated: boolean;
  /** Not all untracked files are in it. */
  readonly untrackedTruncated: boolean;
}

export interface DiffRequest {
  /** The branch or commit the work started from. */
  readonly base: string;
  /** Default 8 MiB. */
  readonly maxPatchBytes?: number;
  readonly signal?: AbortSignal;
}

/** Room for the list of files in front of the patch: about 50,000 of them. */
const listBytes = 8 * 1024 * 1024;

/** Everything a work tree has that its merge base with `base` has not, uncommitted and untracked included. */
export async function diff(git: GitTools, at: Checkout, request: DiffRequest): Promise<Result<Diff>> {
  const since = await mergeBase(git, at, request.base, "HEAD");
  if (!since.ok) return since;
  const maxPatchBytes = request.maxPatchBytes ?? 8 * 1024 * 1024;
  const changes = await changedFiles(git, at, {
    since: since.value,
    withPatch: true,
    maxBytes: listBytes + maxPatchBytes,
    signal: request.signal,
  });
  if (!changes.ok) return changes;
  const { patch, ...rest } = changes.value;
  const tooLong = rest.patchTruncated || patch.length > maxPatchBytes;
  const shown = tooLong ? wholeFiles(patch.subarray(0, maxPatchBytes)) : patch;
  return ok({ ...rest, since: since.value, patch: shown.toString(), patchTruncated: tooLong });
}

/** A cut patch ends before the file that was cut, so that what is there can be read. */
function wholeFiles(patch: Buffer): Buffer {
  const last = patch.lastIndexOf("\ndiff --git ");
  return patch.subarray(0, last === -1 ? 0 : last + 1);
}
