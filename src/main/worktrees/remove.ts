import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Branch } from "../git/branches.ts";
import type { Git } from "../git/git.ts";
import type { RegisteredWorktree } from "../git/worktrees.ts";
import { branchFolder } from "./names.ts";
import type { OneAtATime } from "./one-at-a-time.ts";
import { projectCheckout, type Project } from "./project.ts";
import { releaseBranchFolder } from "./writable-roots.ts";

export interface RemoveRequest {
  readonly project: Project;
  readonly workstreamId: string;
  /** As `create` answered it. */
  readonly path: string;
  readonly adminDir: string;
  /** The folder's name, typed by a human who accepts what is lost. */
  readonly confirmedName?: string;
}

export interface Removed {
  /** Branches that still hold commits found nowhere else. */
  readonly keptBranches: readonly string[];
}

/** What would go with a worktree. */
interface Stakes {
  readonly uncommitted: number;
  /** Commits that only this workstream's branches, or the worktree's own head, still hold. */
  readonly commits: number;
  readonly branches: readonly Branch[];
}

/**
 * Removes a worktree once it is proven that nothing is lost: nothing uncommitted, and every commit also held by a branch,
 * tag or remote branch outside the workstream. Without that proof a human must name the folder, and even then branches
 * with commits of their own stay. Removing twice is the same as once.
 */
export async function removeWorktree(
  deps: { readonly git: Git; readonly register: OneAtATime; readonly folder: string },
  request: RemoveRequest,
): Promise<Result<Removed>> {
  const { git } = deps;
  const at = projectCheckout(request.project);
  if (path.dirname(request.path) !== deps.folder) return notOurs(request.path);
  const registered = await git.listWorktrees(at);
  if (!registered.ok) return registered;
  const entry = registered.value.find((candidate) => candidate.path === request.path);
  const stakes = await atStake(git, request, entry);
  if (!stakes.ok) return stakes;
  if (entry !== undefined) {
    const confirmed = request.confirmedName === path.basename(request.path);
    if (!confirmed && wouldLose(stakes.value)) return unproven(request.path, stakes.value);
    const removed = await deps.register(request.project.commonDir, () =>
      git.removeWorktree(at, { path: request.path, force: confirmed || entry.unfinished }),
    );
    if (!removed.ok) return confirmed ? removed : refusedByGit(request.path, removed);
  }
  return dropMergedBranches(git, request, stakes.value);
}

async function atStake(
  git: Git,
  { project, workstreamId, path: place, adminDir }: RemoveRequest,
  entry: RegisteredWorktree | undefined,
): Promise<Result<Stakes>> {
  const at = projectCheckout(project);
  const branches = await git.listBranches(at, `${branchFolder(workstreamId)}/`);
  if (!branches.ok) return branches;
  const tips = [...branches.value.map(({ commit }) => commit), ...(entry?.head === undefined ? [] : [entry.head])];
  const commits = await countOnlyHere(git, project, workstreamId, tips);
  if (!commits.ok) return commits;
  // In one whose checkout never ended nobody has worked, and git counts all that is not there yet as deleted.
  if (entry === undefined || entry.prunable !== undefined || entry.unfinished) {
    return ok({ uncommitted: 0, commits: commits.value, branches: branches.value });
  }
  const status = await git.status({ path: place, gitDir: adminDir });
  if (!status.ok) return status;
  return ok({ uncommitted: status.value.entries.length, commits: commits.value, branches: branches.value });
}

async function countOnlyHere(
  git: Git,
  project: Project,
  workstreamId: string,
  tips: readonly string[],
): Promise<Result<number>> {
  if (tips.length === 0) return ok(0);
  return git.onlyHere(projectCheckout(project), tips, `refs/heads/${branchFolder(workstreamId)}/*`);
}

function wouldLose({ uncommitted, commits }: Stakes): boolean {
  return uncommitted > 0 || commits > 0;
}

/** A branch goes only if its own commits are elsewhere, and only from where it was just seen. */
async function dropMergedBranches(git: Git, request: RemoveRequest, stakes: Stakes): Promise<Result<Removed>> {
  const kept: string[] = [];
  for (const { name, commit } of stakes.branches) {
    const only = await countOnlyHere(git, request.project, request.workstreamId, [commit]);
    const dropped =
      only.ok && only.value === 0 && (await git.deleteBranch(projectCheckout(request.project), name, commit)).ok;
    if (!dropped) kept.push(name);
  }
  if (kept.length === 0) await releaseBranchFolder(request.project.commonDir, request.workstreamId);
  return ok({ keptBranches: kept });
}

function notOurs(place: string): Result<never> {
  return fail(
    "FORBIDDEN",
    `${place} was not made by Coxswain, so it is not removed by it.`,
    `Remove it by hand with \`git worktree remove\` if it is not needed.`,
  );
}

function unproven(place: string, { uncommitted, commits }: Stakes): Result<never> {
  const parts = [
    ...(uncommitted > 0 ? [`${uncommitted} uncommitted ${uncommitted === 1 ? "path" : "paths"}`] : []),
    ...(commits > 0 ? [`${commits} ${commits === 1 ? "commit" : "commits"} found nowhere else`] : []),
  ];
  const name = path.basename(place);
  return fail(
    "CONFLICT",
    `${name} still holds ${parts.join(" and ")}.`,
    `Land or push it first; or confirm with the name ${name} to remove it all the same.`,
  );
}

function refusedByGit(place: string, removed: Result<void>): Result<never> {
  const cause = removed.ok ? undefined : removed.error.cause;
  const name = path.basename(place);
  return fail(
    "CONFLICT",
    `git would not remove ${name}; it changed meanwhile, is locked or has submodules.`,
    `Look at it with \`git -C ${place} status\`; or confirm with the name ${name} to remove it all the same.`,
    cause,
  );
}
