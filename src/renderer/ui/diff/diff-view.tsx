import { preloadHighlighter, registerCustomCSSVariableTheme } from "@pierre/diffs";
import {
  CodeView,
  type CodeViewAnnotationArgs,
  type CodeViewHandle,
  type CodeViewReactOptions,
} from "@pierre/diffs/react";
import { useCallback, useImperativeHandle, useMemo, useRef, useState, type ReactNode, type Ref } from "react";
import "./diff-view.css";
import { FileHead } from "./file-head.tsx";
import { createItems, otherSide, sides } from "./items.ts";
import { extended, nextChange, nextFile, nextLine, placeIn, type Walk } from "./navigate.ts";
import type { DiffPlace, DiffSide } from "../../../contract/diffs.ts";
import { rowAt, rowsOf, type DiffRange, type Row, type ShownFile } from "./rows.ts";

/** Something drawn below a line, or below the head of a file when the line is 0. */
export interface DiffAnnotation {
  readonly id: string;
  readonly path: string;
  readonly side: DiffSide;
  readonly line: number;
  readonly node: ReactNode;
}

/** Where the cursor is, in as much as can be said of it. */
export interface DiffStand extends DiffPlace {
  /** Absent at the head of a file. */
  readonly kind: Row["kind"] | undefined;
  /** The identity of the hunk (`DiffHunk.id`). */
  readonly hunk: string | undefined;
  /** The file's place among all, counted from 1. */
  readonly file: number;
  readonly files: number;
}

export interface DiffHandle {
  /** To the next block of changed lines. */
  change(by: 1 | -1): void;
  /** To the next file; with `unviewed`, to the next one that was not viewed whole. */
  file(by: 1 | -1, unviewed?: boolean): void;
  line(by: 1 | -1): void;
  /** Moves the end of the selected range. */
  extend(by: 1 | -1): void;
  /** To the first change of a file. */
  show(path: string): void;
  /** To a line; where it is not shown any more, to the nearest. */
  go(place: DiffPlace): void;
  place(): DiffStand | undefined;
  /** The selected lines; a single line is a range of one. */
  range(): DiffRange | undefined;
}

export interface DiffViewProps {
  /** In the order in which they stand. More may come at the end at any time. */
  readonly files: readonly ShownFile[];
  readonly style: "unified" | "split";
  /** Paths of which only the head is shown. */
  readonly folded: ReadonlySet<string>;
  /** Paths of files that were viewed whole. */
  readonly viewed: ReadonlySet<string>;
  readonly annotations: readonly DiffAnnotation[];
  readonly handle: Ref<DiffHandle>;
  /** The cursor moved; the selected range came with it. */
  readonly onPlace: (stand: DiffStand, range: DiffRange | undefined) => void;
  /** Somebody folds or unfolds a file with the pointer. */
  readonly onFold: (path: string) => void;
  /** What a head says besides, such as what was said of the file. */
  readonly headAside?: (path: string) => ReactNode;
}

/** Its colours are variables of theme.css, so both themes and their contrast are decided there. */
const theme = "coxswain";
registerCustomCSSVariableTheme(theme, {});
/** Fetched and started with this file, and not only with the first diff that is shown. Where it fails, the view tries again. */
void preloadHighlighter({ themes: [theme], langs: ["text"], preferredHighlighter: "highlights" }).catch(() => {});

/**
 * The one user of `@pierre/diffs`: files with their hunks in, a virtualized view of all of them out. The cursor and the
 * selected range live here and are told by `onPlace`; all else comes in. Identities of hunks are the engine's.
 */
export function DiffView(props: DiffViewProps): ReactNode {
  const { files, folded, viewed, annotations, onPlace, onFold, headAside } = props;
  const view = useRef<CodeViewHandle<string, undefined>>(null);
  const range = useRef<DiffRange | undefined>(undefined);
  const [cursor, setCursor] = useState<DiffPlace | undefined>(undefined);
  const [makeItems] = useState(createItems);
  const items = useMemo(() => makeItems(files, folded, annotations), [makeItems, files, folded, annotations]);
  const byPath = useMemo(() => new Map(files.map((shown) => [shown.file.path, shown])), [files]);
  const walk = useMemo<Walk>(() => ({ files, isOpen: (path) => !folded.has(path) }), [files, folded]);
  const nodes = useMemo(() => new Map(annotations.map(({ id, node }) => [id, node])), [annotations]);

  const standAt = useCallback(
    (place: DiffPlace): DiffStand => {
      const at = files.findIndex(({ file }) => file.path === place.path);
      const shown = files[at];
      const rows = shown === undefined ? [] : rowsOf(shown);
      const row = place.line === 0 ? undefined : rows[rowAt(rows, place)];
      return { ...place, kind: row?.kind, hunk: row?.hunk, file: at + 1, files: files.length };
    },
    [files],
  );

  const stand = useCallback(
    (place: DiffPlace, selected: DiffRange | undefined) => {
      range.current = selected;
      setCursor(place);
      onPlace(standAt(place), selected);
    },
    [onPlace, standAt],
  );

  const select = useCallback(
    (place: DiffPlace, align: "center" | "nearest" | "start", selected?: DiffRange) => {
      const { path: id, side, line } = place;
      const { current } = view;
      if (line === 0) {
        current?.setSelectedLines(null);
        current?.scrollTo({ type: "item", id, align: "nearest", behavior: "instant" });
        stand(place, undefined);
        return;
      }
      const marked = selected ?? { path: id, side, from: line, to: line };
      current?.setSelectedLines({
        id,
        range: { start: marked.from, end: marked.to, side: sides[side], endSide: sides[side] },
      });
      current?.scrollTo({ type: "line", id, lineNumber: line, side: sides[side], align, behavior: "instant" });
      stand(place, marked);
    },
    [stand],
  );

  useImperativeHandle(
    props.handle,
    () => {
      const to = (place: DiffPlace | undefined, align: "center" | "nearest" | "start"): void => {
        if (place !== undefined) select(place, align);
      };
      const toFile = (place: DiffPlace | undefined): void => {
        if (place === undefined) return;
        view.current?.scrollTo({ type: "item", id: place.path, align: "start", behavior: "instant" });
        select(place, "nearest");
      };
      const current = cursor !== undefined && byPath.has(cursor.path) ? cursor : undefined;
      return {
        change: (by) => to(nextChange(walk, current, by), "center"),
        file: (by, unviewed = false) => toFile(nextFile(walk, current, by, (path) => !unviewed || !viewed.has(path))),
        line: (by) => to(nextLine(walk, current, by), "nearest"),
        extend(by) {
          const from = range.current ?? (current === undefined || current.line === 0 ? undefined : rangeAt(current));
          if (from === undefined) return;
          const next = extended(walk, from, by);
          select({ path: next.path, side: next.side, line: next.to }, "nearest", next);
        },
        show: (path) => toFile(placeIn(walk, path)),
        go(place) {
          const shown = byPath.get(place.path);
          if (shown === undefined) return;
          const rows = folded.has(place.path) ? [] : rowsOf(shown);
          const row = rows[rowAt(rows, place)];
          const line = row?.[place.side] ?? row?.new ?? row?.old;
          if (place.line === 0 || row === undefined || line === undefined) toFile({ ...place, line: 0 });
          else
            to(
              { path: place.path, side: row[place.side] === undefined ? otherSide[place.side] : place.side, line },
              "center",
            );
        },
        place: () => (current === undefined ? undefined : standAt(current)),
        range: () => range.current,
      };
    },
    [walk, byPath, folded, viewed, cursor, select, standAt],
  );

  const options = useMemo(() => optionsOf(props.style), [props.style]);
  const head = useCallback(
    ({ id }: { readonly id: string }) => {
      const shown = byPath.get(id);
      if (shown === undefined) return null;
      return (
        <FileHead
          shown={shown}
          isOpen={!folded.has(id)}
          isViewed={viewed.has(id)}
          isCurrent={cursor?.path === id && cursor.line === 0}
          onToggle={() => onFold(id)}
          aside={headAside?.(id)}
        />
      );
    },
    [byPath, folded, viewed, cursor, onFold, headAside],
  );
  const annotation = useCallback(
    (...[{ metadata }]: CodeViewAnnotationArgs<string>) => nodes.get(metadata) ?? null,
    [nodes],
  );

  return (
    <CodeView<string>
      ref={view}
      className="diff"
      containerRef={reachable}
      items={items}
      disableWorkerPool
      options={options}
      renderCustomHeader={head}
      renderAnnotation={annotation}
      onSelectedLinesChange={(selection) => {
        if (selection === null) return;
        const { start, end, side = "additions" } = selection.range;
        const here = side === "deletions" ? "old" : "new";
        const told = range.current;
        if (told?.path === selection.id && told.side === here && told.from === start && told.to === end) return;
        stand({ path: selection.id, side: here, line: end }, { path: selection.id, side: here, from: start, to: end });
      }}
    />
  );
}

function rangeAt({ path, side, line }: DiffPlace): DiffRange {
  return { path, side, from: line, to: line };
}

/** What scrolls has to be reachable by keyboard. */
function reachable(container: HTMLElement | null): void {
  if (container !== null) container.tabIndex = 0;
}

/** Long lines scroll, each file for itself; that too has to be reachable by keyboard. */
function reachLines(file: HTMLElement): void {
  for (const code of file.shadowRoot?.querySelectorAll<HTMLElement>("code") ?? []) code.tabIndex = 0;
}

/** As long as diff-view.css draws them: what is not in view is measured by these. */
const metrics = { lineHeight: 19, diffHeaderHeight: 36, spacing: 8 };

function optionsOf(style: "unified" | "split"): CodeViewReactOptions<string, undefined> {
  return {
    theme,
    themeType: "system",
    diffStyle: style,
    preferredHighlighter: "highlights",
    stickyHeaders: true,
    enableLineSelection: true,
    lineDiffType: "word-alt",
    overflow: "scroll",
    hunkSeparators: "line-info",
    itemMetrics: metrics,
    onPostRender: reachLines,
  };
}
