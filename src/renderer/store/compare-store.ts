import { createStore } from "zustand/vanilla";
import type { Attempt, AttemptFile, Comparison } from "../../contract/attempts.ts";
import type { Problem } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Workstream } from "../../contract/states.ts";
import type { DiffRead } from "./diff-state.ts";
import type { Store } from "./stores.ts";

/** What differs between two attempts, as far as it was read. */
export interface BetweenState {
  readonly of: WorkstreamId;
  readonly to: WorkstreamId;
  readonly read?: DiffRead | undefined;
  readonly problem?: Problem | undefined;
}

export interface CompareState {
  /** The workstream by whose number the comparison was asked for, and what was told; it stays while a newer one is read. */
  readonly read: { readonly number: number; readonly told: Comparison } | undefined;
  readonly problem: Problem | undefined;
  readonly busy: boolean;
  /** The attempt that keys act on, and the one it is held against. */
  readonly selected: WorkstreamId | undefined;
  readonly against: WorkstreamId | undefined;
  /** Shown in place of the figures. */
  readonly between: BetweenState | undefined;
}

export function createCompareStore(): Store<CompareState> {
  return createStore<CompareState>(() => ({
    read: undefined,
    problem: undefined,
    busy: false,
    selected: undefined,
    against: undefined,
    between: undefined,
  }));
}

/** The attempt that keys act on: the selected one, else the one it was asked for by. */
export function selectedAttempt({ read, selected }: Pick<CompareState, "read" | "selected">): Attempt | undefined {
  const attempts = read?.told.attempts ?? [];
  return (
    attempts.find(({ workstream }) => workstream.id === selected) ??
    attempts.find(({ workstream }) => workstream.number === read?.number)
  );
}

/** What the selected one is held against: the marked one, else the first other. */
export function otherAttempt(state: Pick<CompareState, "read" | "selected" | "against">): Attempt | undefined {
  const own = selectedAttempt(state)?.workstream.id;
  const others = (state.read?.told.attempts ?? []).filter(({ workstream }) => workstream.id !== own);
  return others.find(({ workstream }) => workstream.id === state.against) ?? others[0];
}

/** What would be put away if the selected one were kept. */
export function othersToPutAway(state: Pick<CompareState, "read" | "selected">): Workstream[] {
  const own = selectedAttempt(state)?.workstream;
  if (own === undefined || own.phase === "archived") return [];
  return (state.read?.told.attempts ?? [])
    .map(({ workstream }) => workstream)
    .filter(({ id, phase }) => id !== own.id && phase !== "archived");
}

export interface SharedFile {
  readonly path: string;
  /** In the order of the attempts; undefined where it was not touched. */
  readonly by: readonly (AttemptFile | undefined)[];
  readonly touched: number;
}

/** Every file any of them touched: first those that most did. */
export function sharedFiles(attempts: readonly Attempt[]): SharedFile[] {
  const paths = new Set(attempts.flatMap(({ files }) => files.map(({ path }) => path)));
  const byPath = attempts.map(({ files }) => new Map(files.map((file) => [file.path, file])));
  return [...paths]
    .map((path) => {
      const by = byPath.map((files) => files.get(path));
      return { path, by, touched: by.filter((file) => file !== undefined).length };
    })
    .toSorted((a, b) => b.touched - a.touched || (a.path < b.path ? -1 : 1));
}
