import { mkdir, readdir, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Result } from "../../contract/errors.ts";
import type { PoolStatus } from "../../contract/pool.ts";
import type { Git } from "../git/git.ts";
import type { RegisteredWorktree } from "../git/worktrees.ts";
import { adminDirOf, detachedHead } from "./admin-dir.ts";
import { bytesBelow } from "./bytes-below.ts";
import type { OneAtATime } from "./one-at-a-time.ts";
import { projectCheckout, type Project } from "./project.ts";

/** What a project wants kept ready. */
export interface PoolWish {
  /** The branch that starts begin from, as a rule; others start cold. */
  readonly base: string;
  /** As many are made. */
  readonly wanted: number;
  /** More than these are removed again; at least `wanted`. */
  readonly most: number;
}

/** A worktree at a commit, on no branch, that belongs to nobody yet. */
export interface WarmWorktree {
  readonly path: string;
  readonly adminDir: string;
  readonly commit: string;
}

/** What refilling asks of the machine. */
export interface Machine {
  readonly now: () => number;
  /** Whether others want the processors more than it can give. */
  readonly isBusy: () => boolean;
  /** Bytes free to us on the file system of a folder. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

export interface Pool {
  /** Says again what is wanted; to be called every second or so, which is when the base's branch is looked at. */
  keep(project: Project, folder: string, wish: PoolWish): void;
  status(projectId: string): PoolStatus | undefined;
  /** Hands one out, at `commit` if there is such a one, else at an earlier commit of the pool's own base. It is the caller's from now on. */
  take(projectId: string, at: { readonly base: string; readonly commit: string }): WarmWorktree | undefined;
  /** Stops whatever refilling is under way until every start has ended; answers its undo. */
  giveWay(): () => void;
  /** Resolves when nothing is under way; the worktrees stay for the next engine. */
  close(): Promise<void>;
}

/** Below the folder of a project's worktrees, under a name that no workstream can have. */
export const poolFolderName = ".pool";

/** How long the base must have stood still before worktrees follow it: a fetch moves it several times. */
const settleMs = 1_000;
/** How long refilling stays quiet after a start, in which the agent begins. */
const quietMs = 1_000;
/** What all worktrees that one project keeps ready may take. */
const mostBytes = 2 * 1024 ** 3;
/** Far enough apart that removing what is ready does not at once make room for more. */
const disk = { toRefill: 8 * 1024 ** 3, toKeep: 4 * 1024 ** 3 };

interface Shelf {
  readonly project: Project;
  readonly folder: string;
  wish: PoolWish;
  /** Whether git's register has been read for what an earlier engine left. */
  surveyed: boolean;
  readonly ready: WarmWorktree[];
  /** Registered, their checkout not ended. */
  readonly unfinished: string[];
  /** Of one, measured when the commit last changed. */
  bytesEach: { readonly commit: string; readonly bytes: number } | undefined;
  refs: { readonly seen: string; readonly since: number; readonly followed: string | undefined };
  commit: string | undefined;
  waiting: PoolStatus["waiting"];
  lastRefill: PoolStatus["lastRefill"];
}

interface PoolDeps {
  readonly git: Git;
  readonly register: OneAtATime;
  readonly machine: Machine;
  readonly log: (message: string, cause: unknown) => void;
}

/**
 * Keeps worktrees of each project checked out before anybody asks. One thing at a time is done for all projects together,
 * by a git that yields to everything else, and what is under way is broken off the moment a workstream starts.
 *
 * Nobody works in these worktrees, so what is unfinished may be thrown away. One that is complete is thrown away only after
 * git has found nothing in it that is not in its commit.
 */
export function createPool({ git, register, machine, log }: PoolDeps): Pool {
  const shelves = new Map<string, Shelf>();
  let starts = 0;
  let lastStart = Number.NEGATIVE_INFINITY;
  let tending: Promise<void> | undefined;
  let breakOff = new AbortController();
  let closed = false;

  function keep(project: Project, folder: string, wish: PoolWish): void {
    const known = shelves.get(project.id);
    if (known === undefined || known.project.commonDir !== project.commonDir) {
      shelves.set(project.id, emptyShelf(project, path.join(folder, poolFolderName), wish, machine.now()));
    } else {
      if (known.wish.base !== wish.base) known.refs = { seen: "", since: machine.now(), followed: undefined };
      known.wish = wish;
    }
    if (closed) return;
    tending ??= tendAll()
      .catch((thrown: unknown) => log("Worktrees could not be kept ready.", thrown))
      .finally(() => {
        tending = undefined;
      });
  }

  async function tendAll(): Promise<void> {
    breakOff = new AbortController();
    for (const shelf of shelves.values()) await tend(shelf, breakOff.signal);
  }

  async function tend(shelf: Shelf, signal: AbortSignal): Promise<void> {
    await lookAtBase(shelf);
    while (!signal.aborted && !closed) {
      shelf.waiting = await obstacle(shelf);
      if (shelf.waiting === "a full disk" && shelf.ready.length > 0) await shrink(shelf);
      if (shelf.waiting !== undefined || !(await takeStep(shelf, signal))) return;
    }
  }

  /** Why refilling must wait, whether or not there is anything to do. */
  async function obstacle(shelf: Shelf): Promise<PoolStatus["waiting"]> {
    if (starts > 0 || machine.now() - lastStart < quietMs) return "a start";
    if (machine.isBusy()) return "a busy machine";
    const free = await machine.freeBytes(path.dirname(path.dirname(shelf.folder))).catch(() => 0);
    return free < (shelf.ready.length === 0 ? disk.toRefill : disk.toKeep) ? "a full disk" : undefined;
  }

  async function shrink(shelf: Shelf): Promise<void> {
    const spare = shelf.ready.pop();
    if (spare !== undefined) await throwAway(shelf, spare);
  }

  /** The one thing that is most to be done; false when all is as it should be, or it failed. */
  async function takeStep(shelf: Shelf, signal: AbortSignal): Promise<boolean> {
    if (!shelf.surveyed) return survey(shelf, signal);
    if (shelf.ready.length > shelf.wish.most) {
      await shrink(shelf);
      return true;
    }
    const { commit } = shelf;
    if (commit === undefined || shelf.wish.wanted === 0) return false;
    const stale = shelf.ready.findIndex((one) => one.commit !== commit);
    if (stale >= 0) return follow(shelf, shelf.ready.splice(stale, 1)[0], commit, signal);
    if (shelf.ready.length >= affordable(shelf)) return false;
    return refill(shelf, commit, signal);
  }

  /** Takes over what an earlier engine left ready, once git has found each as it should be. */
  async function survey(shelf: Shelf, signal: AbortSignal): Promise<boolean> {
    const { project } = shelf;
    const registered = await git.listWorktrees(projectCheckout(project));
    if (!registered.ok) return false;
    // One that is on a branch is being handed to a workstream, which mends that itself.
    const left = registered.value.filter((entry) => isOnShelf(shelf, entry) && entry.branch === undefined);
    const complete = left.filter(({ warm }) => warm);
    // A repository that was moved has lost the way to its worktrees.
    const astray = await Promise.all(
      complete.map(async (entry) => (await adminDirOf(project, entry.path)) === undefined),
    );
    if (astray.includes(true)) await git.repairWorktrees(projectCheckout(project));
    for (const entry of complete) {
      if (signal.aborted) return false;
      if (shelf.ready.some((one) => one.path === entry.path)) continue;
      const found = await proven(shelf, entry.path);
      if (found !== undefined) shelf.ready.push(found);
    }
    shelf.unfinished.splice(0, Infinity, ...left.filter((entry) => entry.unfinished).map((entry) => entry.path));
    const known = new Set(registered.value.map((entry) => entry.path));
    await dropEmpty(shelf.folder, known);
    shelf.surveyed = true;
    return true;
  }

  async function proven(shelf: Shelf, place: string): Promise<WarmWorktree | undefined> {
    const adminDir = await adminDirOf(shelf.project, place);
    const commit = adminDir === undefined ? undefined : await detachedHead(adminDir);
    if (adminDir === undefined || commit === undefined) return undefined;
    const status = await git.status({ path: place, gitDir: adminDir });
    return status.ok && status.value.entries.length === 0 ? { path: place, adminDir, commit } : undefined;
  }

  async function throwAway(shelf: Shelf, { path: place }: WarmWorktree): Promise<void> {
    if ((await proven(shelf, place)) === undefined) return;
    await discard(shelf, place);
  }

  async function discard(shelf: Shelf, place: string): Promise<Result<void>> {
    const at = projectCheckout(shelf.project);
    return register(shelf.project.commonDir, () => git.discardWorktree(at, place));
  }

  async function refill(shelf: Shelf, commit: string, signal: AbortSignal): Promise<boolean> {
    const began = machine.now();
    const leftover = shelf.unfinished.pop();
    // Its checkout was broken off, perhaps for a commit that is no longer wanted.
    if (leftover !== undefined) return (await discard(shelf, leftover)).ok;
    const place = await freeFolder(shelf.folder);
    const at = projectCheckout(shelf.project);
    const registered = await register(shelf.project.commonDir, () =>
      git.registerWorktree(at, { path: place, start: commit }),
    );
    if (!registered.ok) {
      await rmdir(place).catch(() => undefined);
      return false;
    }
    const adminDir = await adminDirOf(shelf.project, place);
    if (adminDir === undefined) return false;
    const filled = await git.fillWorktree({ path: place, gitDir: adminDir }, { background: true, signal });
    if (!filled.ok) {
      shelf.unfinished.push(place);
      return false;
    }
    await git.markWorktree({ path: place, gitDir: adminDir }, "warm");
    shelf.ready.push({ path: place, adminDir, commit });
    await settled(shelf, { place, commit, began, cpuMs: filled.value.cpuMs });
    return true;
  }

  async function follow(
    shelf: Shelf,
    one: WarmWorktree | undefined,
    to: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (one === undefined) return false;
    const began = machine.now();
    const moved = await moveTo(git, one, to, { background: true, signal });
    if (!moved.ok) {
      shelf.unfinished.push(one.path);
      return false;
    }
    shelf.ready.push({ ...one, commit: to });
    await settled(shelf, { place: one.path, commit: to, began, cpuMs: moved.value.cpuMs });
    return true;
  }

  async function settled(
    shelf: Shelf,
    done: { readonly place: string; readonly commit: string; readonly began: number; readonly cpuMs: number },
  ): Promise<void> {
    shelf.lastRefill = { at: machine.now(), cpuMs: done.cpuMs, wallMs: machine.now() - done.began };
    if (shelf.bytesEach?.commit === done.commit) return;
    shelf.bytesEach = { commit: done.commit, bytes: await bytesBelow(done.place) };
  }

  /** Asks git only when the files that could hold the branch have changed, and then stood still. */
  async function lookAtBase(shelf: Shelf): Promise<void> {
    const seen = await fingerprint(shelf.project.commonDir, shelf.wish.base);
    const now = machine.now();
    if (seen !== shelf.refs.seen) shelf.refs = { ...shelf.refs, seen, since: now };
    const { followed, since } = shelf.refs;
    if (followed === seen || (followed !== undefined && now - since < settleMs)) return;
    const commit = await git.resolve(projectCheckout(shelf.project), shelf.wish.base);
    shelf.commit = commit.ok ? commit.value : undefined;
    shelf.refs = { ...shelf.refs, followed: seen };
  }

  return {
    keep,
    take(projectId, { base, commit }) {
      const shelf = shelves.get(projectId);
      if (shelf === undefined) return undefined;
      const exact = shelf.ready.findIndex((one) => one.commit === commit);
      if (exact < 0 && shelf.wish.base !== base) return undefined;
      return shelf.ready.splice(Math.max(exact, 0), 1)[0];
    },
    giveWay() {
      starts += 1;
      breakOff.abort();
      let given = false;
      return () => {
        if (given) return;
        given = true;
        starts -= 1;
        lastStart = machine.now();
      };
    },
    status(projectId) {
      const shelf = shelves.get(projectId);
      return shelf === undefined ? undefined : statusOf(shelf);
    },
    async close() {
      closed = true;
      breakOff.abort();
      await tending;
    },
  };
}

/** Moves a warm worktree to another commit. It counts as unfinished until that is done, or was refused before it began. */
export async function moveTo(
  git: Git,
  one: WarmWorktree,
  to: string,
  { background, signal }: { readonly background: boolean; readonly signal?: AbortSignal | undefined },
): Promise<Result<{ readonly cpuMs: number }>> {
  const at = { path: one.path, gitDir: one.adminDir };
  await git.markWorktree(at, "unfinished");
  const moved = await git.moveFiles(at, { from: one.commit, to, background }, signal);
  if (!moved.ok) return moved;
  const headed = await git.setHead(at, { commit: to });
  if (!headed.ok) return headed;
  await git.markWorktree(at, "warm");
  return moved;
}

function emptyShelf(project: Project, folder: string, wish: PoolWish, now: number): Shelf {
  return {
    project,
    folder,
    wish,
    surveyed: false,
    ready: [],
    unfinished: [],
    bytesEach: undefined,
    refs: { seen: "", since: now, followed: undefined },
    commit: undefined,
    waiting: undefined,
    lastRefill: undefined,
  };
}

function affordable({ wish, bytesEach }: Shelf): number {
  return bytesEach === undefined ? wish.wanted : Math.min(wish.wanted, Math.floor(mostBytes / bytesEach.bytes));
}

function statusOf(shelf: Shelf): PoolStatus {
  const commit = shelf.ready[0]?.commit;
  return {
    ready: shelf.ready.length,
    wanted: affordable(shelf),
    bytes: shelf.ready.length * (shelf.bytesEach?.bytes ?? 0),
    base: shelf.wish.base,
    ...(commit === undefined ? {} : { commit }),
    upToDate: shelf.ready.every((one) => one.commit === shelf.commit),
    ...(shelf.lastRefill === undefined ? {} : { lastRefill: shelf.lastRefill }),
    ...(shelf.waiting === undefined ? {} : { waiting: shelf.waiting }),
  };
}

function isOnShelf(shelf: Shelf, entry: RegisteredWorktree): boolean {
  return path.dirname(entry.path) === shelf.folder;
}

/** What changes whenever a branch, remote branch or tag of this name does, as far as files can tell. */
async function fingerprint(commonDir: string, base: string): Promise<string> {
  const files = ["packed-refs", `refs/heads/${base}`, `refs/remotes/${base}`, `refs/tags/${base}`];
  const facts = await Promise.all(
    files.map((file) =>
      stat(path.join(commonDir, file), { bigint: true }).then(
        ({ ino, size, mtimeNs }) => `${ino}.${size}.${mtimeNs}`,
        () => "",
      ),
    ),
  );
  return facts.join(" ");
}

/** Makes the folder, so that no other one gets its number. */
async function freeFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let number = 1; ; number += 1) {
    const place = path.join(folder, `warm-${number}`);
    const made = await mkdir(place).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
        throw error;
      },
    );
    if (made) return place;
  }
}

/** A crash between making a folder and registering it leaves it empty. */
async function dropEmpty(folder: string, known: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  const unknown = names.map((name) => path.join(folder, name)).filter((place) => !known.has(place));
  await Promise.all(unknown.map((place) => rmdir(place).catch(() => undefined)));
}
