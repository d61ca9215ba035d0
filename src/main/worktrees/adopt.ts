import { realpath } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Adopted } from "../../contract/states.ts";
import type { Released } from "../../contract/worktrees.ts";
import type { Git } from "../git/git.ts";
import type { RegisteredWorktree } from "../git/worktrees.ts";
import { adminDirOf } from "./admin-dir.ts";
import type { Worktree } from "./create.ts";
import { isThere } from "./inside.ts";
import { branchFolder } from "./names.ts";
import { projectCheckout, type Project } from "./project.ts";
import { releaseBranchFolder } from "./writable-roots.ts";

export interface AdoptDeps {
  readonly git: Git;
  /** Real path of the folder below which all worktrees made here lie. */
  readonly root: string;
  /** Folders that every author may write, such as `/tmp`. */
  readonly shared: readonly string[];
}

/** A worktree made by hand in which a workstream can work. */
export interface ByHand {
  /** Its real path. */
  readonly path: string;
  readonly adminDir: string;
  readonly from: Adopted;
}

/** Refuses the real path of a worktree that a workstream has already. */
export type Taken = (path: string) => Result<void>;

/**
 * Looks whether a workstream can work in a worktree that was made by hand. Uncommitted work, a detached head and another file
 * system are no hindrance; docs/adr/0019 says what is, and why.
 */
export async function findByHand(
  deps: AdoptDeps,
  project: Project,
  place: string,
  taken: Taken,
): Promise<Result<ByHand>> {
  const real = await realpath(place).catch(() => undefined);
  if (real === undefined)
    return fail("NOT_FOUND", `There is no folder ${place}.`, "`git worktree list` shows those there are.");
  const listed = await deps.git.listWorktrees(projectCheckout(project));
  if (!listed.ok) return listed;
  const [main, ...linked] = listed.value;
  if (real === main?.path) {
    return fail(
      "CONFLICT",
      `${real} is the project's main checkout, which stays yours.`,
      "Make a worktree beside it: git worktree add PATH BRANCH",
    );
  }
  const entry = linked.find((candidate) => candidate.path === real);
  if (entry === undefined) {
    return fail("NOT_FOUND", `${real} is no worktree of this project.`, "`git worktree list` shows those there are.");
  }
  const free = taken(real);
  if (!free.ok) return free;
  const fit = checkFit(deps, project, entry, listed.value);
  if (!fit.ok) return fit;
  return describe(project, entry);
}

function checkFit(
  { root, shared }: AdoptDeps,
  project: Project,
  entry: RegisteredWorktree,
  all: readonly RegisteredWorktree[],
): Result<void> {
  const { path: place } = entry;
  if (isBelow(root, place)) {
    return fail(
      "CONFLICT",
      `${place} lies where Coxswain keeps its own worktrees.`,
      `Move it out first: git worktree move ${place} PATH`,
    );
  }
  if (entry.locked !== undefined) {
    const why = entry.locked === "" ? "" : ` (${entry.locked})`;
    return fail("CONFLICT", `${place} is locked${why}.`, `Unlock it first: git worktree unlock ${place}`);
  }
  const open = shared.find((folder) => isBelow(folder, place));
  if (open !== undefined) {
    return fail(
      "FORBIDDEN",
      `${place} lies in ${open}, which the authors of other workstreams may write.`,
      `Move it elsewhere first: git worktree move ${place} PATH`,
    );
  }
  const within = [root, project.commonDir, ...all.map((other) => other.path)].find((other) => isBelow(place, other));
  if (within !== undefined) {
    return fail(
      "FORBIDDEN",
      `${within} lies inside ${place}, so an author there could write it.`,
      "Move one of them: git worktree move",
    );
  }
  return ok(undefined);
}

/** What git is in the middle of, by the files it keeps for it in the admin directory; gitrepository-layout(5), git-status(1). */
const underWay: readonly (readonly [file: string, what: string, end: string])[] = [
  ["rebase-merge", "a rebase", "git rebase --abort"],
  ["rebase-apply", "a rebase or `git am`", "git rebase --abort, or git am --abort"],
  ["MERGE_HEAD", "a merge", "git merge --abort"],
  ["CHERRY_PICK_HEAD", "a cherry-pick", "git cherry-pick --abort"],
  ["REVERT_HEAD", "a revert", "git revert --abort"],
  ["BISECT_LOG", "a bisection", "git bisect reset"],
];

async function refuseUnderWay(place: string, adminDir: string): Promise<Result<void>> {
  for (const [file, what, end] of underWay) {
    if (!(await isThere(path.join(adminDir, file)))) continue;
    return fail("CONFLICT", `${place} is in the middle of ${what}.`, `Finish it, or give it up there: ${end}`);
  }
  return ok(undefined);
}

async function describe(project: Project, { path: place, head, branch }: RegisteredWorktree): Promise<Result<ByHand>> {
  const adminDir = await adminDirOf(project, place);
  if (adminDir === undefined) {
    return fail("CONFLICT", `${place} does not lead to this project.`, `Mend it: git worktree repair ${place}`);
  }
  const free = await refuseUnderWay(place, adminDir);
  if (!free.ok) return free;
  if (head === undefined) return fail("CONFLICT", `${place} has no commit yet.`, "Make a first commit in it.");
  return ok({ path: place, adminDir, from: { commit: head, ...(branch === undefined ? {} : { branch }) } });
}

export interface AdoptRequest {
  readonly project: Project;
  readonly path: string;
  readonly workstreamId: string;
  /** In the workstream's own folder of branches. */
  readonly branch: string;
  /** What the work is to be compared with. */
  readonly base: string;
  /** What was seen when it was asked for. */
  readonly from: Adopted;
}

/** Puts the head of a worktree made by hand on a branch of the workstream; the rest of it stays as it is. */
export async function adopt(
  deps: AdoptDeps,
  request: AdoptRequest,
): Promise<Result<Worktree & { readonly adopted: Adopted }>> {
  const { git } = deps;
  const { project, branch, base } = request;
  const found = await findByHand(deps, project, request.path, () => ok(undefined));
  if (!found.ok) return found;
  const { path: place, adminDir } = found.value;
  const isDone = found.value.from.branch === branch;
  const from = isDone ? request.from : found.value.from;
  if (!isDone) {
    const begun = await git.beginBranch({ path: place, gitDir: adminDir }, { branch, commit: from.commit });
    if (!begun.ok) return begun;
  }
  const parted = await git.mergeBase({ path: place, gitDir: adminDir }, base, "HEAD");
  const baseCommit = parted.ok ? parted.value : from.commit;
  return ok({ path: place, branch, folder: path.basename(place), baseCommit, adminDir, adopted: from });
}

export interface ReleaseRequest {
  readonly project: Project;
  readonly workstreamId: string;
  readonly path: string;
  readonly branch: string;
  readonly from: Adopted;
}

/**
 * Gives an adopted worktree back: its head returns to the branch it was on, which takes the work if that is nothing but new
 * commits on top of it. Else the head stays where it is, and the answer says why. Done again it does nothing.
 */
export async function release(deps: AdoptDeps, request: ReleaseRequest): Promise<Result<Released>> {
  const { git } = deps;
  const { project, path: place, from } = request;
  const adminDir = await adminDirOf(project, place);
  // It is gone, or leads elsewhere by now.
  if (adminDir === undefined) return ok(standing(place, undefined));
  const free = await refuseUnderWay(place, adminDir);
  if (!free.ok) return free;
  const listed = await git.listWorktrees(projectCheckout(project));
  if (!listed.ok) return listed;
  const entry = listed.value.find((candidate) => candidate.path === place);
  // Its user has taken it back already.
  if (entry?.head === undefined || entry.branch !== request.branch) return ok(standing(place, entry?.branch));
  const at = { path: place, gitDir: adminDir };
  const to = entry.head;
  if (from.branch === undefined) {
    const detached = await git.returnHead(at, { to });
    return detached.ok ? ok(standing(place, undefined)) : detached;
  }
  const target = await whereItStands(git, project, from.branch);
  const stays = (message: string) =>
    ok({
      ...standing(place, request.branch),
      note: { message, next: `Merge ${request.branch} where you want it, then check out your own branch there.` },
    });
  if (target === undefined) return stays(`${from.branch} is gone.`);
  if (listed.value.some(({ branch }) => branch === from.branch)) {
    return stays(`${from.branch} is checked out elsewhere by now.`);
  }
  const base = await git.mergeBase(projectCheckout(project), target, to);
  if (!base.ok || base.value !== target) return stays(`${from.branch} has moved on since.`);
  const back = await git.returnHead(at, { branch: from.branch, from: target, to });
  if (!back.ok) return back;
  await dropBranch(git, request, to);
  return ok(standing(place, from.branch));
}

function standing(place: string, branch: string | undefined): Released {
  return { path: place, ...(branch === undefined ? {} : { branch }) };
}

async function whereItStands(git: Git, project: Project, name: string): Promise<string | undefined> {
  const listed = await git.listBranches(projectCheckout(project), name);
  return listed.ok ? listed.value.find((branch) => branch.name === name)?.commit : undefined;
}

/** Its commits are on the user's branch now. */
async function dropBranch(git: Git, { project, workstreamId, branch }: ReleaseRequest, commit: string): Promise<void> {
  const at = projectCheckout(project);
  await git.deleteBranch(at, branch, commit);
  const left = await git.listBranches(at, `${branchFolder(workstreamId)}/`);
  if (left.ok && left.value.length === 0) await releaseBranchFolder(project.commonDir, workstreamId);
}

function isBelow(folder: string, candidate: string): boolean {
  return candidate.startsWith(`${folder}${path.sep}`);
}
