import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import { isObjectId, type GitTools } from "./tools.ts";

/** Makes a branch in one small process; `CONFLICT` when there is one of that name. */
export async function startBranch(git: GitTools, at: Checkout, name: string, commit: string): Promise<Result<void>> {
  if (!isPlainRevision(name) || !isObjectId(commit)) return refuseRevision(isObjectId(commit) ? name : commit);
  // The empty last argument says that it must not exist.
  const made = await git.run({
    at,
    args: ["update-ref", "-m", "branch: Created from a warm worktree", `refs/heads/${name}`, commit, ""],
  });
  if (made.ok) return ok(undefined);
  return /already exists|cannot lock ref/.test(made.error.cause ?? "")
    ? fail("CONFLICT", `There is a branch ${name} already.`, "Choose another name.", made.error.cause)
    : made;
}

/**
 * Moves index and files from one commit to another, touching only what differs between them; `CONFLICT`, before anything
 * is touched, when some of that was changed by hand. HEAD stays as it is: {@link setHead} follows.
 */
export async function moveFiles(
  git: GitTools,
  at: Checkout,
  { from, to, background }: { readonly from: string; readonly to: string; readonly background: boolean },
  signal?: AbortSignal,
): Promise<Result<{ readonly cpuMs: number }>> {
  const hostile = [from, to].find((commit) => !isObjectId(commit));
  if (hostile !== undefined) return refuseRevision(hostile);
  const moved = await git.run({
    at,
    args: ["read-tree", "-m", "-u", "--no-recurse-submodules", from, to],
    config: background ? [] : ["checkout.workers=0", "checkout.thresholdForParallelism=1000"],
    timeoutMs: 10 * 60_000,
    background,
    signal,
  });
  if (moved.ok) return ok({ cpuMs: moved.value.cpuMs ?? 0 });
  return /not uptodate|would be (overwritten|removed)/.test(moved.error.cause ?? "")
    ? fail("CONFLICT", `Something was changed in ${at.path}.`, "Look at it with `git status`.", moved.error.cause)
    : moved;
}

/**
 * Has the HEAD of a worktree that nobody works in name a branch or a commit, without a process: its file is replaced under
 * git's own lock (gitrepository-layout(5); only where refs are files). A lock that is there is that of an engine that died.
 */
export async function setHead(
  { gitDir }: Checkout,
  to: { readonly branch: string } | { readonly commit: string },
): Promise<Result<void>> {
  const text = "branch" in to ? `ref: refs/heads/${to.branch}\n` : `${to.commit}\n`;
  return replaceUnderLock(path.join(gitDir, "HEAD"), text);
}

/** Tells git where a linked worktree lies; whoever calls this moves the folder there next. */
export async function setPlace({ gitDir }: Pick<Checkout, "gitDir">, place: string): Promise<Result<void>> {
  return replaceUnderLock(path.join(gitDir, "gitdir"), `${path.join(place, ".git")}\n`);
}

async function replaceUnderLock(file: string, text: string): Promise<Result<void>> {
  const lock = `${file}.lock`;
  try {
    await writeFile(lock, text);
    await rename(lock, file);
    return ok(undefined);
  } catch (error) {
    return fail("UNAVAILABLE", `${file} could not be written.`, "Check the disk and who owns it.", error);
  }
}
