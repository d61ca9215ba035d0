import type { DiffPlace } from "../../../contract/diffs.ts";
import { placeOf, rowAt, rowsOf, type DiffRange, type ShownFile } from "./rows.ts";

/** What stands before the eye: files in their order, some of them folded. */
export interface Walk {
  readonly files: readonly ShownFile[];
  readonly isOpen: (path: string) => boolean;
}

function indexOf({ files }: Walk, path: string | undefined): number {
  return path === undefined ? -1 : files.findIndex(({ file }) => file.path === path);
}

function rowsIn({ files, isOpen }: Walk, at: number) {
  const shown = files[at];
  return shown === undefined || !isOpen(shown.file.path) ? [] : rowsOf(shown);
}

/** The line before or after; from the last line of a file, the head of the next one that is folded, or its first line. */
export function nextLine(walk: Walk, from: DiffPlace | undefined, by: 1 | -1): DiffPlace | undefined {
  if (from === undefined) return nextChange(walk, undefined, by) ?? headOf(walk, by === 1 ? 0 : walk.files.length - 1);
  const file = indexOf(walk, from.path);
  const rows = rowsIn(walk, file);
  const at = from.line === 0 ? -1 : rowAt(rows, from);
  const row = rows[at + by];
  if (row !== undefined && at + by >= 0) return placeOf(from.path, row);
  if (by === -1 && from.line !== 0 && rows.length > 0 && at === 0) return lastOf(walk, file - 1);
  return by === 1 ? firstOf(walk, file + 1) : lastOf(walk, file - 1);
}

function headOf({ files }: Walk, at: number): DiffPlace | undefined {
  const path = files[at]?.file.path;
  return path === undefined ? undefined : { path, side: "new", line: 0 };
}

function firstOf(walk: Walk, at: number): DiffPlace | undefined {
  const row = rowsIn(walk, at)[0];
  return row === undefined ? headOf(walk, at) : placeOf(walk.files[at]?.file.path ?? "", row);
}

function lastOf(walk: Walk, at: number): DiffPlace | undefined {
  const row = rowsIn(walk, at).at(-1);
  return row === undefined ? headOf(walk, at) : placeOf(walk.files[at]?.file.path ?? "", row);
}

/** The first line of the next block of changed lines, or of the one before; a folded file counts as one block. */
export function nextChange(walk: Walk, from: DiffPlace | undefined, by: 1 | -1): DiffPlace | undefined {
  const { files } = walk;
  const start = from === undefined ? (by === 1 ? 0 : files.length - 1) : indexOf(walk, from.path);
  for (let at = start; at >= 0 && at < files.length; at += by) {
    const path = files[at]?.file.path ?? "";
    const isHere = from !== undefined && at === start;
    const rows = rowsIn(walk, at);
    if (rows.length === 0) {
      if (!isHere) return headOf(walk, at);
      continue;
    }
    const here = !isHere ? undefined : from.line === 0 ? -1 : rowAt(rows, from);
    const blocks = rows.flatMap((row, index) =>
      row.kind !== "unchanged" && (rows[index - 1]?.kind ?? "unchanged") === "unchanged" ? [index] : [],
    );
    const block =
      by === 1
        ? blocks.find((index) => here === undefined || index > here)
        : blocks.findLast((index) => here === undefined || index < here);
    const row = block === undefined ? undefined : rows[block];
    if (row !== undefined) return placeOf(path, row);
  }
  return undefined;
}

/** The next file that is wanted, at its first change. */
export function nextFile(
  walk: Walk,
  from: DiffPlace | undefined,
  by: 1 | -1,
  isWanted: (path: string) => boolean = () => true,
): DiffPlace | undefined {
  const { files } = walk;
  const start = from === undefined ? (by === 1 ? -1 : files.length) : indexOf(walk, from.path);
  for (let at = start + by; at >= 0 && at < files.length; at += by) {
    const path = files[at]?.file.path ?? "";
    if (isWanted(path)) return placeIn(walk, path);
  }
  return undefined;
}

/** The first change of a file, or its head where none is shown. */
export function placeIn(walk: Walk, path: string): DiffPlace | undefined {
  const at = indexOf(walk, path);
  const row = rowsIn(walk, at).find(({ kind }) => kind !== "unchanged");
  return row === undefined ? headOf(walk, at) : placeOf(path, row);
}

/** A range with its moving end one line of its side further; it stays within its file. */
export function extended(walk: Walk, range: DiffRange, by: 1 | -1): DiffRange {
  const { path, side, to } = range;
  const rows = rowsIn(walk, indexOf(walk, path));
  const lines = rows.flatMap((row) => row[side] ?? []);
  const at = lines.indexOf(to);
  const next = at === -1 ? undefined : lines[at + by];
  return next === undefined || at + by < 0 ? range : { ...range, to: next };
}
