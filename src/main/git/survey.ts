import { fail, ok, type Result } from "../../contract/errors.ts";
import { checkAuthorFiles } from "./author-files.ts";
import { changedFiles } from "./changed-files.ts";
import { mergeBase } from "./merge-base.ts";
import { ownIndex } from "./own-index.ts";
import { pathBytes } from "./paths.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import { status, type Status, type StatusEntry } from "./status.ts";
import type { GitTools } from "./tools.ts";

export interface DiffStat {
  readonly files: number;
  /** Lines. */
  readonly added: number;
  readonly removed: number;
}

export interface Survey {
  readonly status: Status;
  /** The checked-out commit. */
  readonly head: string;
  /** Commits that the head has and the base has not. */
  readonly commits: number;
  /** The size of {@link diff}, without its text. */
  readonly stat: DiffStat;
}

interface SurveyRequest {
  /** The branch or commit the work started from. */
  readonly base: string;
  /** The author's own branch; with it, what the author may write is looked at before git reads it. */
  readonly branch?: string;
  /** Believe nothing the author's index says: for a verdict, not for a tile. */
  readonly judged?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a tile and the clean gate must know of a work tree. Asked often, so it starts as few processes as there are
 * answers: one while nothing was done, three as a rule, two more to enter untracked files that lie in untracked folders.
 */
export async function survey(git: GitTools, at: Checkout, request: SurveyRequest): Promise<Result<Survey>> {
  const { base, branch, signal } = request;
  if (!isPlainRevision(base)) return refuseRevision(base);
  const safe = await checkAuthorFiles(at, branch);
  if (!safe.ok) return safe;
  const index = request.judged === true ? await ownIndex(git, at, signal) : ok({});
  if (!index.ok) return index;
  const seen = await status(git, at, { env: index.value, signal });
  if (!seen.ok) return seen;
  const { head, clean, entries } = seen.value;
  if (head === undefined) {
    return fail("NOT_FOUND", `Nothing is committed in ${at.path} yet.`, "Make a first commit, then ask again.");
  }
  if (clean && head === base) return ok({ status: seen.value, head, commits: 0, stat: nothing });
  const since = await partedFrom(git, at, base, head, signal);
  if (!since.ok) return since;
  const changes = await changedFiles(git, at, {
    since: since.value.commit,
    withPatch: false,
    maxBytes: 8 * 1024 * 1024,
    untracked: untrackedFiles(entries),
    signal,
  });
  if (!changes.ok) return changes;
  const { files } = changes.value;
  const stat = {
    files: files.length,
    added: files.reduce((sum, file) => sum + file.added, 0),
    removed: files.reduce((sum, file) => sum + file.removed, 0),
  };
  return ok({ status: seen.value, head, commits: since.value.commits, stat });
}

const nothing: DiffStat = { files: 0, added: 0, removed: 0 };

/** Where the head left its base, and how many commits it has since: one question unless the base has moved on. */
async function partedFrom(
  git: GitTools,
  at: Checkout,
  base: string,
  head: string,
  signal: AbortSignal | undefined,
): Promise<Result<{ readonly commit: string; readonly commits: number }>> {
  if (head === base) return ok({ commit: base, commits: 0 });
  const counted = await git.run({
    at,
    args: ["rev-list", "--count", "--left-right", `${base}...${head}`, "--"],
    signal,
  });
  if (!counted.ok) return counted;
  const [behind, commits] = counted.value.stdout.toString().trim().split("\t").map(Number);
  if (behind === 0) return ok({ commit: base, commits: commits ?? 0 });
  const parted = await mergeBase(git, at, base, head);
  return parted.ok ? ok({ commit: parted.value, commits: commits ?? 0 }) : parted;
}

/** Undefined when a folder stands for what it holds: then git has to be asked for the files. */
function untrackedFiles(entries: readonly StatusEntry[]): Buffer[] | undefined {
  const untracked = entries.filter(({ kind }) => kind === "untracked");
  return untracked.some(({ path }) => path.endsWith("/")) ? undefined : untracked.map(pathBytes);
}
