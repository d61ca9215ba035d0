import { currentStanding, type App } from "../store/app.ts";
import { otherAttempt, othersToPutAway, selectedAttempt } from "../store/compare-store.ts";
import { isOpen, type Behaviours } from "./command.ts";

/** What works where attempts stand side by side, for the selected one. */
export const compareBehaviours = {
  "go-compare": {
    when: (app) => currentStanding(app) !== undefined,
    run: (app) => {
      const workstream = currentStanding(app)?.workstream;
      if (workstream !== undefined) app.actions.go({ screen: "compare", number: workstream.number });
    },
  },
  "previous-attempt": { run: (app) => move(app, -1) },
  "next-attempt": { run: (app) => move(app, 1) },
  "open-attempt": { when: has, run: (app) => goTo(app, "transcript") },
  "diff-attempt": { when: has, run: (app) => goTo(app, "diff") },
  "mark-attempt": {
    when: has,
    run: (app) => {
      const id = selectedAttempt(app.stores.compare.getState())?.workstream.id;
      const isMarked = app.stores.compare.getState().against === id;
      app.actions.showCompare({ against: isMarked ? undefined : id });
    },
  },
  "between-attempts": {
    when: (app) => isReachable(app) && otherAttempt(app.stores.compare.getState()) !== undefined,
    run: ({ stores, actions }) => {
      const state = stores.compare.getState();
      const [of, to] = [otherAttempt(state), selectedAttempt(state)];
      if (state.between !== undefined) return actions.leaveBetween();
      if (of !== undefined && to !== undefined) void actions.compareTwo(of.workstream.id, to.workstream.id);
    },
  },
  "keep-attempt": {
    when: (app) => isOpen(app) && othersToPutAway(app.stores.compare.getState()).length > 0,
    run: ({ actions }) => actions.openOverlay("keep"),
  },
  "next-difference": { run: ({ surfaces }) => surfaces.get("between")?.change(1) },
  "previous-difference": { run: ({ surfaces }) => surfaces.get("between")?.change(-1) },
  "leave-compare": {
    run: ({ actions, stores }) => {
      if (stores.compare.getState().between !== undefined) return actions.leaveBetween();
      actions.go(stores.view.getState().home);
    },
  },
} satisfies Partial<Behaviours>;

function has({ stores }: App): boolean {
  return selectedAttempt(stores.compare.getState()) !== undefined;
}

function isReachable({ stores }: App): boolean {
  return stores.engine.getState().link.kind === "open";
}

function move({ stores, actions }: App, by: 1 | -1): void {
  const state = stores.compare.getState();
  const attempts = state.read?.told.attempts ?? [];
  const here = attempts.findIndex((attempt) => attempt === selectedAttempt(state));
  const next = attempts[Math.max(0, Math.min(attempts.length - 1, here + by))];
  if (next === undefined) return;
  const { number, name } = next.workstream;
  actions.showCompare({ selected: next.workstream.id });
  actions.show({ announcement: `${String(number)} ${name}` });
}

function goTo({ stores, actions }: App, tab: "transcript" | "diff"): void {
  const found = selectedAttempt(stores.compare.getState());
  if (found !== undefined) actions.go({ screen: "workstream", number: found.workstream.number, tab });
}
