import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useImperativeHandle, useMemo, useRef, useState, type ReactNode, type Ref } from "react";
import type { Item } from "../../contract/items.ts";
import { ItemView } from "./item-view.tsx";
import { transcriptRows, turnFrom } from "./transcript-rows.ts";
import "./transcript.css";

export interface TranscriptHandle {
  move(by: 1 | -1): void;
  turn(by: 1 | -1): void;
  toggle(): void;
  toEnd(): void;
}

export interface TranscriptProps {
  readonly items: readonly Item[];
  readonly turns: number;
  readonly more: boolean;
  readonly paging: boolean;
  readonly running: boolean;
  readonly clock: (at: number) => string;
  readonly took: (ms: number) => string;
  readonly onOlder: () => void;
  readonly handle: Ref<TranscriptHandle>;
}

const nearEnd = 48;

/** A thread as it goes on: only the rows in view exist, and the view stays at the end unless the reader scrolled away. */
export function Transcript(props: TranscriptProps): ReactNode {
  const { items, turns, more, paging, running, clock, took, onOlder, handle } = props;
  const rows = useMemo(() => transcriptRows(items, turns, more), [items, turns, more]);
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const [atEnd, setAtEnd] = useState(true);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (at) => estimate(rows[at]?.kind === "item" ? rows[at].item.body.kind : "turn"),
    getItemKey: (at) => rows[at]?.id ?? at,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: nearEnd,
    overscan: 12,
    paddingEnd: 12,
    paddingStart: 8,
  });

  const started = useRef(false);
  useEffect(() => {
    if (started.current || rows.length === 0) return;
    started.current = true;
    virtual.scrollToEnd();
  }, [rows.length, virtual]);

  // A card that opens below takes room from the end; a reader who was there stays there.
  const wasAtEnd = useRef(true);
  useEffect(() => {
    wasAtEnd.current = atEnd;
  }, [atEnd]);
  useEffect(() => {
    const { current } = box;
    if (current === null) return;
    const sizes = new ResizeObserver(() => {
      if (wasAtEnd.current) virtual.scrollToEnd();
    });
    sizes.observe(current);
    return () => sizes.disconnect();
  }, [virtual]);

  useImperativeHandle(handle, () => {
    const at = rows.findIndex((row) => row.id === cursor);
    const goTo = (next: number, align: "auto" | "start"): void => {
      const row = rows[next];
      if (row === undefined) return;
      setCursor(row.id);
      virtual.scrollToIndex(next, { align });
    };
    return {
      move: (by) => goTo(at === -1 ? rows.length - 1 : Math.min(rows.length - 1, Math.max(0, at + by)), "auto"),
      turn: (by) => goTo(turnFrom(rows, at === -1 ? rows.length : at, by), "start"),
      toggle: () => {
        if (cursor !== undefined) setOpen((before) => toggled(before, cursor));
      },
      toEnd: () => {
        setCursor(undefined);
        virtual.scrollToEnd();
      },
    };
  }, [rows, cursor, virtual]);

  return (
    <div className="transcript-frame">
      <div
        ref={box}
        className="transcript"
        role="region"
        aria-label="Transcript"
        tabIndex={0}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          setAtEnd(scrollHeight - scrollTop - clientHeight < nearEnd);
        }}
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
                className="transcript-row"
                data-cursor={row.id === cursor}
                style={{ transform: `translateY(${String(start)}px)` }}
              >
                {row.kind === "turn" ? (
                  <h2 className="turn">
                    turn {row.number} <span className="turn-at">{clock(row.at)}</span>
                  </h2>
                ) : (
                  <ItemView
                    item={row.item}
                    open={open.has(row.id)}
                    live={running && index === rows.length - 1}
                    took={took}
                    onToggle={() => {
                      setCursor(row.id);
                      setOpen((before) => toggled(before, row.id));
                    }}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {!atEnd && (
        <button type="button" className="transcript-end" onClick={() => virtual.scrollToEnd()}>
          {running ? "It goes on below" : "To the end"} <kbd className="keys">⇧G</kbd>
        </button>
      )}
    </div>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Heights before a row was measured, in pixels. */
function estimate(kind: string): number {
  return kind === "message" || kind === "words" ? 72 : kind === "turn" ? 40 : 28;
}
