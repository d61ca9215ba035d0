import { readdir, rename } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Git } from "../git/git.ts";
import { adminDirOf, namedAdminDir, placeOf } from "./admin-dir.ts";
import { moveTo, poolFolderName, type WarmWorktree } from "./pool.ts";
import { projectCheckout, type Project } from "./project.ts";

/**
 * Gives a warm worktree to a workstream: branch, head, place, folder, mark, in this order, each done whole or not at all.
 *
 * Until the last step its mark stays on, so that git neither prunes nor moves it and no pool takes it for its own once it is
 * on a branch. After a crash between any two steps {@link finishClaim} goes on: the branch says whose it is, git's register
 * where it is to lie, and its `.git` file, wherever it lies, which registration it belongs to.
 *
 * @param place an empty folder that was made for it
 */
export async function claim(
  git: Git,
  warm: WarmWorktree,
  to: { readonly project: Project; readonly branch: string; readonly commit: string; readonly place: string },
): Promise<Result<void>> {
  const at = { path: warm.path, gitDir: warm.adminDir };
  if (warm.commit !== to.commit) {
    const moved = await moveTo(git, warm, to.commit, { background: false });
    if (!moved.ok) return moved;
  }
  const started = await git.startBranch(projectCheckout(to.project), to.branch, to.commit);
  if (!started.ok) return started;
  const headed = await git.setHead(at, { branch: to.branch });
  return headed.ok ? moveHere(git, warm, to.place) : headed;
}

/** The last three steps, from wherever a worktree lies now. */
async function moveHere(
  git: Git,
  { path: from, adminDir }: Pick<WarmWorktree, "path" | "adminDir">,
  place: string,
): Promise<Result<void>> {
  const placed = await git.setPlace({ gitDir: adminDir }, place);
  if (!placed.ok) return placed;
  try {
    // Takes the place of the empty folder, in one move.
    await rename(from, place);
    await git.takeMarkOff({ path: place, gitDir: adminDir });
    return ok(undefined);
  } catch (error) {
    return fail("UNAVAILABLE", `${place} could not be put in place.`, "Check the disk and who owns it.", error);
  }
}

/**
 * Ends a claim that was cut off after its branch was checked out. Answers where the worktree lies; undefined when its
 * files are nowhere to be found.
 *
 * @param entry as git has it registered
 * @param freePlace makes an empty folder and answers its path
 */
export async function finishClaim(
  deps: { readonly git: Git; readonly folder: string; readonly freePlace: () => Promise<Result<string>> },
  project: Project,
  entry: { readonly path: string },
): Promise<Result<string | undefined>> {
  const { git, folder } = deps;
  const pool = path.join(folder, poolFolderName);
  const here = path.dirname(entry.path) === folder ? await adminDirOf(project, entry.path) : undefined;
  const waiting = await findFiles(project, pool, entry.path);
  if (waiting !== undefined) {
    const place = await deps.freePlace();
    if (!place.ok) return place;
    const moved = await moveHere(git, waiting, place.value);
    return moved.ok ? ok(place.value) : moved;
  }
  if (here === undefined) return ok(undefined);
  await git.takeMarkOff({ path: entry.path, gitDir: here });
  return ok(entry.path);
}

/** The worktree in the pool's folder whose registration says that it lies, or is to lie, at `place`. */
async function findFiles(
  project: Project,
  pool: string,
  place: string,
): Promise<Pick<WarmWorktree, "path" | "adminDir"> | undefined> {
  for (const name of await readdir(pool).catch((): string[] => [])) {
    const candidate = path.join(pool, name);
    const adminDir = await namedAdminDir(project, candidate);
    if (adminDir !== undefined && (await placeOf(adminDir)) === place) return { path: candidate, adminDir };
  }
  return undefined;
}
