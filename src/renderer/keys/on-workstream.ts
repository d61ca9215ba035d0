import {
  isInterruptible,
  isPutAwayable,
  isRetriable,
  isSteerable,
  isStoppable,
  takesWords,
} from "../store/abilities.ts";
import { composerDraft } from "../store/actions.ts";
import { currentStanding, type App } from "../store/app.ts";
import { whenCurrent, withWorkstream, type Command } from "./command.ts";

/** Verbs on one workstream, and words for its author. */
export const workstreamCommands: readonly Command[] = [
  {
    id: "compose",
    title: "Write to the author",
    scope: "workstream",
    keys: ["s"],
    hint: "write",
    when: whenWritable,
    run: ({ surfaces }) => surfaces.get("composer")?.focus(),
  },
  {
    id: "interrupt",
    title: "Interrupt the running turn",
    scope: "workstream",
    keys: ["Shift+i"],
    hint: "interrupt",
    when: whenCurrent(isInterruptible),
    run: withWorkstream((workstream, { actions }) => void actions.interrupt(workstream)),
  },
  {
    id: "stop",
    title: "Stop the workstream (asks first)",
    scope: "workstream",
    keys: ["Shift+x"],
    hint: "stop…",
    when: whenCurrent(isStoppable),
    run: ({ actions }) => actions.openOverlay("stop"),
  },
  {
    id: "retry",
    title: "Take the workstream up again",
    scope: "resting",
    keys: ["Shift+r"],
    hint: "retry",
    when: whenCurrent(isRetriable),
    run: withWorkstream((workstream, { actions }) => void actions.retry(workstream)),
  },
  {
    id: "budget",
    title: "Raise or change the budget",
    also: "tokens minutes limit",
    scope: "resting",
    keys: ["b"],
    when: whenCurrent(takesWords),
    run: ({ actions }) => actions.openOverlay("budget"),
  },
  {
    id: "archive",
    title: "Put the workstream away",
    scope: "resting",
    keys: ["Shift+e"],
    hint: "put away",
    when: whenCurrent(isPutAwayable),
    run: withWorkstream((workstream, { actions }) => void actions.archive(workstream)),
  },
  {
    id: "leave",
    title: "Back to the grid",
    scope: "workstream",
    keys: ["u"],
    hint: "grid",
    run: ({ actions }) => actions.go({ screen: "grid" }),
  },

  {
    id: "send",
    title: "Send: into the running turn where it takes words, else as the next one",
    scope: "composer",
    keys: ["$mod+Enter"],
    hint: "send",
    run: withWorkstream((workstream, app) => {
      send(app, isSteerable(workstream, app.stores.engine.getState().agents) ? "now" : "next");
    }),
  },
  {
    id: "send-next",
    title: "Queue for the next turn",
    scope: "composer",
    keys: ["Alt+Enter"],
    run: (app) => send(app, "next"),
  },
  {
    id: "send-interrupt",
    title: "Interrupt the running turn and send",
    scope: "composer",
    keys: ["$mod+Shift+Enter"],
    when: whenCurrent(isInterruptible),
    run: (app) => send(app, "interrupt"),
  },
];

/** A draft can be written while the connection is lost. */
function whenWritable(app: App): boolean {
  const workstream = currentStanding(app)?.workstream;
  return workstream !== undefined && takesWords(workstream) && !app.stores.engine.getState().reader;
}

function send(app: App, when: "now" | "next" | "interrupt"): void {
  const workstream = currentStanding(app)?.workstream;
  if (workstream === undefined) return;
  const key = composerDraft(workstream.id);
  void app.actions.steer(workstream, app.stores.draft.getState().drafts[key] ?? "", when, key);
}
