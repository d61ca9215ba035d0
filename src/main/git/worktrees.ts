import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { nulFields } from "./paths.ts";
import { readRegistry } from "./registry.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/** Git's own reason for locking a worktree while it is being checked out; see {@link fillWorktree}. */
const unfinishedMark = "initializing";

/** The lock of a worktree that is kept ready and belongs to no workstream yet; people read it in `git worktree list -v`. */
const warmMark = "kept ready by Coxswain for the next workstream";

/** A worktree as git has it registered. */
export interface RegisteredWorktree {
  readonly path: string;
  /** Absent for a bare repository and before the first commit. */
  readonly head?: string;
  /** Short name; absent when the head is detached. */
  readonly branch?: string;
  readonly bare: boolean;
  /** Its checkout has not ended, so nobody has worked in it. */
  readonly unfinished: boolean;
  /** Complete and kept ready for a start ({@link markWarm}), or in the middle of being handed to one. */
  readonly warm: boolean;
  /** Why somebody else locked it, which may be empty. */
  readonly locked?: string;
  /** Why git would forget it, as a rule because its folder is gone. */
  readonly prunable?: string;
}

/** Every worktree of a repository, the main one first. */
export async function listWorktrees(git: GitTools, at: Checkout): Promise<Result<readonly RegisteredWorktree[]>> {
  const told = await readRegistry(() => git.run({ at, args: ["worktree", "list", "--porcelain", "-z"] }));
  return told.ok ? ok(parseWorktrees(told.value.stdout)) : told;
}

/** Reads `git worktree list --porcelain -z`: records of `name value` fields, each record ended by an empty field. */
function parseWorktrees(bytes: Buffer): RegisteredWorktree[] {
  const worktrees: RegisteredWorktree[] = [];
  let record = new Map<string, string>();
  for (const field of nulFields(bytes)) {
    const [name = "", ...value] = field.toString().split(" ");
    if (field.length > 0) {
      record.set(name, value.join(" "));
      continue;
    }
    worktrees.push(registered(record));
    record = new Map();
  }
  return worktrees;
}

function registered(record: ReadonlyMap<string, string>): RegisteredWorktree {
  const head = record.get("HEAD");
  const branch = record.get("branch");
  const locked = record.get("locked");
  const prunable = record.get("prunable");
  return {
    path: record.get("worktree") ?? "",
    bare: record.has("bare"),
    unfinished: locked === unfinishedMark,
    warm: locked === warmMark,
    ...(head === undefined || /^0+$/.test(head) ? {} : { head }),
    ...(branch === undefined ? {} : { branch: branch.replace("refs/heads/", "") }),
    ...(locked === undefined || locked === unfinishedMark || locked === warmMark ? {} : { locked }),
    ...(prunable === undefined ? {} : { prunable }),
  };
}

export interface RegisterWorktreeRequest {
  /** Absolute; must not exist or be empty. */
  readonly path: string;
  /** Absent for a head that is on no branch. */
  readonly branch?: string;
  /** Where a new branch starts, absent to use a branch that exists; or the commit of a head on no branch. */
  readonly start?: string;
  /** Take over a registration of this path whose folder is gone, locked or not. */
  readonly takeOver?: boolean;
}

/**
 * Registers a linked worktree without checking anything out, and leaves git's mark of an unfinished one on it. Not to be
 * done twice at once in one repository: git reads the registrations of others before they are completely written. It takes milliseconds, so it is not to be cancelled halfway.
 */
export async function registerWorktree(
  git: GitTools,
  at: Checkout,
  request: RegisterWorktreeRequest,
): Promise<Result<void>> {
  const { path: place, branch, start, takeOver } = request;
  const registered = await git.run({
    at,
    args: [
      "worktree",
      "add",
      "--quiet",
      "--no-checkout",
      "--lock",
      `--reason=${unfinishedMark}`,
      "--no-guess-remote",
      ...(takeOver === true ? ["--force", "--force"] : []),
      ...target(place, branch, start),
    ],
  });
  return registered.ok ? ok(undefined) : registered;
}

function target(place: string, branch: string | undefined, start: string | undefined): string[] {
  if (branch === undefined) return ["--detach", place, ...(start === undefined ? [] : [start])];
  return start === undefined ? [place, branch] : ["--no-track", "-b", branch, place, start];
}

/** A checkout of a large repository may take this long on a slow disk. */
const checkoutMs = 10 * 60_000;

/**
 * Checks out what a registered worktree should hold; its mark is left on. Files are written by several processes when there
 * are many, which git by itself does not do; in the background by one that yields to everything else.
 */
export async function fillWorktree(
  git: GitTools,
  at: Checkout,
  { signal, background = false }: { readonly signal?: AbortSignal | undefined; readonly background?: boolean } = {},
): Promise<Result<{ readonly cpuMs: number }>> {
  const filled = await git.run({
    at,
    args: ["reset", "--hard", "--quiet", "--no-recurse-submodules"],
    config: background ? [] : ["checkout.workers=0", "checkout.thresholdForParallelism=1000"],
    timeoutMs: checkoutMs,
    background,
    signal,
  });
  return filled.ok ? ok({ cpuMs: filled.value.cpuMs ?? 0 }) : filled;
}

/** Marks a worktree as complete and kept ready; or, while its files are moved to another commit, as unfinished. */
export async function markWorktree({ gitDir }: Checkout, as: "warm" | "unfinished"): Promise<Result<void>> {
  const lock = path.join(gitDir, "locked");
  try {
    await writeFile(`${lock}.new`, `${as === "warm" ? warmMark : unfinishedMark}\n`);
    await rename(`${lock}.new`, lock);
    return ok(undefined);
  } catch (error) {
    return fail("UNAVAILABLE", `${lock} could not be written.`, "Check the disk and who owns it.", error);
  }
}

/** Says that a worktree is complete. */
export async function takeMarkOff(at: Checkout): Promise<void> {
  await rm(path.join(at.gitDir, "locked"), { force: true });
}

/** Writes the `.git` file of every worktree that lost it anew; harmless where nothing is wrong. */
export async function repairWorktrees(git: GitTools, at: Checkout): Promise<Result<void>> {
  const repaired = await git.text(at, ["worktree", "repair"]);
  return repaired.ok ? ok(undefined) : repaired;
}

/**
 * Removes a linked worktree and its folder. Without `force` git refuses when anything in it is uncommitted or untracked,
 * or when it has submodules; with it everything goes, locked or not.
 */
export async function removeWorktree(
  git: GitTools,
  at: Checkout,
  { path: place, force }: { readonly path: string; readonly force: boolean },
): Promise<Result<void>> {
  // Before it removes anything git asks that worktree for its status, and so reads its files.
  const args = ["worktree", "remove", ...(force ? ["--force", "--force"] : []), place];
  const removed = await git.run({ at, args, timeoutMs: checkoutMs });
  return removed.ok ? ok(undefined) : removed;
}

/** Removes a linked worktree with all that is in it, in the background. The caller has proof that nobody worked in it. */
export async function discardWorktree(git: GitTools, at: Checkout, place: string): Promise<Result<void>> {
  const removed = await git.run({
    at,
    args: ["worktree", "remove", "--force", "--force", place],
    timeoutMs: checkoutMs,
    background: true,
  });
  return removed.ok ? ok(undefined) : removed;
}
