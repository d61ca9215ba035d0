import type { ChangedFile, DiffHunk, DiffPlace, DiffSide, FilePatch } from "../../../contract/diffs.ts";

/** Lines of one side; `to` is the end that moves, and may stand above `from`. */
export interface DiffRange {
  readonly path: string;
  readonly side: DiffSide;
  readonly from: number;
  readonly to: number;
}

/** A file with as much of it as is known. */
export interface ShownFile {
  readonly file: ChangedFile;
  /** Absent until it was read. */
  readonly patch: FilePatch | undefined;
  /** Lines between the hunks that were asked for, by their number on the old side. */
  readonly between?: ReadonlyMap<number, string>;
}

export interface Row {
  readonly kind: "added" | "removed" | "unchanged";
  /** Its number on each side that has it. */
  readonly old: number | undefined;
  readonly new: number | undefined;
  readonly hunk: string;
}

/** A hunk with the lines around it that were asked for. */
export interface Span {
  readonly hunk: DiffHunk;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Numbers of the first line of a hunk on a side: git counts from the line before where the hunk has none. */
export function firstOld({ oldStart, oldLines }: DiffHunk): number {
  return oldLines === 0 ? oldStart + 1 : oldStart;
}

export function firstNew({ newStart, newLines }: DiffHunk): number {
  return newLines === 0 ? newStart + 1 : newStart;
}

/** The hunks of a file, each widened by the lines around it that are known. */
export function spansOf({ patch, between }: ShownFile): Span[] {
  const hunks = patch?.hunks ?? [];
  if (between === undefined) return hunks.map((hunk) => ({ hunk, before: [], after: [] }));
  let free = 1;
  return hunks.map((hunk, at) => {
    const first = firstOld(hunk);
    const before: string[] = [];
    for (let line = first - 1; line >= free; line -= 1) {
      const text = between.get(line);
      if (text === undefined) break;
      before.unshift(text);
    }
    const next = hunks[at + 1];
    const limit = next === undefined ? Infinity : firstOld(next);
    const after: string[] = [];
    free = first + hunk.oldLines;
    for (; free < limit; free += 1) {
      const text = between.get(free);
      if (text === undefined) break;
      after.push(text);
    }
    return { hunk, before, after };
  });
}

const known = new WeakMap<FilePatch, { readonly between: unknown; readonly rows: readonly Row[] }>();

/** The lines of a file as they are shown in one column. */
export function rowsOf(shown: ShownFile): readonly Row[] {
  const { patch, between } = shown;
  if (patch === undefined) return [];
  const before = known.get(patch);
  if (before !== undefined && before.between === between) return before.rows;
  const rows = spansOf(shown).flatMap(rowsOfSpan);
  known.set(patch, { between, rows });
  return rows;
}

function rowsOfSpan({ hunk, before, after }: Span): Row[] {
  const rows: Row[] = [];
  let old = firstOld(hunk) - before.length;
  let now = firstNew(hunk) - before.length;
  const unchanged = (): void => {
    rows.push({ kind: "unchanged", old, new: now, hunk: hunk.id });
    old += 1;
    now += 1;
  };
  before.forEach(unchanged);
  for (const kind of lineKinds(hunk.lines)) {
    if (kind === "+") {
      rows.push({ kind: "added", old: undefined, new: now, hunk: hunk.id });
      now += 1;
    } else if (kind === "-") {
      rows.push({ kind: "removed", old, new: undefined, hunk: hunk.id });
      old += 1;
    } else if (kind !== "\\") unchanged();
  }
  after.forEach(unchanged);
  return rows;
}

/** The first character of each line. */
function* lineKinds(lines: string): Generator<string> {
  for (let at = 0; ;) {
    yield lines[at] ?? " ";
    const end = lines.indexOf("\n", at);
    if (end === -1) return;
    at = end + 1;
  }
}

export function placeOf(path: string, row: Row): DiffPlace {
  return row.kind === "removed" ? { path, side: "old", line: row.old ?? 0 } : { path, side: "new", line: row.new ?? 0 };
}

/** Where a place stands among the rows; where its line is not shown, the nearest row after it, else the last. */
export function rowAt(rows: readonly Row[], { side, line }: Omit<DiffPlace, "path">): number {
  const at = rows.findIndex((row) => (row[side] ?? -1) >= line);
  return at === -1 ? rows.length - 1 : at;
}

/** Lines of the old side that are not shown, beside a hunk; the lines wanted first stand at `near`. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly near: "start" | "end";
}

/** What is not shown above and below a hunk. Below the last one, to the end of the file wherever that is. */
export function gapsAround(shown: ShownFile, hunk: string): Gap[] {
  const spans = spansOf(shown);
  const at = spans.findIndex((span) => span.hunk.id === hunk);
  const here = spans[at];
  if (here === undefined || shown.file.change === "added" || shown.file.change === "deleted") return [];
  const ends = ({ hunk: one, after }: Span): number => firstOld(one) + one.oldLines + after.length;
  const begins = ({ hunk: one, before }: Span): number => firstOld(one) - before.length;
  const last = spans[at - 1];
  const next = spans[at + 1];
  const above: Gap = { from: last === undefined ? 1 : ends(last), to: begins(here) - 1, near: "end" };
  const below: Gap = { from: ends(here), to: next === undefined ? 1e9 : begins(next) - 1, near: "start" };
  return [above, below].filter(({ from, to }) => from <= to);
}
