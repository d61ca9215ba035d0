import type { ChangedFile, ChangesFrame, DiffWanted, FilePatch } from "../../contract/diffs.ts";
import type { Problem } from "../../contract/errors.ts";

/** A diff as far as it was read. */
export interface DiffRead {
  readonly wanted: DiffWanted;
  /** The commit it is compared with, and the one that was checked out. */
  readonly base: string;
  readonly head: string;
  readonly files: readonly ChangedFile[];
  readonly unlisted: number;
  readonly patches: ReadonlyMap<string, FilePatch>;
  /** Lines around hunks that were asked for: by path, then by their number on the old side. */
  readonly between: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Whether all of it has come. */
  readonly whole: boolean;
  /** There is more than is sent at once. */
  readonly truncated: boolean;
}

/** What is known of a workstream's diff; `read` stays visible while a newer one is fetched. */
export interface DiffState {
  readonly busy: boolean;
  readonly read?: DiffRead | undefined;
  /** Read because something changed, and not shown yet: it would move what the reader looks at. */
  readonly newer?: DiffRead | undefined;
  readonly problem?: Problem | undefined;
  /** What the reader folded or unfolded, by path. */
  readonly folds: Readonly<Record<string, boolean>>;
}

/** A diff with one more thing told of it. */
export function withFrame(read: DiffRead | undefined, frame: ChangesFrame, wanted: DiffWanted): DiffRead | undefined {
  if (frame.kind === "files") {
    const { kind: _kind, ...told } = frame;
    return { ...told, wanted, patches: new Map(), between: new Map(), whole: false, truncated: false };
  }
  if (read === undefined) return undefined;
  if (frame.kind === "end") return { ...read, whole: true, truncated: frame.truncated };
  return {
    ...read,
    patches: new Map([...read.patches, ...frame.patches.map((patch) => [patch.path, patch] as const)]),
  };
}

/** A newer diff that keeps of the older what did not change, so that only the rest is drawn again. */
export function inPlaceOf(newer: DiffRead, older: DiffRead | undefined): DiffRead {
  if (older === undefined) return newer;
  const files = new Map(older.files.map((file) => [file.path, file]));
  const patches = new Map(
    [...newer.patches].map(([path, patch]) => {
      const before = older.patches.get(path);
      return [path, before?.id === patch.id ? before : patch] as const;
    }),
  );
  const between = new Map(
    [...older.between].filter(([path]) => older.base === newer.base && patches.get(path) === older.patches.get(path)),
  );
  return {
    ...newer,
    patches,
    between,
    files: newer.files.map((file) => {
      const before = files.get(file.path);
      return before !== undefined && JSON.stringify(before) === JSON.stringify(file) ? before : file;
    }),
  };
}

/** Whether showing a newer diff moves nothing under the reader's eye: their file is as it was. */
export function leavesInPlace(read: DiffRead, newer: DiffRead, path: string | undefined): boolean {
  if (path === undefined) return true;
  return read.patches.get(path)?.id === newer.patches.get(path)?.id;
}

/** Whether two readings show the same. */
export function isSameDiff(read: DiffRead, newer: DiffRead): boolean {
  return (
    read.patches.size === newer.patches.size &&
    [...newer.patches].every(([path, { id }]) => read.patches.get(path)?.id === id)
  );
}
