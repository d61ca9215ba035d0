import { mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Problem, type Result } from "../../contract/errors.ts";
import type { Git } from "../git/git.ts";
import type { StartPoint } from "../git/start-point.ts";
import type { RegisteredWorktree } from "../git/worktrees.ts";
import { adminDirOf } from "./admin-dir.ts";
import { mayHaveBranches } from "./base-ref.ts";
import { claim, finishClaim } from "./claim.ts";
import { copyIncludes } from "./includes.ts";
import { branchName, checkNames } from "./names.ts";
import { clearDeadLocks, exists, goesAway } from "./locks.ts";
import type { OneAtATime } from "./one-at-a-time.ts";
import type { Pool, WarmWorktree } from "./pool.ts";
import { projectCheckout, type Project } from "./project.ts";
import type { FindStartPoint } from "./start-points.ts";

export interface CreateRequest {
  readonly project: Project;
  /** A branch, tag or commit that exists locally. */
  readonly base: string;
  /** See {@link slugFrom}. */
  readonly slug: string;
  readonly workstreamId: string;
  readonly signal?: AbortSignal;
}

/** A worktree ready to be worked in. Branch, folder and workstream id are three different things. */
export interface Worktree {
  readonly path: string;
  readonly branch: string;
  /** Where the branch parted from its base. */
  readonly baseCommit: string;
  /** The last part of `path`: the slug, with a number behind it when that was taken. */
  readonly folder: string;
  /** What git keeps about this worktree: index, head, logs. */
  readonly adminDir: string;
}

export interface CreateDeps {
  readonly git: Git;
  /** Real path of the folder below which this project's worktrees lie; made when missing. */
  readonly folder: string;
  /** Folders that a creation of this process is working on. */
  readonly claimed: Set<string>;
  readonly startPoint: FindStartPoint;
  /** Runs one after the other what registers or removes worktrees of one repository. */
  readonly register: OneAtATime;
  readonly pool: Pick<Pool, "baseNow" | "take" | "taken">;
  /** Milliseconds that a git which outlived its engine is given to end a checkout. */
  readonly patienceMs: number;
}

/**
 * Makes a workstream's worktree, or finds or mends the one an earlier attempt left. Nothing that could hold work is ever
 * overwritten or deleted, nothing is fetched, and on the way to a new worktree git is started three times at most. A cancelled
 * creation leaves what the next one mends.
 */
export async function createWorktree(deps: CreateDeps, request: CreateRequest): Promise<Result<Worktree>> {
  const { project, workstreamId, slug, base } = request;
  const names = checkNames({ projectId: project.id, workstreamId, slug });
  if (!names.ok) return names;
  const start = (await knownStart(deps, request)) ?? (await deps.startPoint(project, base, workstreamId));
  if (!start.ok) return explainBase(base, start.error);
  const made =
    start.value.branches.length === 0
      ? await makeNew(deps, request, start.value)
      : await mend(deps, request, start.value);
  if (!made.ok) return made;
  const copied = await copyIncludes(deps.git, { project, to: made.value.path, signal: request.signal });
  return copied.ok ? made : copied;
}

/** Where a workstream without branches starts, if files alone can tell; else git has to be asked. */
async function knownStart(
  { pool }: CreateDeps,
  { project, base, workstreamId }: CreateRequest,
): Promise<Result<StartPoint> | undefined> {
  const [commit, mayHave] = await Promise.all([
    pool.baseNow(project, base),
    mayHaveBranches(project.commonDir, workstreamId),
  ]);
  return commit === undefined || mayHave ? undefined : ok({ commit, branches: [] });
}

function explainBase(base: string, problem: Problem): Result<never> {
  const unknownRevision = problem.code === "NOT_FOUND" && /revision/.test(problem.cause ?? "");
  if (!unknownRevision) return { ok: false, error: problem };
  return fail(
    "NOT_FOUND",
    `There is no ${base} in this project to start from.`,
    "Run `git fetch` in the project, name another base, or make a first commit if there is none.",
    problem.cause,
  );
}

async function makeNew(deps: CreateDeps, request: CreateRequest, start: StartPoint): Promise<Result<Worktree>> {
  const branch = branchName(request.workstreamId, request.slug);
  const add = { branch, start: start.commit, baseCommit: start.commit };
  const warm = deps.pool.take(request.project.id, { base: request.base, commit: start.commit });
  return warm === undefined ? addInFreeFolder(deps, request, add) : claimWarm(deps, request, add, warm);
}

/** Takes what is ready. However far that gets, the way of a start that was cut off goes on from there. */
async function claimWarm(
  deps: CreateDeps,
  request: CreateRequest,
  add: Addition & { readonly start: string },
  warm: WarmWorktree,
): Promise<Result<Worktree>> {
  const place = await claimFolder(deps, request.slug);
  if (!place.ok) {
    deps.pool.taken(request.project.id, warm, "failed");
    return place;
  }
  const claimed = await claim(deps.git, warm, {
    project: request.project,
    branch: add.branch,
    commit: add.start,
    place: place.value,
  }).finally(() => deps.claimed.delete(place.value));
  deps.pool.taken(request.project.id, warm, claimed.ok ? "claimed" : "failed");
  if (claimed.ok) {
    return ok({
      path: place.value,
      branch: add.branch,
      baseCommit: add.baseCommit,
      folder: path.basename(place.value),
      adminDir: warm.adminDir,
    });
  }
  await rmdir(place.value).catch(() => undefined);
  const now = await deps.startPoint(request.project, request.base, request.workstreamId);
  if (!now.ok) return now;
  return now.value.branches.length === 0 ? addInFreeFolder(deps, request, add) : mend(deps, request, now.value);
}

interface Addition {
  readonly branch: string;
  /** Absent for a branch that exists. */
  readonly start?: string;
  readonly baseCommit: string;
}

interface Registration extends Addition {
  readonly path: string;
  readonly takeOver?: boolean;
}

async function addInFreeFolder(deps: CreateDeps, request: CreateRequest, add: Addition): Promise<Result<Worktree>> {
  const claimed = await claimFolder(deps, request.slug);
  if (!claimed.ok) return claimed;
  const place = claimed.value;
  try {
    const added = await checkOut(deps, request, { ...add, path: place });
    // Only an empty folder goes: it was made for this worktree a moment ago.
    if (!added.ok) await rmdir(place).catch(() => undefined);
    return added;
  } finally {
    deps.claimed.delete(place);
  }
}

/** Registrations follow one another, checkouts of one repository run side by side. */
async function checkOut(deps: CreateDeps, request: CreateRequest, add: Registration): Promise<Result<Worktree>> {
  const { git } = deps;
  const { project, signal } = request;
  const registered = await register(deps, request, add);
  if (!registered.ok) {
    await dropNewBranch(deps, project, add);
    return registered.error.code === "INTERNAL" ? ((await whyUnwritable(project.commonDir)) ?? registered) : registered;
  }
  const made = await describe(project, add.path, add);
  if (!made.ok) return made;
  const at = { path: made.value.path, gitDir: made.value.adminDir };
  const filled = await git.fillWorktree(at, { signal });
  if (filled.ok) {
    await git.takeMarkOff(at);
    return made;
  }
  if (filled.error.code === "CANCELLED") return filled;
  await takeBack(deps, project, add);
  return { ok: false, error: saidOfProject(filled.error, project, add.path) };
}

/** What is told of a folder that was taken back is told of the project, where it can be looked into. */
function saidOfProject(error: Problem, { root }: Project, place: string): Problem {
  return { ...error, message: error.message.replaceAll(place, root), next: error.next.replaceAll(place, root) };
}

/** A checkout that failed holds no work: it is still marked. What it took of the disk may be what is missing there. */
async function takeBack(deps: CreateDeps, project: Project, add: Registration): Promise<void> {
  const at = projectCheckout(project);
  await deps.register(project.commonDir, () => deps.git.removeWorktree(at, { path: add.path, force: true }));
  await dropNewBranch(deps, project, add);
}

/** Git makes the branch before the worktree, and leaves it when it gets no further. */
async function dropNewBranch({ git }: CreateDeps, project: Project, add: Registration): Promise<void> {
  if (add.start !== undefined) await git.deleteBranch(projectCheckout(project), add.branch, add.start);
}

async function register(deps: CreateDeps, request: CreateRequest, add: Registration): Promise<Result<void>> {
  const { project, workstreamId } = request;
  const once = () => deps.register(project.commonDir, () => deps.git.registerWorktree(projectCheckout(project), add));
  const first = await once();
  if (first.ok || first.error.code !== "CONFLICT") return first;
  return (await clearDeadLocks(project, workstreamId, deps.patienceMs)) ? once() : first;
}

const mostTries = 1_000;

/** Makes the folder itself, so that two creations, of whatever process, never get the same one. */
async function claimFolder(deps: CreateDeps, slug: string): Promise<Result<string>> {
  try {
    await mkdir(deps.folder, { recursive: true, mode: 0o700 });
    for (let number = 1; number <= mostTries; number += 1) {
      const place = path.join(deps.folder, number === 1 ? slug : `${slug}-${number}`);
      if (deps.claimed.has(place)) continue;
      deps.claimed.add(place);
      if (await makeOrReuseEmpty(place)) return ok(place);
      deps.claimed.delete(place);
    }
  } catch (error) {
    return cannotWrite(deps.folder, error);
  }
  return fail("CONFLICT", `There are too many folders named ${slug}.`, "Remove worktrees that are done.");
}

/** An empty folder is what a crash between claiming and filling leaves. */
async function makeOrReuseEmpty(place: string): Promise<boolean> {
  try {
    await mkdir(place);
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  return readdir(place).then(
    (entries) => entries.length === 0,
    () => false,
  );
}

/** There are branches of this workstream already: an earlier attempt got at least that far. */
async function mend(deps: CreateDeps, request: CreateRequest, start: StartPoint): Promise<Result<Worktree>> {
  const { git } = deps;
  const at = projectCheckout(request.project);
  const registered = await git.listWorktrees(at);
  if (!registered.ok) return registered;
  const branch = attemptedBranch(request, start, registered.value);
  const entry = registered.value.find((worktree) => isAttempt(deps, request, branch, worktree));
  const add = { branch, baseCommit: await baseOf(git, request, start, branch) };
  if (entry === undefined) return addInFreeFolder(deps, request, add);
  if (!entry.path.startsWith(deps.folder + path.sep)) return elsewhere(branch, entry.path);
  if (entry.warm) return finishWarm(deps, request, entry, add);
  if (entry.unfinished) return finishCheckout(deps, request, entry, add);
  if (entry.prunable === undefined) return describe(request.project, entry.path, add);
  if (await exists(entry.path)) {
    const repaired = await git.repairWorktrees(at);
    return repaired.ok ? describe(request.project, entry.path, add) : repaired;
  }
  return checkOut(deps, request, { ...add, path: entry.path, takeOver: true });
}

/** A folder of the user's is nobody's to work in unasked. */
function elsewhere(branch: string, place: string): Result<never> {
  return fail(
    "CONFLICT",
    `${branch} is checked out in ${place}.`,
    `Check out another branch there, or \`git worktree remove\` it; then try again.`,
  );
}

async function finishWarm(
  deps: CreateDeps,
  request: CreateRequest,
  entry: RegisteredWorktree,
  add: Addition,
): Promise<Result<Worktree>> {
  const { git, folder } = deps;
  const freePlace = () => claimFolder(deps, request.slug);
  const finished = await finishClaim({ git, folder, freePlace }, request.project, entry);
  if (!finished.ok) return finished;
  deps.claimed.delete(finished.value ?? "");
  if (finished.value !== undefined) return describe(request.project, finished.value, add);
  return checkOut(deps, request, { ...add, path: entry.path, takeOver: true });
}

function attemptedBranch(request: CreateRequest, start: StartPoint, registered: readonly RegisteredWorktree[]): string {
  const checkedOut = start.branches.find((name) => registered.some(({ branch }) => branch === name));
  const wanted = branchName(request.workstreamId, request.slug);
  return checkedOut ?? start.branches.find((name) => name === wanted) ?? start.branches[0] ?? wanted;
}

/** Git gives a new worktree its branch a moment after it is registered, so an unfinished one may have none yet. */
function isAttempt(deps: CreateDeps, request: CreateRequest, branch: string, entry: RegisteredWorktree): boolean {
  if (entry.branch === branch) return true;
  const headless = entry.branch === undefined && entry.unfinished;
  return headless && entry.path === path.join(deps.folder, request.slug) && !deps.claimed.has(entry.path);
}

async function baseOf(git: Git, { project }: CreateRequest, start: StartPoint, branch: string): Promise<string> {
  const parted = await git.mergeBase(projectCheckout(project), start.commit, branch);
  return parted.ok ? parted.value : start.commit;
}

/**
 * A marked worktree holds no work, since nobody is told of it before its checkout has ended. If it has ended but for the
 * mark, that is taken off; else what was written is moved out of the way and the branch checked out afresh.
 */
async function finishCheckout(
  deps: CreateDeps,
  request: CreateRequest,
  entry: RegisteredWorktree,
  add: Addition,
): Promise<Result<Worktree>> {
  const found = await describe(request.project, entry.path, add);
  if (found.ok && entry.branch !== undefined && (await hasEnded(found.value.adminDir, deps.patienceMs))) {
    await deps.git.takeMarkOff({ path: entry.path, gitDir: found.value.adminDir });
    return found;
  }
  const aside = path.join(deps.folder, `.unfinished-${path.basename(entry.path)}-${process.pid}`);
  try {
    if (await exists(entry.path)) await rename(entry.path, aside);
  } catch (error) {
    return cannotWrite(entry.path, error);
  }
  const made = await checkOut(deps, request, { ...add, path: entry.path, takeOver: true });
  await rm(aside, { recursive: true, force: true }).catch(() => undefined);
  return made;
}

/** Git writes the index last, under a lock that a living git takes away and a dead one leaves. */
async function hasEnded(adminDir: string, patienceMs: number): Promise<boolean> {
  const lock = path.join(adminDir, "index.lock");
  return (await goesAway(lock, patienceMs)) && exists(path.join(adminDir, "index"));
}

async function describe(project: Project, place: string, add: Addition): Promise<Result<Worktree>> {
  const adminDir = await adminDirOf(project, place);
  if (adminDir === undefined) {
    return fail(
      "CONFLICT",
      `The .git file of ${place} does not lead to this project.`,
      `Run \`git worktree repair ${place}\` in the project, then try again.`,
    );
  }
  return ok({ path: place, branch: add.branch, baseCommit: add.baseCommit, folder: path.basename(place), adminDir });
}

/** Git does not say why it could not write a ref; the file system does. */
async function whyUnwritable(folder: string): Promise<Result<never> | undefined> {
  const trial = path.join(folder, `cox-trial-${process.pid}`);
  try {
    await writeFile(trial, "x".repeat(4_096));
    return undefined;
  } catch (error) {
    return cannotWrite(folder, error);
  } finally {
    await rm(trial, { force: true }).catch(() => undefined);
  }
}

function cannotWrite(place: string, error: unknown): Result<never> {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return fail("DISK_FULL", "The disk is full.", "Remove worktrees that are done, or free some space.", error);
  }
  return fail(
    "FORBIDDEN",
    `Nothing can be written in ${place}.`,
    "Check who owns it and that it is not read-only.",
    error,
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
