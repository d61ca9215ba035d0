import { fail, ok, type Result } from "../../contract/errors.ts";
import { changedFiles, type ChangedFile } from "./changed-files.ts";
import { mergeBase } from "./merge-base.ts";
import { resolve } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

export interface Diff<Patch = string> {
  /** The commit compared with: where the branch and its base parted, as a rule. */
  readonly since: string;
  readonly files: readonly ChangedFile[];
  /** Unified, with git's headers. As text, what is not UTF-8 shows U+FFFD. */
  readonly patch: Patch;
  /** The patch ends early; ask for single files. */
  readonly patchTruncated: boolean;
  /** Not all untracked files are in it. */
  readonly untrackedTruncated: boolean;
}

export interface DiffRequest {
  /** The branch or commit the work started from. */
  readonly base: string;
  /** Compares with what is checked out (`head`), or with a commit that the head descends from, instead of where it parted from `base`. */
  readonly since?: string | undefined;
  readonly ignoreWhitespace?: boolean | undefined;
  readonly paths?: readonly string[] | undefined;
  /** Default 8 MiB. */
  readonly maxPatchBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Room for the list of files in front of the patch: about 50,000 of them. */
const listBytes = 8 * 1024 * 1024;

/** Everything a work tree has that its merge base with `base` has not, uncommitted and untracked included. */
export async function diff(git: GitTools, at: Checkout, request: DiffRequest): Promise<Result<Diff>> {
  const read = await rawDiff(git, at, request);
  return read.ok ? ok({ ...read.value, patch: read.value.patch.toString() }) : read;
}

/** The same with the patch as git wrote it. */
export async function rawDiff(git: GitTools, at: Checkout, request: DiffRequest): Promise<Result<Diff<Buffer>>> {
  const since = await startOf(git, at, request);
  if (!since.ok) return since;
  const maxPatchBytes = request.maxPatchBytes ?? 8 * 1024 * 1024;
  const changes = await changedFiles(git, at, {
    since: since.value,
    withPatch: true,
    ignoreWhitespace: request.ignoreWhitespace,
    paths: request.paths,
    maxBytes: listBytes + maxPatchBytes,
    signal: request.signal,
  });
  if (!changes.ok) return changes;
  const { patch, ...rest } = changes.value;
  const tooLong = rest.patchTruncated || patch.length > maxPatchBytes;
  const shown = tooLong ? wholeFiles(patch.subarray(0, maxPatchBytes)) : patch;
  return ok({ ...rest, since: since.value, patch: shown, patchTruncated: tooLong });
}

async function startOf(git: GitTools, at: Checkout, { base, since = "base" }: DiffRequest): Promise<Result<string>> {
  if (since === "base") return mergeBase(git, at, base, "HEAD");
  if (since === "head") return resolve(git, at, "HEAD");
  const common = await mergeBase(git, at, since, "HEAD");
  if (common.ok && common.value === since) return common;
  return fail(
    "CONFLICT",
    `${since.slice(0, 12)} is not among this workstream's commits any more.`,
    "Look at all changes since the base instead.",
  );
}

/** A cut patch ends before the file that was cut, so that what is there can be read. */
export function wholeFiles(patch: Buffer): Buffer {
  const last = patch.lastIndexOf("\ndiff --git ");
  return patch.subarray(0, last === -1 ? 0 : last + 1);
}
