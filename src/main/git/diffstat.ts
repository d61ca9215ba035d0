import { ok, type Result } from "../../contract/errors.ts";
import { changedFiles } from "./changed-files.ts";
import { mergeBase } from "./merge-base.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

export interface DiffStat {
  readonly files: number;
  /** Lines. */
  readonly added: number;
  readonly removed: number;
}

/** The size of {@link diff} without its text, for a tile. */
export async function diffStat(
  git: GitTools,
  at: Checkout,
  { base, signal }: { readonly base: string; readonly signal?: AbortSignal },
): Promise<Result<DiffStat>> {
  const since = await mergeBase(git, at, base, "HEAD");
  if (!since.ok) return since;
  const changes = await changedFiles(git, at, {
    since: since.value,
    withPatch: false,
    maxBytes: 8 * 1024 * 1024,
    signal,
  });
  if (!changes.ok) return changes;
  const { files } = changes.value;
  return ok({
    files: files.length,
    added: files.reduce((sum, file) => sum + file.added, 0),
    removed: files.reduce((sum, file) => sum + file.removed, 0),
  });
}
