import { mkdir, readdir, readFile, realpath, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Problem, type Result } from "../../contract/errors.ts";
import type { Git } from "../git/git.ts";
import { placeOf } from "./admin-dir.ts";
import { isThere } from "./inside.ts";
import { branchFolder } from "./names.ts";
import { poolFolderName } from "./pool.ts";
import { projectCheckout, projectFolder } from "./project.ts";
import { removeAll } from "./remove-all.ts";
import { findStakes, whyNotDelete, whyNotPause, type Place, type Stakes } from "./stakes.ts";
import type { Vault } from "./vault.ts";
import { releaseBranchFolder } from "./writable-roots.ts";

export interface ClearDeps {
  /** The folder below which each project has one for its worktrees. */
  readonly root: string;
  readonly git: Git;
  readonly vault: Vault;
  /** Told before each act that changes something on disk, so that a test can end the process there. */
  readonly before?: (act: string) => void;
}

/** Something would be lost, or somebody works there; all is as it was before. */
export interface Refused {
  readonly kind: "refused";
  readonly why: Problem;
}

export interface Deletion {
  readonly kind: "deleted";
  /** Branches that the vault does not have as they are, and that therefore stay. */
  readonly keptBranches: readonly string[];
}

export interface Pause {
  readonly kind: "paused";
  /** What {@link Clearing.unpack} takes; absent when there was no folder. */
  readonly snapshot?: string;
  /** What the folder took on disk; absent when that was not seen. */
  readonly bytes?: number;
}

/**
 * Takes worktrees away. Every act can be repeated: after a crash at any point the same call goes on from what it finds.
 *
 * The folder is moved aside before it is looked at for the last time, so that what looked is what goes, and nothing a late
 * process writes to the old path is taken along. Once it is proven it gets another name, which is what a restart believes.
 */
export interface Clearing {
  /** Whether the folder is where it belongs. */
  isInPlace(place: Place): Promise<boolean>;
  /** What would go, as far as it can be told while the folder is in its place. */
  mayRemove(place: Place, confirmed: boolean): Promise<Result<Stakes | Refused>>;
  /** Refused when it would lose something and no human confirmed it. A failure is to be tried again. */
  remove(place: Place, confirmed: boolean): Promise<Result<Deletion | Refused>>;
  /** Frees the folder and keeps the branches. Refused when something could not be had back. A failure is to be tried again. */
  pause(place: Place): Promise<Result<Pause | Refused>>;
}

export function createClearing(deps: ClearDeps): Clearing {
  const { root, git, vault } = deps;
  const before = deps.before ?? (() => undefined);

  async function folderOf({ project, path: place }: Place): Promise<Result<string>> {
    await mkdir(root, { recursive: true, mode: 0o700 });
    const folder = projectFolder(await realpath(root), project);
    if (path.dirname(place) === folder) return ok(folder);
    return fail(
      "FORBIDDEN",
      `${place} was not made by Coxswain, so it is not removed by it.`,
      "Give it back with `cox release`, and remove it by hand if it is not needed.",
    );
  }

  /** Moves aside, looks for the last time and, if `why` has nothing against it, marks and proves. Answers what was seen. */
  async function prove(
    { place, isOwn }: Standing,
    asides: Asides,
    mark: "paused" | "deleted",
    why: (stakes: Stakes) => Problem | undefined,
  ): Promise<Result<Proven | Refused>> {
    if (await isThere(asides.proven)) return ok({ kind: "proven" });
    if (!(await isThere(asides.unproven)) && isOwn && (await isThere(place.path))) {
      before("move aside");
      await rename(place.path, asides.unproven);
    }
    const stakes = await findStakes(vault, place, asides.unproven);
    const refused = why(stakes);
    if (refused !== undefined) {
      before("put back");
      await putBack(asides.unproven, place.path);
      return ok({ kind: "refused", why: refused });
    }
    const named = await nameSnapshot(place, mark, stakes);
    if (!named.ok) {
      await putBack(asides.unproven, place.path);
      return named;
    }
    before("prove");
    if (await isThere(asides.unproven)) await rename(asides.unproven, asides.proven);
    return ok({ kind: "proven", bytes: stakes.bytes });
  }

  async function nameSnapshot(place: Place, mark: "paused" | "deleted", stakes: Stakes): Promise<Result<void>> {
    before("mark");
    if (stakes.snapshot !== undefined) return vault.mark(place, mark, stakes.snapshot);
    return mark === "deleted" ? vault.markDeleted(place, place.about) : ok(undefined);
  }

  /** Git forgets the worktree at one stroke: a registration that is half gone would have it fail for all the others. */
  async function unregister({ project, workstreamId, adminDir }: Place): Promise<void> {
    const gone = path.join(project.commonDir, `cox-removed-${workstreamId}`);
    before("unregister");
    if (path.dirname(adminDir) === path.join(project.commonDir, "worktrees") && (await isThere(adminDir))) {
      await rm(gone, { recursive: true, force: true });
      await rename(adminDir, gone);
    }
    before("remove the admin directory");
    await removeAll(gone);
  }

  /** A branch goes only from where the vault has it. */
  async function dropBranches(place: Place): Promise<Result<readonly string[]>> {
    const at = projectCheckout(place.project);
    const held = await vault.branches(place);
    const present = await git.listBranches(at, `${branchFolder(place.workstreamId)}/`);
    if (!present.ok) return present;
    const kept: string[] = [];
    for (const { name, commit } of present.value) {
      before("drop a branch");
      const isHeld = held.ok && held.value.some((ref) => ref.name === name && ref.object === commit);
      if (!isHeld || !(await git.deleteBranch(at, name, commit)).ok) kept.push(name);
    }
    if (kept.length === 0) await releaseBranchFolder(place.project.commonDir, place.workstreamId);
    return ok(kept);
  }

  async function guarded<T>(
    given: Place,
    work: (standing: Standing) => Promise<Result<T>>,
  ): Promise<Result<T | Refused>> {
    try {
      const folder = await folderOf(given);
      if (!folder.ok) return ok({ kind: "refused", why: folder.error });
      return await work(await findStanding(given, folder.value));
    } catch (error) {
      return fail(
        "UNAVAILABLE",
        `${given.path} could not be taken away whole.`,
        "Check the disk and who owns what lies there; it is tried again.",
        error,
      );
    }
  }

  return {
    isInPlace: (place) => isThere(place.path),
    mayRemove: (given, confirmed) =>
      guarded<Stakes | Refused>(given, async ({ place, folder, isOwn }) => {
        const { unproven } = asidesOf(folder, "delete", place.workstreamId);
        const stakes = await findStakes(vault, place, isOwn ? place.path : unproven);
        const why = whyNotDelete(place, stakes, confirmed);
        return ok(why === undefined ? stakes : { kind: "refused", why });
      }),
    remove: (given, confirmed) =>
      guarded<Deletion | Refused>(given, async (standing) => {
        const { place, folder } = standing;
        const asides = asidesOf(folder, "delete", place.workstreamId);
        const proven = await prove(standing, asides, "deleted", (stakes) => whyNotDelete(place, stakes, confirmed));
        if (!proven.ok) return proven;
        if (proven.value.kind === "refused") return ok(proven.value);
        await unregister(place);
        const kept = await dropBranches(place);
        if (!kept.ok) return kept;
        before("remove the folder");
        await removeAll(asides.proven);
        return ok({ kind: "deleted", keptBranches: kept.value });
      }),
    pause: (given) =>
      guarded<Pause | Refused>(given, async (standing) => {
        const { place, folder } = standing;
        const asides = asidesOf(folder, "pause", place.workstreamId);
        const proven = await prove(standing, asides, "paused", (stakes) => whyNotPause(place, stakes));
        if (!proven.ok) return proven;
        if (proven.value.kind === "refused") return ok(proven.value);
        await unregister(place);
        before("remove the folder");
        await removeAll(asides.proven);
        const snapshot = await vault.marked(place, "paused");
        if (!snapshot.ok) return snapshot;
        return ok({
          kind: "paused",
          ...(snapshot.value === undefined ? {} : { snapshot: snapshot.value }),
          ...(proven.value.bytes === undefined ? {} : { bytes: proven.value.bytes }),
        });
      }),
  };
}

interface Standing {
  readonly place: Place;
  /** The folder of the project's worktrees. */
  readonly folder: string;
  /** Whether what lies at its path, if anything does, is the workstream's own. */
  readonly isOwn: boolean;
}

/**
 * A row may be behind: its worktree may never have been told of, or be gone while another's has its path or its admin
 * directory. Those are left alone.
 */
async function findStanding(place: Place, folder: string): Promise<Standing> {
  if (place.adminDir !== "") {
    const leadsTo = (await isThere(place.adminDir)) ? await placeOf(place.adminDir) : place.path;
    return { place: leadsTo === place.path ? place : { ...place, adminDir: "" }, folder, isOwn: true };
  }
  const found = await findUntold(place, folder);
  return found === undefined ? { place, folder, isOwn: false } : { place: { ...place, ...found }, folder, isOwn: true };
}

/**
 * What git has registered here for a workstream although nobody was told: its set-up was cut short. Its branch says whose it
 * is, in the middle of a rebase the branch that is being rebased.
 */
async function findUntold(
  { project, workstreamId }: Place,
  folder: string,
): Promise<Pick<Place, "path" | "adminDir"> | undefined> {
  const admins = path.join(project.commonDir, "worktrees");
  const own = `refs/heads/${branchFolder(workstreamId)}/`;
  const here = [folder, path.join(folder, poolFolderName)];
  for (const name of await readdir(admins).catch((): string[] => [])) {
    const adminDir = path.join(admins, name);
    const heads = await Promise.all(
      ["HEAD", "rebase-merge/head-name"].map((file) => readFile(path.join(adminDir, file), "utf8").catch(() => "")),
    );
    if (!heads.some((head) => head.replace("ref: ", "").startsWith(own))) continue;
    const leadsTo = await placeOf(adminDir);
    if (leadsTo !== undefined && here.includes(path.dirname(leadsTo))) return { path: leadsTo, adminDir };
  }
  return undefined;
}

interface Proven {
  readonly kind: "proven";
  /** What the folder took on disk; absent when an earlier run saw it. */
  readonly bytes?: number;
}

interface Asides {
  /** Moved aside, and not yet looked at for the last time. */
  readonly unproven: string;
  /** Only to be removed. */
  readonly proven: string;
}

function asidesOf(folder: string, purpose: "delete" | "pause", workstreamId: string): Asides {
  const [unproven, proven] = purpose === "delete" ? ["deleting", "deleted"] : ["pausing", "paused"];
  return {
    unproven: path.join(folder, `.${unproven}-${workstreamId}`),
    proven: path.join(folder, `.${proven}-${workstreamId}`),
  };
}

/** What somebody made in its place meanwhile is left alone, and so is what was moved aside. */
async function putBack(aside: string, place: string): Promise<void> {
  if ((await isThere(aside)) && !(await isThere(place))) await rename(aside, place);
}
