import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { ok, type Result } from "../../contract/errors.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/**
 * An index of the engine's own for a work tree, brought to its head; answers the environment under which git uses it. The
 * one in the admin directory is its author's: it can be told there not to look at a file (`--assume-unchanged`), or that
 * one it never saw is as it was. What this one knows of files git has seen itself, so that only changed ones are read.
 */
export async function ownIndex(
  git: GitTools,
  at: Checkout,
  signal?: AbortSignal,
): Promise<Result<Readonly<Record<string, string>>>> {
  const file = path.join(git.folder, `${createHash("sha256").update(at.gitDir).digest("hex").slice(0, 32)}.index`);
  const env = { GIT_INDEX_FILE: file };
  const read = (...tree: readonly string[]) => git.run({ at, args: ["read-tree", ...tree], env, signal });
  let brought = await read("-m", "HEAD");
  if (!brought.ok && signal?.aborted !== true) {
    // Half written by a git that was killed, or there is no commit yet.
    await Promise.all([rm(file, { force: true }), rm(`${file}.lock`, { force: true })]);
    const fresh = await read("-m", "HEAD");
    brought = !fresh.ok && fresh.error.code === "NOT_FOUND" ? await read("--empty") : fresh;
  }
  // The status that follows may note what it saw, which it does not do in a worktree where others work.
  return brought.ok ? ok({ ...env, GIT_OPTIONAL_LOCKS: "1" }) : brought;
}
