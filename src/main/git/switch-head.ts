import { ok, type Result } from "../../contract/errors.ts";
import { isPlainName, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/**
 * Puts the head of a worktree on a new branch at the commit where it stands. Neither the index nor any file is touched, and
 * the branch it was on stays where it is. Done again, also after it was cut short, it does nothing more.
 */
export async function beginBranch(
  git: GitTools,
  at: Checkout,
  { branch, commit }: { readonly branch: string; readonly commit: string },
): Promise<Result<void>> {
  if (!isPlainName(branch)) return refuseRevision(branch);
  const ref = `refs/heads/${branch}`;
  const there = await git.run({ at, args: ["show-ref", "--verify", "--quiet", ref], answers: [0, 1, 128] });
  if (!there.ok) return there;
  if (there.value.exitCode !== 0) {
    const made = await git.text(at, ["update-ref", "-m", "adopted", ref, commit, ""]);
    if (!made.ok) return made;
  }
  const moved = await git.text(at, ["symbolic-ref", "-m", "adopted", "HEAD", ref]);
  return moved.ok ? ok(undefined) : moved;
}

/**
 * Puts the head of a worktree back on a branch, which is moved forward from `from` to `to`, where the head stands; without a
 * branch the head is detached there. Neither the index nor any file is touched.
 */
export async function returnHead(
  git: GitTools,
  at: Checkout,
  { branch, from, to }: { readonly branch?: string; readonly from?: string; readonly to: string },
): Promise<Result<void>> {
  if (branch === undefined) {
    const detached = await git.text(at, ["update-ref", "--no-deref", "-m", "released", "HEAD", to]);
    return detached.ok ? ok(undefined) : detached;
  }
  if (!isPlainName(branch)) return refuseRevision(branch);
  const ref = `refs/heads/${branch}`;
  const moved = await git.text(at, ["update-ref", "-m", "released", ref, to, ...(from === undefined ? [] : [from])]);
  if (!moved.ok) return moved;
  const back = await git.text(at, ["symbolic-ref", "-m", "released", "HEAD", ref]);
  return back.ok ? ok(undefined) : back;
}
