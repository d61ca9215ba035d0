import { ok, type Result } from "../../contract/errors.ts";
import { nulFields } from "./paths.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/** A worktree as git has it registered. */
export interface RegisteredWorktree {
  readonly path: string;
  /** Absent for a bare repository and before the first commit. */
  readonly head?: string;
  /** Short name; absent when the head is detached. */
  readonly branch?: string;
  readonly bare: boolean;
  /** Why it is locked, which may be empty; `initializing` marks one whose checkout has not finished. */
  readonly locked?: string;
  /** Why git would forget it, as a rule because its folder is gone. */
  readonly prunable?: string;
}

/** Every worktree of a repository, the main one first. */
export async function listWorktrees(git: GitTools, at: Checkout): Promise<Result<readonly RegisteredWorktree[]>> {
  const told = await git.run({ at, args: ["worktree", "list", "--porcelain", "-z"] });
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
    ...(head === undefined || /^0+$/.test(head) ? {} : { head }),
    ...(branch === undefined ? {} : { branch: branch.replace("refs/heads/", "") }),
    ...(locked === undefined ? {} : { locked }),
    ...(prunable === undefined ? {} : { prunable }),
  };
}

export interface AddWorktreeRequest {
  /** Absolute; must not exist or be empty. */
  readonly path: string;
  readonly branch: string;
  /** Where a new branch starts; absent to check out a branch that exists. */
  readonly start?: string;
  /** Take over a registration of this path whose folder is gone, locked or not. */
  readonly takeOver?: boolean;
  readonly signal?: AbortSignal;
}

/** A checkout of a large repository may take this long on a slow disk. */
const checkoutMs = 10 * 60_000;

/** Adds a linked worktree. Files are written by several processes when there are many, which git by itself does not do. */
export async function addWorktree(git: GitTools, at: Checkout, request: AddWorktreeRequest): Promise<Result<void>> {
  const added = await git.run({
    at,
    args: [
      "worktree",
      "add",
      "--quiet",
      "--no-guess-remote",
      ...(request.takeOver === true ? ["--force", "--force"] : []),
      ...(request.start === undefined ? [] : ["--no-track", "-b", request.branch]),
      request.path,
      request.start ?? request.branch,
    ],
    config: ["checkout.workers=0", "checkout.thresholdForParallelism=1000"],
    timeoutMs: checkoutMs,
    signal: request.signal,
  });
  return added.ok ? ok(undefined) : added;
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
  { path, force }: { readonly path: string; readonly force: boolean },
): Promise<Result<void>> {
  const removed = await git.text(at, ["worktree", "remove", ...(force ? ["--force", "--force"] : []), path]);
  return removed.ok ? ok(undefined) : removed;
}
