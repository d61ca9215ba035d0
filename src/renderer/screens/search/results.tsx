import { useEffect, useRef, type ReactNode } from "react";
import { openFound } from "../../keys/on-search.ts";
import { useApp } from "../../store/app.ts";
import { age, dayAndClock } from "../../store/format.ts";
import type { SearchRow } from "../../store/search-store.ts";
import { Marked } from "../../ui/marked.tsx";
import { Plain } from "../../ui/plain.tsx";
import { useNow } from "../use-now.ts";

/** What was found, workstream by workstream; or, before anything was typed, earlier searches. */
export function Results({ rows, at }: { rows: readonly SearchRow[]; at: number }): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const selected = rows[at]?.id;
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  return (
    <div
      ref={list}
      id="search-results"
      className="search-results"
      role="listbox"
      aria-label="Found"
      tabIndex={0}
      data-region
      aria-activedescendant={selected === undefined ? undefined : `found-${selected}`}
    >
      {groupsOf(rows).map(({ id, title, own }) => (
        <div key={id} role="group" aria-label={title} className="search-group">
          <p className="search-group-title" aria-hidden="true">
            <Title rows={own} title={title} />
          </p>
          {own.map(({ row, index }) => (
            <Row key={row.id} row={row} index={index} selected={index === at} />
          ))}
        </div>
      ))}
    </div>
  );
}

interface Group {
  readonly id: string;
  readonly title: string;
  readonly own: { readonly row: SearchRow; readonly index: number }[];
}

function groupsOf(rows: readonly SearchRow[]): Group[] {
  const groups: Group[] = [];
  for (const [index, row] of rows.entries()) {
    const id = "workstream" in row ? row.workstream.id : row.kind;
    const last = groups.at(-1);
    if (last?.id === id) last.own.push({ row, index });
    else groups.push({ id, title: titleOf(row), own: [{ row, index }] });
  }
  return groups;
}

function titleOf(row: SearchRow): string {
  if ("workstream" in row) return `${String(row.workstream.number)} ${row.workstream.name}`;
  return row.kind === "recent" ? "Recent searches" : "More";
}

function Title({ rows: [first], title }: { rows: Group["own"]; title: string }): ReactNode {
  const row = first?.row;
  if (row === undefined || !("workstream" in row)) return row?.kind === "page" ? null : title;
  const { number, name, phase, found } = row.workstream;
  return (
    <>
      <strong>
        {number}{" "}
        <bdi>
          <Plain text={name} />
        </bdi>
      </strong>
      {phase === "archived" && <span className="search-phase">put away</span>}
      {phase === "paused" && <span className="search-phase">paused</span>}
      <span className="search-count">{found}</span>
    </>
  );
}

function Row({ row, index, selected }: { row: SearchRow; index: number; selected: boolean }): ReactNode {
  const app = useApp();
  return (
    <div
      id={`found-${row.id}`}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      className="search-row"
      data-kind={row.kind}
      onClick={() => {
        app.actions.selectFound(index);
        openFound(app);
      }}
    >
      <RowText row={row} />
    </div>
  );
}

function RowText({ row }: { row: SearchRow }): ReactNode {
  const now = useNow();
  switch (row.kind) {
    case "hit": {
      const { kind, from, at, excerpt, marks } = row.hit;
      return (
        <>
          <span className="search-kind">{kind === "words" ? (from === "human" ? "you said" : "told") : kind}</span>
          <span className="search-excerpt" dir="auto">
            <Marked text={excerpt} marks={marks} />
          </span>
          <time className="search-at" dateTime={new Date(at).toISOString()} title={dayAndClock(at)}>
            {age(Math.max(0, now - at))}
          </time>
        </>
      );
    }
    case "rest":
      return (
        <span className="search-excerpt">
          {row.left} more in <Plain text={row.workstream.name} />
        </span>
      );
    case "page":
      return <span className="search-excerpt">Show more</span>;
    case "recent":
      return (
        <span className="search-excerpt" dir="auto">
          <Plain text={row.text} />
        </span>
      );
  }
}
