import { mkdir, readdir, rmdir } from "node:fs/promises";
import path from "node:path";
import { ok, type Result } from "../../contract/errors.ts";
import type { PoolStatus } from "../../contract/pool.ts";
import type { Git } from "../git/git.ts";
import type { RegisteredWorktree } from "../git/worktrees.ts";
import { adminDirOf, detachedHead } from "./admin-dir.ts";
import { readBase } from "./base-ref.ts";
import { exists } from "./locks.ts";
import type { OneAtATime } from "./one-at-a-time.ts";
import { projectCheckout, type Project } from "./project.ts";
import { walk } from "./walk.ts";

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
  /** Removes what is ready for a project, but for what is not as it was made. The next {@link keep} begins anew. */
  empty(projectId: string): Promise<void>;
  status(projectId: string): PoolStatus | undefined;
  /** The commit a base stands for at this moment, where that can be told without asking git. */
  baseNow(project: Project, base: string): Promise<string | undefined>;
  /** Hands one out, at `commit` if there is such a one, else at an earlier commit of the pool's own base. */
  take(projectId: string, at: { readonly base: string; readonly commit: string }): WarmWorktree | undefined;
  /** Ends a {@link take}: the worktree is a workstream's now; or what has become of it is to be looked at again. */
  taken(projectId: string, one: WarmWorktree, outcome: "claimed" | "failed"): void;
  /** Stops whatever refilling is under way until every start has ended; answers its undo. */
  giveWay(): () => void;
  /** Breaks off and makes none until the next start, or until told to go on; what is ready stays. */
  hold(held: boolean): void;
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
/** How long a project is left alone in which something failed. */
const failedPauseMs = 30_000;
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
  /** Being handed to workstreams at this moment. */
  readonly out: Set<string>;
  failedAt: number | undefined;
  /** Of one, measured when the commit last changed. */
  bytesEach: { readonly commit: string; readonly bytes: number } | undefined;
  refs: { readonly seen: string; readonly since: number; readonly followed: string | undefined };
  commit: string | undefined;
  waiting: PoolStatus["waiting"];
  lastRefill: PoolStatus["lastRefill"];
}

/** What came of one step: `nothing` where all is as it should be. */
type Step = "done" | "nothing" | "failed";

interface PoolDeps {
  readonly git: Git;
  readonly register: OneAtATime;
  readonly machine: Machine;
  readonly log: (message: string, cause?: unknown) => void;
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
  let emptying: Promise<unknown> = Promise.resolve();
  let breakOff = new AbortController();
  let held = false;
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

  async function empty(projectId: string): Promise<void> {
    const shelf = shelves.get(projectId);
    if (shelf === undefined) return;
    shelves.delete(projectId);
    shelf.wish = { ...shelf.wish, wanted: 0, most: 0 };
    const under = tending;
    breakOff.abort();
    await under;
    const { signal } = new AbortController();
    for (let step: Step = "done"; step === "done" && !closed;) step = await takeStep(shelf, signal);
  }

  async function tendAll(): Promise<void> {
    breakOff = new AbortController();
    for (const shelf of shelves.values()) await tend(shelf, breakOff.signal);
  }

  async function tend(shelf: Shelf, signal: AbortSignal): Promise<void> {
    if (shelf.failedAt !== undefined && machine.now() - shelf.failedAt < failedPauseMs) {
      shelf.waiting = held ? "you" : "a failed try";
      return;
    }
    await lookAtBase(shelf);
    for (let step: Step = "done"; step === "done" && !signal.aborted && !closed;) {
      shelf.waiting = undefined;
      if (starts > 0 || machine.now() - lastStart < quietMs) shelf.waiting = "a start";
      else if (machine.isBusy()) shelf.waiting = "a busy machine";
      if (shelf.waiting !== undefined) return;
      step = await takeStep(shelf, signal);
      if (step === "failed" && !signal.aborted) shelf.failedAt = machine.now();
    }
  }

  /** The one thing that is most to be done. */
  async function takeStep(shelf: Shelf, signal: AbortSignal): Promise<Step> {
    if (!shelf.surveyed) return survey(shelf, signal);
    const leftover = shelf.unfinished.pop();
    if (leftover !== undefined) return (await discard(shelf, leftover)).ok ? "done" : "failed";
    const free = await machine.freeBytes(path.dirname(path.dirname(shelf.folder))).catch(() => 0);
    const spare = shelf.ready.length > (free < disk.toKeep ? 0 : shelf.wish.most) ? shelf.ready.pop() : undefined;
    if (spare !== undefined) return throwAway(shelf, spare);
    if (shelf.commit === undefined || shelf.wish.wanted === 0) return "nothing";
    if (held) {
      shelf.waiting = "you";
      return "nothing";
    }
    if (free < disk.toRefill) {
      shelf.waiting = "a full disk";
      return "nothing";
    }
    const stale = shelf.ready.findIndex((one) => one.commit !== shelf.commit);
    const [behind] = stale < 0 ? [] : shelf.ready.splice(stale, 1);
    if (behind !== undefined) return follow(shelf, behind, shelf.commit, signal);
    return shelf.ready.length < affordable(shelf) ? refill(shelf, shelf.commit, signal) : "nothing";
  }

  /** Takes over what an earlier engine left ready, once git has found each as it should be. */
  async function survey(shelf: Shelf, signal: AbortSignal): Promise<Step> {
    const { project } = shelf;
    const registered = await git.listWorktrees(projectCheckout(project));
    if (!registered.ok) return "failed";
    // One that is on a branch is being handed to a workstream, which mends that itself.
    const left = registered.value.filter((entry) => isOnShelf(shelf, entry) && entry.branch === undefined);
    const complete = left.filter(({ warm }) => warm);
    // A repository that was moved has lost the way to its worktrees.
    const astray = await Promise.all(
      complete.map(async (entry) => (await adminDirOf(project, entry.path)) === undefined),
    );
    if (astray.includes(true)) await git.repairWorktrees(projectCheckout(project));
    for (const { path: place } of complete) {
      if (signal.aborted) return "nothing";
      if (isKnown(shelf, place)) continue;
      const found = await proven(shelf, place);
      if (found !== undefined) shelf.ready.push(found);
      // One that was handed out since the register was read is gone from here.
      else if (await exists(place)) log(`${place} was kept ready, but is not as it was made. It is left alone.`);
    }
    const unfinished = left.filter((entry) => entry.unfinished && !isKnown(shelf, entry.path));
    shelf.unfinished.push(...unfinished.map((entry) => entry.path));
    const known = new Set(registered.value.map((entry) => entry.path));
    await dropEmpty(shelf.folder, known);
    shelf.surveyed = true;
    return "done";
  }

  async function proven(shelf: Shelf, place: string): Promise<WarmWorktree | undefined> {
    const adminDir = await adminDirOf(shelf.project, place);
    const commit = adminDir === undefined ? undefined : await detachedHead(adminDir);
    if (adminDir === undefined || commit === undefined) return undefined;
    const status = await git.status({ path: place, gitDir: adminDir });
    return status.ok && status.value.entries.length === 0 ? { path: place, adminDir, commit } : undefined;
  }

  async function throwAway(shelf: Shelf, { path: place }: WarmWorktree): Promise<Step> {
    if ((await proven(shelf, place)) === undefined) {
      log(`${place} is no longer needed, but is not as it was made. It is left alone.`);
      return "done";
    }
    return (await discard(shelf, place)).ok ? "done" : "failed";
  }

  async function discard(shelf: Shelf, place: string): Promise<Result<void>> {
    const at = projectCheckout(shelf.project);
    return register(shelf.project.commonDir, () => git.discardWorktree(at, place));
  }

  async function refill(shelf: Shelf, commit: string, signal: AbortSignal): Promise<Step> {
    const began = machine.now();
    const place = await freeFolder(shelf.folder);
    const at = projectCheckout(shelf.project);
    const registered = await register(shelf.project.commonDir, () =>
      git.registerWorktree(at, { path: place, start: commit }),
    );
    if (!registered.ok) {
      await rmdir(place).catch(() => undefined);
      return "failed";
    }
    shelf.unfinished.push(place);
    const adminDir = await adminDirOf(shelf.project, place);
    if (adminDir === undefined) return "failed";
    const filled = await git.fillWorktree({ path: place, gitDir: adminDir }, { background: true, signal });
    const marked = filled.ok ? await git.markWorktree({ path: place, gitDir: adminDir }, "warm") : filled;
    if (!filled.ok || !marked.ok) return "failed";
    shelf.unfinished.pop();
    shelf.ready.push({ path: place, adminDir, commit });
    await settled(shelf, { place, commit, began, cpuMs: filled.value.cpuMs });
    return "done";
  }

  async function follow(shelf: Shelf, one: WarmWorktree, to: string, signal: AbortSignal): Promise<Step> {
    const began = machine.now();
    const moved = await moveTo(git, one, to, { background: true, signal });
    if (!moved.ok) {
      shelf.surveyed = false;
      return "failed";
    }
    shelf.ready.push({ ...one, commit: to });
    await settled(shelf, { place: one.path, commit: to, began, cpuMs: moved.value.cpuMs });
    return "done";
  }

  async function settled(
    shelf: Shelf,
    done: { readonly place: string; readonly commit: string; readonly began: number; readonly cpuMs: number },
  ): Promise<void> {
    shelf.lastRefill = { at: machine.now(), cpuMs: done.cpuMs, wallMs: machine.now() - done.began };
    if (shelf.bytesEach?.commit === done.commit) return;
    const { bytes } = await walk(done.place, { held: new Set(), ignored: [] });
    shelf.bytesEach = { commit: done.commit, bytes };
  }

  /** Asks git only when the files that could hold the branch have changed, and then stood still. */
  async function lookAtBase(shelf: Shelf): Promise<void> {
    const { print: seen } = await readBase(shelf.project.commonDir, shelf.wish.base);
    const now = machine.now();
    if (seen !== shelf.refs.seen) shelf.refs = { ...shelf.refs, seen, since: now };
    const { followed, since } = shelf.refs;
    if (followed === seen || (followed !== undefined && now - since < settleMs)) return;
    const { commonDir } = shelf.project;
    // Heads are switched by their files, which this format does not have.
    const inTables = await exists(path.join(commonDir, "reftable"));
    const commit = inTables ? undefined : await git.resolve(projectCheckout(shelf.project), shelf.wish.base);
    shelf.commit = commit?.ok === true ? commit.value : undefined;
    shelf.refs = { ...shelf.refs, followed: seen };
  }

  return {
    keep,
    empty(projectId) {
      const work = empty(projectId);
      emptying = Promise.allSettled([emptying, work]);
      return work;
    },
    async baseNow({ id, commonDir }, base) {
      const shelf = shelves.get(id);
      if (shelf?.project.commonDir !== commonDir || shelf.wish.base !== base) return undefined;
      const now = await readBase(commonDir, base);
      return now.direct && now.print === shelf.refs.followed ? shelf.commit : undefined;
    },
    take(projectId, { base, commit }) {
      const shelf = shelves.get(projectId);
      if (shelf === undefined) return undefined;
      const exact = shelf.ready.findIndex((one) => one.commit === commit);
      if (exact < 0 && shelf.wish.base !== base) return undefined;
      const [one] = shelf.ready.splice(Math.max(exact, 0), 1);
      if (one !== undefined) shelf.out.add(one.path);
      return one;
    },
    taken(projectId, { path: place }, outcome) {
      const shelf = shelves.get(projectId);
      shelf?.out.delete(place);
      if (shelf !== undefined && outcome === "failed") shelf.surveyed = false;
    },
    hold(wanted) {
      held = wanted;
      if (held) breakOff.abort();
    },
    giveWay() {
      starts += 1;
      held = false;
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
      await emptying;
    },
  };
}

/** Moves a warm worktree to another commit. It counts as unfinished until that is done, unless git refused before it began. */
export async function moveTo(
  git: Git,
  one: WarmWorktree,
  to: string,
  { background, signal }: { readonly background: boolean; readonly signal?: AbortSignal | undefined },
): Promise<Result<{ readonly cpuMs: number }>> {
  const at = { path: one.path, gitDir: one.adminDir };
  const begun = await git.markWorktree(at, "unfinished");
  if (!begun.ok) return begun;
  const moved = await git.moveFiles(at, { from: one.commit, to, background }, signal);
  if (!moved.ok && moved.error.code !== "CONFLICT") return moved;
  const headed = moved.ok ? await git.setHead(at, { commit: to }) : ok(undefined);
  if (!headed.ok) return headed;
  const marked = await git.markWorktree(at, "warm");
  return marked.ok ? moved : marked;
}

function emptyShelf(project: Project, folder: string, wish: PoolWish, now: number): Shelf {
  return {
    project,
    folder,
    wish,
    surveyed: false,
    ready: [],
    unfinished: [],
    out: new Set(),
    failedAt: undefined,
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
    // A base that names no commit, or that cannot be followed, has none kept ready.
    wanted: shelf.commit === undefined ? 0 : affordable(shelf),
    bytes: shelf.ready.length * (shelf.bytesEach?.bytes ?? 0),
    base: shelf.wish.base,
    ...(commit === undefined ? {} : { commit }),
    upToDate: shelf.ready.every((one) => one.commit === shelf.commit),
    ...(shelf.lastRefill === undefined ? {} : { lastRefill: shelf.lastRefill }),
    ...(shelf.waiting === undefined ? {} : { waiting: shelf.waiting }),
  };
}

function isKnown({ ready, unfinished, out }: Shelf, place: string): boolean {
  return out.has(place) || unfinished.includes(place) || ready.some((one) => one.path === place);
}

function isOnShelf(shelf: Shelf, entry: RegisteredWorktree): boolean {
  return path.dirname(entry.path) === shelf.folder;
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
