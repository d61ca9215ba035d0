import { readdir, realpath } from "node:fs/promises";
import path from "node:path";
import type { FleetState } from "../contract/states.ts";
import type { DiskPart, DiskUse, MeasureFrame, Worktree, WorktreeList } from "../contract/worktrees.ts";
import { listWorktrees } from "./worktree-list.ts";
import { adminDirOf } from "./worktrees/admin-dir.ts";
import { walkDisk, type Walk } from "./worktrees/disk-walk.ts";
import { findReclaimable } from "./worktrees/reclaim.ts";
import type { Git } from "./git/git.ts";
import { limitsFor, type Space } from "./worktrees/room.ts";
import type { Worktrees } from "./worktrees/worktrees.ts";

export interface DiskUseDeps {
  /** Its real path. */
  readonly home: string;
  readonly git: Git;
  readonly worktrees: Pick<Worktrees, "inventory">;
  readonly state: () => FleetState;
  readonly space: () => Promise<Space>;
  readonly now: () => number;
}

type Progress = Omit<Extract<MeasureFrame, { kind: "progress" }>, "kind">;

/** What takes room on disk, measured when asked and remembered until the engine ends. */
export interface DiskMeasure {
  readonly use: () => Promise<DiskUse>;
  readonly list: () => Promise<WorktreeList>;
  /**
   * Measures anew. Whoever asks while that is under way waits for the same one; it is given up when nobody waits any more, and
   * then answers what was known before.
   */
  readonly measure: (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<DiskUse>;
  close(): Promise<void>;
}

type Size = NonNullable<Worktree["size"]>;
type Measured = NonNullable<DiskUse["measured"]>;

interface Run {
  readonly listeners: Set<(progress: Progress) => void>;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** A folder whose size is asked for. */
interface Target {
  readonly part: DiskPart;
  readonly path: string;
  readonly worktree?: Worktree;
}

export function createDiskMeasure(deps: DiskUseDeps): DiskMeasure {
  const sizes = new Map<string, Size>();
  let measured: Measured | undefined;
  let running: Run | undefined;

  async function told(): Promise<DiskUse> {
    const { free, total } = await deps.space().catch(() => ({ free: 0, total: 0 }));
    return { free, ...limitsFor(total), ...(measured === undefined ? {} : { measured }) };
  }

  async function list(): Promise<WorktreeList> {
    const { worktrees, unlisted } = await listWorktrees(deps.worktrees, deps.state());
    return { unlisted, worktrees: worktrees.map((each) => withSize(each, sizes.get(each.path))) };
  }

  function begin(): Run {
    const listeners = new Set<(progress: Progress) => void>();
    const stop = new AbortController();
    const tell = (progress: Progress) => {
      for (const listener of listeners) listener(progress);
    };
    const done = measureAll(tell, stop.signal).finally(() => (running = undefined));
    return { listeners, stop, done };
  }

  async function measureAll(tell: (progress: Progress) => void, signal: AbortSignal): Promise<void> {
    const targets = await findTargets(deps, (await list()).worktrees);
    const seen = new Set<string>();
    const parts = new Map<DiskPart, number>();
    const found = new Map<string, Size>();
    let progress: Progress = { done: 0, total: targets.length, files: 0, bytes: 0 };
    let partial = false;
    for (const target of targets) {
      const marked = target.worktree === undefined ? none : await reclaimableIn(deps, target.worktree, signal);
      const walk = await walkDisk(target.path, marked, {
        seen,
        signal,
        onFolder: ({ files, bytes }) => {
          progress = { ...progress, files: progress.files + files, bytes: progress.bytes + bytes };
          tell(progress);
        },
      });
      if (signal.aborted) return;
      parts.set(target.part, (parts.get(target.part) ?? 0) + walk.bytes);
      partial ||= walk.partial;
      if (target.worktree !== undefined) found.set(target.path, sizeOf(walk, deps.now()));
      progress = { ...progress, done: progress.done + 1 };
      tell(progress);
    }
    sizes.clear();
    for (const [place, size] of found) sizes.set(place, size);
    const ours = targets.filter(({ part }) => part === "worktrees").map((target) => found.get(target.path));
    measured = {
      parts: [...parts].map(([part, bytes]) => ({ part, bytes })),
      reclaimable: ours.reduce((sum, size) => sum + (size?.reclaimable ?? 0), 0),
      partial,
      at: deps.now(),
    };
  }

  return {
    use: told,
    list,
    async measure(onProgress, signal) {
      running ??= begin();
      const { listeners, stop, done } = running;
      listeners.add(onProgress);
      const leave = () => {
        listeners.delete(onProgress);
        if (listeners.size === 0) stop.abort();
      };
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) leave();
      try {
        await done;
      } finally {
        listeners.delete(onProgress);
        signal.removeEventListener("abort", leave);
      }
      return told();
    },
    async close() {
      running?.stop.abort();
      await running?.done;
    },
  };
}

const none: ReadonlySet<string> = new Set();

function withSize(worktree: Worktree, size: Size | undefined): Worktree {
  return size === undefined ? worktree : { ...worktree, size };
}

function sizeOf({ bytes, within, partial }: Walk, at: number): Size {
  const reclaimable = [...within.values()].reduce((sum, each) => sum + each, 0);
  return { bytes, reclaimable, partial, at };
}

/** Only in worktrees that are ours and in which nobody works may anything be freed, but sizes are told of all. */
async function reclaimableIn(
  { git, state }: DiskUseDeps,
  { path: place, projectId, byHand, state: standing }: Worktree,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const project = state().projects[projectId];
  if (project === undefined || byHand || standing !== "workstream") return none;
  const { id, root, gitDir } = project;
  const adminDir = await adminDirOf({ id, root, gitDir, commonDir: gitDir, bare: false }, place);
  if (adminDir === undefined) return none;
  const found = await findReclaimable(git, { path: place, gitDir: adminDir }, signal);
  return found.ok ? new Set(found.value) : none;
}

/** What lies directly in the home, by what it is for; what is not named here is the rest. */
const homeParts: Readonly<Record<string, DiskPart>> = {
  vault: "vault",
  "coxswain.db": "database",
  "coxswain.db-wal": "database",
  "coxswain.db-shm": "database",
  codex: "codex",
  agents: "codex",
  logs: "logs",
  tmp: "scratch",
  caches: "scratch",
};

async function findTargets({ home }: DiskUseDeps, worktrees: readonly Worktree[]): Promise<Target[]> {
  const root = path.join(home, "worktrees");
  const real = await realpath(root).catch(() => root);
  const known = worktrees
    .filter(({ state }) => state !== "missing")
    .map((worktree): Target => ({ part: partOf(worktree), path: worktree.path, worktree }));
  const names = await readdir(home).catch((): string[] => []);
  const own = names
    .filter((name) => name !== "worktrees")
    .map((name): Target => ({ part: homeParts[name] ?? "rest", path: path.join(home, name) }));
  // Folders of projects that are not open any more, and what was moved aside to be removed.
  const others = (await below(real)).filter((place) => !known.some((target) => target.path === place));
  return [...known, ...others.map((place): Target => ({ part: "worktrees", path: place })), ...own];
}

/** The folders of worktrees below the root, project by project; those of the pool lie one deeper and are known. */
async function below(root: string): Promise<string[]> {
  const projects = await readdir(root).catch((): string[] => []);
  const found = await Promise.all(
    projects.map(async (project) => {
      const names = await readdir(path.join(root, project)).catch((): string[] => []);
      return names.filter((name) => name !== ".pool").map((name) => path.join(root, project, name));
    }),
  );
  return found.flat();
}

function partOf({ byHand, state }: Worktree): DiskPart {
  if (byHand) return "by-hand";
  return state === "pool" ? "pool" : "worktrees";
}
