import { useVirtualizer } from "@tanstack/react-virtual";
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type Ref,
} from "react";
import type { Item } from "../../contract/items.ts";
import type { Spent, TurnFacts } from "../../contract/usage.ts";
import { itemText } from "./item-text.ts";
import { ItemView, type ItemStreams } from "./item-view.tsx";
import { foldsOver, rowAt, transcriptRows, turnFrom, type TranscriptRow } from "./transcript-rows.ts";
import "./transcript.css";
import { GroupHead, TurnHead } from "./turn-head.tsx";

export interface TranscriptHandle {
  move(by: 1 | -1): void;
  turn(by: 1 | -1): void;
  toggle(): void;
  toEnd(): void;
  /** What the row under the cursor says, as text, else the one at the lower edge of the view; undefined where there is none. */
  text(): string | undefined;
  /** The item under the cursor, else the one at the lower edge of the view. */
  ordinal(): number | undefined;
}

/** Where a reader left it: the item at the upper edge, and how far beyond its beginning, in pixels. */
interface Place {
  readonly ordinal: number;
  readonly offset: number;
}

export interface TranscriptProps {
  readonly items: readonly Item[];
  readonly turns: Readonly<Record<string, TurnFacts>>;
  readonly more: boolean;
  readonly newer: boolean;
  /** The highest ordinal there is. */
  readonly last: number;
  readonly paging: boolean;
  readonly running: boolean;
  readonly spent: Spent | undefined;
  readonly streams: ItemStreams;
  readonly clock: (at: number) => string;
  readonly took: (ms: number) => string;
  readonly compact: (count: number) => string;
  /** Where it is opened; at its end where nothing is said. */
  readonly place: Place | undefined;
  /** An item to bring into view; a higher `times` asks for it again. */
  readonly shown: { readonly ordinal: number; readonly times: number } | undefined;
  readonly onOlder: () => void;
  readonly onNewer: () => void;
  /** The newest items are wanted, which are not here. */
  readonly onEnd: () => void;
  readonly onPlace: (place: Place | undefined) => void;
  /** The reader went on from the shown item. */
  readonly onLeave: () => void;
  readonly handle: Ref<TranscriptHandle>;
}

const nearEnd = 48;

/**
 * A thread as it goes on: only the rows in view exist, and the view stays at the end unless the reader scrolled away. Pages
 * are asked for before the reader comes to an edge of what is here.
 */
export function Transcript(props: TranscriptProps): ReactNode {
  const { items, turns, more, newer, last, paging, running, streams, shown, place, onOlder, onNewer, handle } = props;
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => transcriptRows({ items, turns, more, toggled }), [items, turns, more, toggled]);
  const box = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const [atEnd, setAtEnd] = useState(place === undefined && shown === undefined);
  /** What there was when the reader was last at the end. */
  const [read, setRead] = useState(last);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (at) => estimate(rows[at]),
    getItemKey: (at) => rows[at]?.id ?? at,
    anchorTo: "end",
    followOnAppend: !newer,
    scrollEndThreshold: nearEnd,
    overscan: 10,
    paddingEnd: 12,
    paddingStart: 8,
  });
  const isAtEnd = atEnd && !newer;
  if (isAtEnd && read !== last) setRead(last);

  const settled = useRef<() => void>(undefined);
  const begin = useBeginning(rows, virtual, box, place, shown === undefined, settled);
  useShown(rows, virtual, shown, (ids) => setToggled((before) => toggledAll(before, ids)), setCursor);
  useStayAtEnd(box, isAtEnd, virtual);

  const { onPlace, onLeave } = props;
  const settle = useCallback((): void => {
    const { current } = box;
    if (current === null || !begin.current) return;
    const { scrollHeight, scrollTop, clientHeight } = current;
    const below = scrollHeight - scrollTop - clientHeight;
    const end = below < nearEnd;
    setAtEnd(end);
    const row = rows[virtual.getVirtualItemForOffset(scrollTop)?.index ?? 0];
    const start = virtual.getVirtualItemForOffset(scrollTop)?.start ?? 0;
    onPlace(end && !newer ? undefined : { ordinal: row?.ordinal ?? 1, offset: Math.round(scrollTop - start) });
    if (paging) return;
    if (scrollTop < 2 * clientHeight && more) onOlder();
    else if (below < 2 * clientHeight && newer) onNewer();
  }, [rows, virtual, begin, more, newer, paging, onOlder, onNewer, onPlace]);
  // A page may be shorter than the view.
  useEffect(() => {
    settled.current = settle;
    settle();
  }, [settle]);

  useImperativeHandle(handle, () => {
    const at = rows.findIndex((row) => row.id === cursor);
    // Without a cursor a verb means what was read last: what stands at the lower edge.
    const meant = (): TranscriptRow | undefined => rows[at] ?? rows[virtual.range?.endIndex ?? -1];
    const goTo = (next: number | undefined, align: "auto" | "start"): void => {
      const row = next === undefined ? undefined : rows[next];
      if (next === undefined || row === undefined) return;
      onLeave();
      setCursor(row.id);
      virtual.scrollToIndex(next, { align });
    };
    return {
      move: (by) => {
        const next = at === -1 ? rows.length - 1 : at + by;
        if (next < 0 && more) onOlder();
        if (next >= rows.length && newer) onNewer();
        goTo(Math.min(rows.length - 1, Math.max(0, next)), "auto");
      },
      turn: (by) => {
        const next = turnFrom(rows, at === -1 ? rows.length : at, by);
        if (next !== undefined) return goTo(next, "start");
        // It begins beyond what is here: the edge is gone to, and its page is fetched.
        if (by === -1 && more) goTo(0, "start");
        if (by === 1 && newer) goTo(rows.length - 1, "start");
        return undefined;
      },
      toggle: () => {
        const row = meant();
        if (row === undefined) return;
        setCursor(row.id);
        setToggled((before) => toggledAll(before, [row.id]));
      },
      toEnd: () => {
        onLeave();
        setCursor(undefined);
        if (newer) props.onEnd();
        virtual.scrollToEnd();
        setAtEnd(true);
      },
      text: () => {
        const row = meant();
        return row === undefined || row.kind === "turn" ? undefined : textOf(row, toggled.has(row.id), streams);
      },
      ordinal: () => meant()?.ordinal,
    };
  }, [rows, cursor, virtual, more, newer, toggled, streams, onLeave, onOlder, onNewer, props]);

  const toggle = useCallback((id: string): void => {
    setCursor(id);
    setToggled((before) => toggledAll(before, [id]));
  }, []);
  const below = Math.max(0, last - read);

  return (
    <div className="transcript-frame">
      <div
        ref={box}
        className="transcript"
        role="region"
        aria-label="Transcript"
        tabIndex={0}
        onScroll={settle}
        onWheel={onLeave}
      >
        {more && (
          <button type="button" className="transcript-older" disabled={paging} onClick={onOlder}>
            {paging ? "Reading older items…" : "Read older items"}
          </button>
        )}
        <div className="transcript-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                data-ordinal={row.ordinal}
                className="transcript-row"
                data-cursor={row.id === cursor}
                data-inside={row.kind === "item" && row.inside}
                style={{ transform: `translateY(${String(start)}px)` }}
              >
                <Row
                  {...props}
                  row={row}
                  open={toggled.has(row.id)}
                  isLast={index === rows.length - 1}
                  toggle={toggle}
                />
              </div>
            );
          })}
        </div>
      </div>
      {!isAtEnd && (
        <button
          type="button"
          className="transcript-end"
          onClick={() => (newer ? props.onEnd() : virtual.scrollToEnd())}
        >
          {below > 0 ? `${String(below)} new below` : running ? "It goes on below" : "To the end"}{" "}
          <kbd className="keys">⇧G</kbd>
        </button>
      )}
    </div>
  );
}

function Row(
  props: TranscriptProps & { row: TranscriptRow; open: boolean; isLast: boolean; toggle: (id: string) => void },
): ReactNode {
  const { row, open, isLast, running, streams, spent, clock, took, compact, toggle } = props;
  const onToggle = useCallback(() => toggle(row.id), [toggle, row.id]);
  switch (row.kind) {
    case "turn":
      return <TurnHead row={row} spent={spent} formats={{ clock, took, compact }} onToggle={onToggle} />;
    case "group":
      return <GroupHead row={row} onToggle={onToggle} />;
    case "item":
      return (
        <ItemView
          item={row.item}
          open={open}
          live={running && isLast}
          streams={streams}
          took={took}
          onToggle={onToggle}
        />
      );
  }
}

type Virtual = ReturnType<typeof useVirtualizer<HTMLDivElement, Element>>;
type Box = { readonly current: HTMLDivElement | null };

/** Opens it where it was left, else at its end. Whether that is done. */
function useBeginning(
  rows: readonly TranscriptRow[],
  virtual: Virtual,
  box: Box,
  place: Place | undefined,
  wanted: boolean,
  settled: { readonly current: (() => void) | undefined },
): { readonly current: boolean } {
  const begun = useRef(!wanted);
  useEffect(() => {
    if (begun.current || rows.length === 0) return undefined;
    const at = place === undefined ? undefined : rowAt(rows, place.ordinal);
    if (place === undefined || at === undefined) {
      virtual.scrollToEnd();
      begun.current = true;
      return undefined;
    }
    virtual.scrollToIndex(at, { align: "start" });
    // Rows are measured as they appear; what is left is scrolled when they have.
    let frames = 3;
    let frame = requestAnimationFrame(function next() {
      frames -= 1;
      if (frames > 0) {
        frame = requestAnimationFrame(next);
        return;
      }
      const start = virtual.getOffsetForIndex(at, "start")?.[0];
      if (start !== undefined) box.current?.scrollTo({ top: start + place.offset });
      begun.current = true;
      settled.current?.();
    });
    return () => cancelAnimationFrame(frame);
  }, [rows, virtual, box, place, settled]);
  return begun;
}

/** Brings an item that was asked for into view, unfolded and under the cursor. */
function useShown(
  rows: readonly TranscriptRow[],
  virtual: Virtual,
  shown: TranscriptProps["shown"],
  unfold: (ids: readonly string[]) => void,
  setCursor: (id: string) => void,
): void {
  const done = useRef(0);
  useEffect(() => {
    if (shown === undefined || done.current === shown.times || rows.length === 0) return;
    const at = rowAt(rows, shown.ordinal);
    const row = at === undefined ? undefined : rows[at];
    const newest = rows.at(-1);
    if (at === undefined || row === undefined || newest === undefined) return;
    const to = newest.kind === "group" ? (newest.items.at(-1)?.ordinal ?? 0) : newest.ordinal;
    if (at === rows.length - 1 && to < shown.ordinal) return;
    const folds = foldsOver(rows, shown.ordinal);
    if (folds.length > 0) return unfold(folds);
    done.current = shown.times;
    setCursor(row.id);
    virtual.scrollToIndex(at, { align: "center" });
  });
}

/** A card that opens below takes room from the end; a reader who was there stays there. */
function useStayAtEnd(box: Box, isAtEnd: boolean, virtual: Virtual): void {
  const wasAtEnd = useRef(true);
  useEffect(() => {
    wasAtEnd.current = isAtEnd;
  }, [isAtEnd]);
  useEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const sizes = new ResizeObserver(() => {
      if (wasAtEnd.current) virtual.scrollToEnd();
    });
    sizes.observe(current);
    return () => sizes.disconnect();
  }, [box, virtual]);
}

function toggledAll(set: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> {
  return set.symmetricDifference(new Set(ids));
}

function textOf(row: Exclude<TranscriptRow, { kind: "turn" }>, open: boolean, streams: ItemStreams): string {
  const items = row.kind === "group" ? row.items : [row.item];
  return items.map((item) => itemText(item.body, row.kind === "item" && open) + streams.text(item.id)).join("\n");
}

/** Heights before a row was measured, in pixels. */
function estimate(row: TranscriptRow | undefined): number {
  if (row?.kind !== "item") return row?.kind === "turn" ? 40 : 26;
  const { body } = row.item;
  if (body.kind !== "message" && body.kind !== "words") return 26;
  return 24 + 20 * Math.min(60, Math.ceil(body.text.length / 90));
}
