import { memo, useEffect, type ReactNode, type RefObject } from "react";
import type { Split } from "../../../contract/attention.ts";
import { useApp } from "../../store/app.ts";
import { age, ageInWords } from "../../store/format.ts";
import type { QueueRow } from "../../store/queue.ts";
import { whenInWords } from "../../store/queue-actions.ts";
import { KeysOf } from "../../ui/kbd.tsx";
import { KindMark } from "../../ui/kind-mark.tsx";
import { AskLine, MiddleEllipsis, Plain } from "../../ui/plain.tsx";
import { useNow } from "../use-now.ts";

interface RowsProps {
  readonly listRef: RefObject<HTMLUListElement | null>;
  readonly rows: readonly QueueRow[];
  readonly selected: string | undefined;
  readonly marked: ReadonlySet<string>;
  readonly arrived: number;
  readonly split: Split;
}

/** The list has the focus, and never gives it to a row: rows come and go. */
export function Rows({ listRef, rows, selected, marked, arrived, split }: RowsProps): ReactNode {
  const { actions } = useApp();
  const now = useNow();
  useEffect(() => {
    // Newer browsers answer a promise, which an effect may not return.
    listRef.current?.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }, [listRef, selected]);
  return (
    <>
      {arrived > 0 && (
        <button type="button" className="queue-arrived" tabIndex={-1} onClick={actions.applyOrder}>
          {arrived} new ↑ <KeysOf command="apply-order" />
        </button>
      )}
      <ul
        ref={listRef}
        className="queue-rows"
        role="listbox"
        aria-label={`${split} items`}
        aria-multiselectable
        aria-activedescendant={selected === undefined ? undefined : `item-${selected}`}
        tabIndex={0}
        data-region="queue"
      >
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            selected={row.id === selected}
            marked={marked.has(row.id)}
            when={whenOf(row, now)}
            says={saysOf(row, now)}
            onSelect={actions.showInQueue}
          />
        ))}
      </ul>
    </>
  );
}

function whenOf({ item: { at, snoozedUntil } }: QueueRow, now: number): string {
  return snoozedUntil !== undefined && snoozedUntil > now ? whenInWords(snoozedUntil) : age(Math.max(0, now - at));
}

function saysOf({ item: { at } }: QueueRow, now: number): string {
  return `needs you for ${ageInWords(Math.max(0, now - at))}`;
}

const Row = memo(function Row(props: {
  row: QueueRow;
  selected: boolean;
  marked: boolean;
  when: string;
  says: string;
  onSelect: (change: { selected: string }) => void;
}): ReactNode {
  const { row, selected, marked, when, says, onSelect } = props;
  const { item, number, name, ask, cost, suggestion, gone } = row;
  return (
    <li
      id={`item-${row.id}`}
      role="option"
      aria-selected={marked}
      aria-current={selected}
      className="queue-row"
      data-item={row.id}
      data-gone={gone}
      onClick={() => onSelect({ selected: row.id })}
    >
      <span className="queue-mark" aria-hidden>
        {marked ? "×" : ""}
      </span>
      <KindMark kind={item.kind} gone={gone} />
      <span className="queue-name">
        {number !== undefined && <span className="queue-number">{number}</span>} <MiddleEllipsis text={name} />
      </span>
      <span className="queue-ask">
        <AskLine kind={item.kind} text={ask} />
      </span>
      {suggestion !== undefined && (
        <span className="queue-suggestion" title="What its author recommends">
          → <Plain text={suggestion} />
        </span>
      )}
      <span className="queue-cost" data-many={/^\d|^holds/.test(cost)}>
        {cost}
      </span>
      <span className="queue-age" title={says}>
        {when}
      </span>
    </li>
  );
});
