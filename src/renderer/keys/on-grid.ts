import { isPausable, isRetriable, isStoppable, takesWords } from "../store/abilities.ts";
import { chosenStandings, currentStanding, gridStandings, type App } from "../store/app.ts";
import { isOpen, whenCurrent, withWorkstream, type Behaviour, type Behaviours } from "./command.ts";
import { openSelected } from "./everywhere.ts";

/** What works on the grid, for the selected tile or for those that were chosen. */
export const gridBehaviours = {
  left: { run: move("left") },
  down: { run: move("down") },
  "up-tile": { run: move("up") },
  right: { run: move("right") },
  open: { when: (app) => currentStanding(app) !== undefined, run: openSelected },
  "steer-here": {
    when: whenCurrent(takesWords),
    run: ({ actions, surfaces }) => {
      actions.show({ steering: true });
      surfaces.get("steer")?.focus();
    },
  },
  "start-here": { when: isOpen, run: ({ actions }) => actions.openOverlay("start") },
  enlarge: { when: hasTile, run: enlarging(false) },
  explain: { when: hasTile, run: enlarging(true) },
  "filter-grid": { run: ({ actions }) => actions.cycleFilter() },
  "find-on-grid": { run: ({ surfaces }) => surfaces.get("filter")?.focus() },
  "show-terminals": { run: ({ actions }) => actions.toggleTerminals() },
  denser: { run: ({ actions }) => actions.setDensity(-1) },
  roomier: { run: ({ actions }) => actions.setDensity(1) },
  choose: { when: hasTile, run: withWorkstream(({ id }, { actions }) => actions.chooseToggle(id)) },
  "choose-left": extend("left"),
  "choose-down": extend("down"),
  "choose-up": extend("up"),
  "choose-right": extend("right"),
  broadcast: {
    when: (app) => isOpen(app) && app.stores.grid.getState().chosen.size > 0,
    run: ({ actions }) => actions.openOverlay("broadcast"),
  },
  "pause-here": {
    when: (app) => isOpen(app) && pausing(app).length > 0,
    run: (app) => pausing(app).forEach((act) => act()),
  },
  "stop-here": { when: whenCurrent(isStoppable), run: ({ actions }) => actions.openOverlay("stop") },
} satisfies Partial<Behaviours>;

function move(direction: "left" | "right" | "up" | "down"): (app: App) => void {
  return ({ surfaces }) => surfaces.get("grid")?.move(direction);
}

function hasTile(app: App): boolean {
  return currentStanding(app) !== undefined;
}

/** The same key again makes it small; the other one shows the other side. */
function enlarging(words: boolean): (app: App) => void {
  return withWorkstream(({ id }, { actions, stores }) => {
    const { enlarged } = stores.grid.getState();
    const same = enlarged?.id === id && enlarged.words === words;
    actions.showGrid({ enlarged: same ? undefined : { id, words } });
  });
}

/** Chooses the tile one is on, and the one beside it. */
function extend(direction: "left" | "right" | "up" | "down"): Behaviour {
  return {
    when: hasTile,
    run: (app) => {
      const { actions } = app;
      const from = currentStanding(app);
      move(direction)(app);
      const to = currentStanding(app);
      const shown = gridStandings(app).map(({ workstream }) => workstream.id);
      const ends = [from, to].map((standing) => shown.indexOf(standing?.workstream.id ?? ""));
      actions.chooseAlso(...shown.slice(Math.min(...ends), Math.max(...ends) + 1));
    },
  };
}

/** What pausing does: those that can be are paused; where none can, those that are paused are taken up. */
function pausing(app: App): (() => void)[] {
  const all = chosenStandings(app).map(({ workstream }) => workstream);
  const pausable = all.filter(isPausable);
  if (pausable.length > 0) return pausable.map((workstream) => () => void app.actions.pause(workstream));
  const paused = all.filter((workstream) => workstream.phase === "paused" && isRetriable(workstream));
  return paused.map((workstream) => () => void app.actions.retry(workstream));
}
