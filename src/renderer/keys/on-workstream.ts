import {
  isDeletable,
  isInterruptible,
  isPausable,
  isPutAwayable,
  isRetriable,
  isSteerable,
  isStoppable,
  takesWords,
} from "../store/abilities.ts";
import { composerDraft } from "../store/actions.ts";
import { currentStanding, type App } from "../store/app.ts";
import { whenCurrent, withWorkstream, type Behaviours } from "./command.ts";

/** Verbs on one workstream, and words for its author. */
export const workstreamBehaviours = {
  compose: { when: whenWritable, run: ({ surfaces }) => surfaces.get("composer")?.focus() },
  interrupt: {
    when: whenCurrent(isInterruptible),
    run: withWorkstream((workstream, { actions }) => void actions.interrupt(workstream)),
  },
  stop: { when: whenCurrent(isStoppable), run: ({ actions }) => actions.openOverlay("stop") },
  retry: {
    when: whenCurrent(isRetriable),
    run: withWorkstream((workstream, { actions }) => void actions.retry(workstream)),
  },
  budget: { when: whenCurrent(takesWords), run: ({ actions }) => actions.openOverlay("budget") },
  archive: {
    when: whenCurrent(isPutAwayable),
    run: withWorkstream((workstream, { actions }) => void actions.archive(workstream)),
  },
  "pause-workstream": {
    when: whenCurrent(isPausable),
    run: withWorkstream((workstream, { actions }) => void actions.pause(workstream)),
  },
  "delete-workstream": { when: whenCurrent(isDeletable), run: ({ actions }) => actions.openOverlay("delete") },
  "resolve-conflict": {
    when: whenCurrent((workstream) => takesWords(workstream) && workstream.forecast?.conflict !== undefined),
    run: withWorkstream((workstream, { actions }) => void actions.resolveConflict(workstream)),
  },
  "mark-unread": {
    when: (app) => currentStanding(app) !== undefined,
    run: withWorkstream((workstream, { actions, stores }) => {
      // What is in front of the human is read as long as it stays there.
      actions.showGrid({ enlarged: undefined });
      if (stores.view.getState().route.screen === "workstream") actions.go({ screen: "grid" });
      actions.markUnread(workstream);
    }),
  },
  leave: { run: ({ actions, stores }) => actions.go(stores.view.getState().home) },
  send: {
    run: withWorkstream((workstream, app) => {
      send(app, isSteerable(workstream, app.stores.engine.getState().agents) ? "now" : "next");
    }),
  },
  "send-next": { run: (app) => send(app, "next") },
  "send-interrupt": { when: whenCurrent(isInterruptible), run: (app) => send(app, "interrupt") },
} satisfies Partial<Behaviours>;

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
