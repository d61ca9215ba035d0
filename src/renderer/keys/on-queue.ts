import { splitOf } from "../../contract/attention.ts";
import { currentRow, readQueue, targetRows, type App } from "../store/app.ts";
import { rowIn } from "../store/queue.ts";
import type { SnoozeLength } from "../store/queue-actions.ts";
import { isOpen, type Behaviour, type Behaviours } from "./command.ts";
import { decide, openSelected } from "./everywhere.ts";

/** What works in the queue, for the selected item or for all that are marked. */
export const queueBehaviours = {
  "queue-down": { when: (app) => currentRow(app) !== undefined, run: (app) => move(app, 1) },
  "queue-up": { run: (app) => move(app, -1) },
  "queue-first": { run: (app) => move(app, -Infinity) },
  "queue-last": { run: (app) => move(app, Infinity) },
  "queue-open": { when: (app) => currentRow(app) !== undefined, run: open },
  "queue-peek": {
    run: ({ actions, stores }) => actions.showInQueue({ peeking: !stores.queue.getState().peeking }),
  },
  "next-split": { when: isOnList, run: ({ actions }) => actions.nextSplit(1) },
  "previous-split": { when: isOnList, run: ({ actions }) => actions.nextSplit(-1) },
  settle: {
    when: (app) => isOpen(app) && canSettle(app),
    run: (app) => void app.actions.settle(targetRows(app)),
  },
  "snooze-15": snoozing("15 min"),
  "snooze-60": snoozing("1 h"),
  "snooze-change": snoozing("until it changes"),
  "snooze-morning": snoozing("tomorrow"),
  mark: { when: (app) => currentRow(app) !== undefined, run: toggleMark },
  "mark-down": { when: (app) => currentRow(app) !== undefined, run: (app) => extend(app, 1) },
  "mark-up": { when: (app) => currentRow(app) !== undefined, run: (app) => extend(app, -1) },
  mute: {
    when: (app) => currentRow(app)?.item.workstreamId !== undefined,
    run: (app) => {
      const row = currentRow(app);
      if (row !== undefined) app.actions.mute(row);
    },
  },
  why: {
    when: (app) => currentRow(app) !== undefined,
    run: ({ actions, stores }) => actions.showInQueue({ why: !stores.queue.getState().why }),
  },
  "start-from-queue": { when: isOpen, run: ({ actions }) => actions.openOverlay("start") },
  "apply-order": { run: ({ actions }) => actions.applyOrder() },
  undo: { when: isOpen, run: ({ actions }) => void actions.undo() },
  redo: { when: isOpen, run: ({ actions }) => void actions.redo() },
} satisfies Partial<Behaviours>;

/** Tab leaves the list where something else has the focus, as everywhere. */
function isOnList(): boolean {
  const { activeElement } = document;
  return activeElement === document.body || activeElement?.getAttribute("role") === "listbox";
}

function snoozing(length: SnoozeLength): Behaviour {
  return {
    when: (app) => isOpen(app) && currentRow(app) !== undefined,
    run: (app) => void app.actions.snooze(targetRows(app), length),
  };
}

/** Only what was told, or is done: what somebody waits for is answered or put off. */
function canSettle(app: App): boolean {
  const { fleet } = app.stores.engine.getState();
  const rows = targetRows(app);
  const isTold = (split: string): boolean => split === "fyi" || split === "land";
  return (
    rows.length > 0 &&
    rows.every(({ item }) => item.kind === "ready" || isTold(splitOf({ ...item, snoozedUntil: 0 }, fleet, Date.now())))
  );
}

function move(app: App, by: number): void {
  const { rows } = readQueue(app);
  const here = rowIn(app.stores.queue.getState(), rows);
  const at = rows.findIndex(({ id }) => id === here?.id);
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  if (next !== undefined) app.actions.showInQueue({ selected: next.id });
}

function toggleMark(app: App): void {
  const row = currentRow(app);
  if (row === undefined) return;
  const marked = new Set(app.stores.queue.getState().marked);
  if (!marked.delete(row.id)) marked.add(row.id);
  app.actions.showInQueue({ marked });
}

function extend(app: App, by: 1 | -1): void {
  const mark = (): void => {
    const row = currentRow(app);
    if (row === undefined) return;
    app.actions.showInQueue({ marked: new Set([...app.stores.queue.getState().marked, row.id]), selected: row.id });
  };
  mark();
  move(app, by);
  mark();
}

/** Opens its workstream; where there is no room for the peek beside the list, first that. */
function open(app: App): void {
  const row = currentRow(app);
  if (row === undefined) return;
  const narrow = app.surfaces.get("queue")?.isNarrow() ?? false;
  if (narrow && !app.stores.queue.getState().peeking) return app.actions.showInQueue({ peeking: true });
  const { kind, projectId } = row.item;
  if (kind === "consent" && projectId !== undefined && isOpen(app)) return decide(app, projectId);
  if (row.item.workstreamId !== undefined) openSelected(app);
}
