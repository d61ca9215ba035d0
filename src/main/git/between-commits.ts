import { ok, type Result } from "../../contract/errors.ts";
import { diffFlags, parseChanges, type ChangedFile } from "./changed-files.ts";
import { wholeFiles } from "./diff.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/** Room for the list of files in front of the patch: about 50,000 of them. */
const listBytes = 8 * 1024 * 1024;
const maxPatchBytes = 8 * 1024 * 1024;

interface BetweenRequest {
  readonly from: string;
  readonly to: string;
  readonly withPatch: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Between {
  readonly files: readonly ChangedFile[];
  readonly patch: Buffer;
  readonly patchTruncated: boolean;
}

/** What differs between two commits, renames detected; no work tree is looked at. */
export async function betweenCommits(
  git: GitTools,
  at: Checkout,
  { from, to, withPatch, signal }: BetweenRequest,
): Promise<Result<Between>> {
  const hostile = [from, to].find((revision) => !isPlainRevision(revision));
  if (hostile !== undefined) return refuseRevision(hostile);
  const told = await git.run({
    at,
    args: ["diff", ...diffFlags, ...(withPatch ? ["--patch"] : []), from, to, "--"],
    config: ["core.bigFileThreshold=4m"],
    maxBytes: listBytes + (withPatch ? maxPatchBytes : 0),
    overflow: "truncate",
    signal,
  });
  if (!told.ok) return told;
  const changes = parseChanges(told.value);
  if (!changes.ok) return changes;
  const { files, patch, patchTruncated } = changes.value;
  const tooLong = patchTruncated || patch.length > maxPatchBytes;
  const shown = tooLong ? wholeFiles(patch.subarray(0, maxPatchBytes)) : patch;
  return ok({ files, patch: shown, patchTruncated: withPatch && tooLong });
}

export interface CommitLine {
  readonly id: string;
  /** Milliseconds since the epoch, by the committer's word. */
  readonly at: number;
  readonly subject: string;
}

/** Commits that `to` has and `from` has not, the newest first, and whether there are more than were asked for. */
export async function commitsBetween(
  git: GitTools,
  at: Checkout,
  { from, to, limit }: { readonly from: string; readonly to: string; readonly limit: number },
): Promise<Result<{ readonly commits: readonly CommitLine[]; readonly more: boolean }>> {
  const hostile = [from, to].find((revision) => !isPlainRevision(revision));
  if (hostile !== undefined) return refuseRevision(hostile);
  const told = await git.run({
    at,
    args: [
      "rev-list",
      `--max-count=${String(limit + 1)}`,
      "--no-commit-header",
      "--format=%H %ct %s",
      to,
      `^${from}`,
      "--",
    ],
    maxBytes: 256 * 1024,
    overflow: "truncate",
  });
  if (!told.ok) return told;
  const commits = told.value.stdout
    .toString()
    .split("\n")
    .flatMap((line): CommitLine[] => {
      const [, id, seconds, subject = ""] = /^([0-9a-f]{40,64}) (\d{1,12}) (.*)$/.exec(line) ?? [];
      return id === undefined ? [] : [{ id, at: Number(seconds) * 1_000, subject: subject.slice(0, 300) }];
    });
  return ok({ commits: commits.slice(0, limit), more: commits.length > limit });
}
