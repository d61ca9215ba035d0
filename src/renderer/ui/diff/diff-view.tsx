import { parsePatchFiles, registerCustomCSSVariableTheme, type CodeViewDiffItem } from "@pierre/diffs";
import { CodeView, type CodeViewHandle } from "@pierre/diffs/react";
import { useImperativeHandle, useMemo, useRef, type ReactNode, type Ref } from "react";
import "./diff-view.css";

export interface DiffHandle {
  change(by: 1 | -1): void;
  file(by: 1 | -1): void;
  line(by: 1 | -1): void;
  show(path: string): void;
}

export interface DiffViewProps {
  readonly patch: string;
  readonly style: "unified" | "split";
  readonly handle: Ref<DiffHandle>;
  /** Told to screen readers: where the cursor is. */
  readonly onPlace: (place: string) => void;
}

/** Its colours are variables of theme.css, so both themes and their contrast are decided there. */
const theme = "coxswain";
registerCustomCSSVariableTheme(theme, {});

interface Place {
  readonly path: string;
  readonly line: number;
  readonly side: "additions" | "deletions";
}

type DiffItem = CodeViewDiffItem<undefined>;

/** The one user of `@pierre/diffs`: a patch in, a virtualized view of all its files out. */
export function DiffView({ patch, style, handle, onPlace }: DiffViewProps): ReactNode {
  const items = useMemo(() => itemsOf(patch), [patch]);
  const changes = useMemo(() => items.flatMap(changesOf), [items]);
  const view = useRef<CodeViewHandle<undefined, undefined>>(null);
  const cursor = useRef<Place | undefined>(undefined);

  useImperativeHandle(handle, () => {
    const select = (place: Place | undefined, align: "center" | "nearest" | "start"): void => {
      if (place === undefined) return;
      cursor.current = place;
      const { path: id, line: lineNumber, side } = place;
      view.current?.setSelectedLines({ id, range: { start: lineNumber, end: lineNumber, side, endSide: side } });
      view.current?.scrollTo({ type: "line", id, lineNumber, side, align, behavior: "instant" });
      const file = items.findIndex((item) => item.id === id) + 1;
      onPlace(`File ${String(file)} of ${String(items.length)}, ${id}, line ${String(lineNumber)} ${spoken[side]}`);
    };
    const toFile = (at: number): void => {
      const item = items[at];
      if (item === undefined) return;
      view.current?.scrollTo({ type: "item", id: item.id, align: "start", behavior: "instant" });
      select(changesOf(item)[0], "nearest");
    };
    const fileAt = (): number => items.findIndex((item) => item.id === cursor.current?.path);
    return {
      change: (by) => select(neighbour(changes, items, cursor.current, by), "center"),
      file: (by) => toFile(Math.min(items.length - 1, Math.max(0, fileAt() + by))),
      show: (path) => toFile(items.findIndex((item) => item.id === path)),
      line: (by) => {
        const at = cursor.current ?? changes[0];
        if (at !== undefined)
          select({ ...at, line: Math.max(1, at.line + (cursor.current === undefined ? 0 : by)) }, "nearest");
      },
    };
  }, [items, changes, onPlace]);

  return (
    <CodeView
      ref={view}
      className="diff"
      containerRef={reachable}
      items={items}
      disableWorkerPool
      options={{
        theme,
        themeType: "system",
        diffStyle: style,
        preferredHighlighter: "highlights",
        stickyHeaders: true,
        enableLineSelection: true,
        lineDiffType: "word-alt",
        overflow: "scroll",
      }}
    />
  );
}

/** What scrolls has to be reachable by keyboard. */
function reachable(container: HTMLElement | null): void {
  if (container !== null) container.tabIndex = 0;
}

const spoken = { additions: "added", deletions: "removed" } as const;

function itemsOf(patch: string): DiffItem[] {
  return parsePatchFiles(patch)
    .flatMap((parsed) => parsed.files)
    .map((fileDiff) => ({ id: fileDiff.name, type: "diff", fileDiff }));
}

/** The first line of every block of changes in a file. */
function changesOf({ id, fileDiff }: DiffItem): Place[] {
  return fileDiff.hunks.flatMap((hunk) => {
    let added = hunk.additionStart;
    let removed = hunk.deletionStart;
    return hunk.hunkContent.flatMap((block): Place[] => {
      if (block.type === "context") {
        added += block.lines;
        removed += block.lines;
        return [];
      }
      const place: Place =
        block.additions > 0
          ? { path: id, line: added, side: "additions" }
          : { path: id, line: removed, side: "deletions" };
      added += block.additions;
      removed += block.deletions;
      return [place];
    });
  });
}

/** The change before or after a place, in the order of files and lines. */
function neighbour(
  changes: readonly Place[],
  items: readonly DiffItem[],
  from: Place | undefined,
  by: 1 | -1,
): Place | undefined {
  if (from === undefined) return by === 1 ? changes[0] : changes.at(-1);
  const order = new Map(items.map((item, at) => [item.id, at]));
  const rank = ({ path, line }: Place): number => (order.get(path) ?? 0) * 1e7 + line;
  const here = rank(from);
  return by === 1 ? changes.find((place) => rank(place) > here) : changes.findLast((place) => rank(place) < here);
}
