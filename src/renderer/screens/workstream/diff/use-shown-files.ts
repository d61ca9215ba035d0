import { useMemo } from "react";
import { pictureKinds, type ChangedFile } from "../../../../contract/diffs.ts";
import type { DiffRead, DiffState } from "../../../store/diff-state.ts";
import type { ShownFile } from "../../../ui/diff/rows.ts";

export interface ShownFiles {
  /** As many from the first one on as have been read. */
  readonly files: readonly ShownFile[];
  readonly folded: ReadonlySet<string>;
}

/** The files of a diff as the view takes them: those that are there without a gap, and which of them are folded. `viewed`: whole. */
export function useShownFiles(
  read: DiffRead | undefined,
  folds: DiffState["folds"],
  viewed: ReadonlySet<string>,
): ShownFiles {
  const files = useMemo(() => (read === undefined ? [] : shownFiles(read)), [read]);
  const folded = useMemo(
    () => new Set(files.filter((shown) => isFolded(shown, folds, viewed)).map(({ file }) => file.path)),
    [files, folds, viewed],
  );
  return { files, folded };
}

function shownFiles({ files, patches, between, whole }: DiffRead): ShownFile[] {
  const missing = whole ? -1 : files.findIndex(({ path }) => !patches.has(path));
  return (missing === -1 ? files : files.slice(0, missing)).map((file) => {
    const lines = between.get(file.path);
    return { file, patch: patches.get(file.path), ...(lines === undefined ? {} : { between: lines }) };
  });
}

function isFolded(shown: ShownFile, folds: DiffState["folds"], viewed: ReadonlySet<string>): boolean {
  if (!hasBody(shown)) return true;
  return folds[shown.file.path] ?? (shown.patch?.folded !== undefined || viewed.has(shown.file.path));
}

/** Whether there is anything to be seen below the head. */
function hasBody({ file, patch }: ShownFile): boolean {
  return isPicture(file) || (patch?.hunks.length ?? 0) > 0;
}

/** Whether it is shown as a picture: what git takes for a text is shown as its lines. */
export function isPicture({ path, binary }: ChangedFile): boolean {
  return binary && pictureKinds[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] !== undefined;
}
