import type { CodeViewDiffItem, DiffLineAnnotation } from "@pierre/diffs";
import { metadataOf } from "./metadata.ts";
import type { DiffPlace, DiffSide } from "../../../contract/diffs.ts";
import { rowAt, rowsOf, type ShownFile } from "./rows.ts";

/** A file of the view; its annotations are known by their ids. */
export type Item = CodeViewDiffItem<string>;
export type Placed = DiffPlace & { readonly id: string };

export const sides = { old: "deletions", new: "additions" } as const;
export const otherSide = { old: "new", new: "old" } as const;

interface Made {
  readonly shown: ShownFile;
  readonly collapsed: boolean;
  readonly notes: string;
  readonly item: Item;
}

export type MakeItems = (
  files: readonly ShownFile[],
  folded: ReadonlySet<string>,
  annotations: readonly Placed[],
) => readonly Item[];

/** Makes one item for each file. One that nothing happened to stays the same, so that only others are drawn again. */
export function createItems(): MakeItems {
  let before = new Map<string, Made>();
  return (files, folded, annotations) => {
    const notesByPath = Map.groupBy(annotations, ({ path }) => path);
    const made = files.map((shown): Made => {
      const { path } = shown.file;
      const last = before.get(path);
      const collapsed = folded.has(path);
      const placed = placedOn(shown, notesByPath.get(path) ?? []);
      const notes = JSON.stringify(placed);
      const isSame = last !== undefined && sameFile(last.shown, shown);
      if (isSame && last.collapsed === collapsed && last.notes === notes) return last;
      const fileDiff = isSame ? last.item.fileDiff : metadataOf(shown);
      const version = (last?.item.version ?? 0) + 1;
      const item: Item = { id: path, type: "diff", fileDiff, annotations: placed, collapsed, version };
      return { shown, collapsed, notes, item };
    });
    before = new Map(made.map((one) => [one.item.id, one]));
    return made.map(({ item }) => item);
  };
}

function sameFile(one: ShownFile, other: ShownFile): boolean {
  return one.file === other.file && one.patch === other.patch && one.between === other.between;
}

/** An annotation whose line is not shown stands below the nearest that is. */
function placedOn(shown: ShownFile, annotations: readonly Placed[]): DiffLineAnnotation<string>[] {
  const rows = annotations.length === 0 ? [] : rowsOf(shown);
  return annotations.map(({ id, side, line }) => {
    const row = line === 0 ? undefined : rows[rowAt(rows, { side, line })];
    if (row === undefined) return { side: sides[sideOf(shown)], lineNumber: 0, metadata: id };
    const here = row[side] === undefined ? otherSide[side] : side;
    return { side: sides[here], lineNumber: row[here] ?? 0, metadata: id };
  });
}

function sideOf({ file }: ShownFile): DiffSide {
  return file.change === "deleted" ? "old" : "new";
}
