import { useEffect, useRef, useSyncExternalStore, type ReactNode } from "react";
import { splits, type Split } from "../../../contract/attention.ts";
import { readQueue, useApp, useEngine, useQueue } from "../../store/app.ts";
import { rowIn, type QueueView } from "../../store/queue.ts";
import { Empty } from "../grid/grid-screen.tsx";
import { useNow } from "../use-now.ts";
import { BulkPeek } from "./bulk-peek.tsx";
import { QueuePeek } from "./queue-peek.tsx";
import { Rows } from "./rows.tsx";
import { Silence } from "./silence.tsx";
import { splitNames } from "./split-names.ts";
import "./queue-screen.css";

/** What needs the human, the most urgent first, and beside it all that is needed to decide. */
export function QueueScreen(): ReactNode {
  const { surfaces, stores } = useApp();
  const view = useQueueView();
  const state = useQueue((queue) => queue);
  const hasAny = useEngine(({ fleet }) => Object.keys(fleet.workstreams).length > 0);
  const needy = useEngine(({ fleet }) => Object.keys(fleet.attention).length > 0);
  const list = useRef<HTMLUListElement>(null);
  const screen = useRef<HTMLElement>(null);
  const row = rowIn(state, view.rows);
  const marked = view.rows.filter(({ id, gone }) => state.marked.has(id) && !gone);
  useEffect(
    () =>
      surfaces.add("queue", {
        focus: () => list.current?.focus(),
        isNarrow: () =>
          screen.current !== null && getComputedStyle(screen.current).getPropertyValue("--narrow") === "1",
      }),
    [surfaces],
  );
  useEffect(() => {
    list.current?.focus();
  }, []);
  const shownId = row?.id;
  useEffect(() => {
    // What took the place of the selected is the selected: the next verb is meant for what is in view.
    if (shownId !== stores.queue.getState().selected) stores.queue.setState({ selected: shownId });
  }, [stores, shownId]);
  if (!hasAny && !needy) return <Empty />;
  return (
    <main ref={screen} className="queue" data-peeking={state.peeking && row !== undefined}>
      <h1 className="unseen">Queue</h1>
      <section className="queue-side" aria-label="What needs you">
        <Splits split={state.split} counts={view.counts} />
        <Rows
          listRef={list}
          rows={view.rows}
          selected={row?.id}
          marked={state.marked}
          arrived={view.arrived}
          split={state.split}
        />
        {view.rows.length === 0 && <Silence counts={view.counts} split={state.split} />}
      </section>
      {marked.length > 1 ? <BulkPeek rows={marked} /> : <QueuePeek row={row} why={state.why} />}
    </main>
  );
}

/** The queue, drawn again only when something of it that is shown has changed. */
function useQueueView(): QueueView {
  const app = useApp();
  // Snoozes end by time alone.
  useNow();
  const { engine, queue } = app.stores;
  return useSyncExternalStore(
    (tell) => {
      const leave = [engine.subscribe(tell), queue.subscribe(tell)];
      return () => leave.forEach((stop) => stop());
    },
    () => readQueue(app),
  );
}

function Splits({ split, counts }: { split: Split; counts: QueueView["counts"] }): ReactNode {
  const { actions, surfaces } = useApp();
  return (
    <ul className="splits" aria-label="Splits">
      {splits.map((one) => (
        <li key={one}>
          <button
            type="button"
            tabIndex={-1}
            className="split"
            data-split={one}
            aria-current={one === split ? "true" : undefined}
            onClick={() => {
              actions.showSplit(one);
              surfaces.get("queue")?.focus();
            }}
          >
            {splitNames[one]} <span className="split-count">{counts[one]}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
