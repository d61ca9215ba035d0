import type { Workstream } from "../../contract/states.ts";
import { allStandings, currentStanding, urgentItems, type App } from "../store/app.ts";
import { isOpen, type Behaviour, type Behaviours } from "./command.ts";

/** What works in every place: finding, going and closing. */
export const everywhereBehaviours = {
  palette: { run: ({ actions }) => actions.openOverlay("palette") },
  keys: { run: ({ actions }) => actions.openOverlay("keys") },
  start: { when: isOpen, run: ({ actions }) => actions.openOverlay("start") },
  "open-project": {
    when: isOpen,
    run: ({ actions }) => {
      actions.show({ offered: undefined });
      actions.openOverlay("project");
    },
  },
  jump: { when: (app) => urgentPlaces(app).length > 0, run: jump },
  back: { run: () => window.history.back() },
  "go-grid": { run: ({ actions }) => actions.go({ screen: "grid" }) },
  "go-worktrees": { run: ({ actions }) => actions.go({ screen: "worktrees" }) },
  "go-workstream": { run: openSelected },
  up: { run: goUp },
  "next-region": { run: () => focusRegion(1) },
  "previous-region": { run: () => focusRegion(-1) },
  theme: {
    run: ({ actions, stores }) => {
      const next = { system: "dark", dark: "light", light: "system" } as const;
      actions.show({ theme: next[stores.view.getState().theme] });
    },
  },
} satisfies Partial<Behaviours>;

export function goingTo(number: number): Behaviour {
  return {
    when: (app) => allStandings(app).some(({ workstream }) => workstream.number === number),
    run: ({ actions }) => actions.go({ screen: "workstream", number, tab: "transcript" }),
  };
}

/** Opens the selected workstream, else the first. */
export function openSelected(app: App): void {
  const workstream = currentStanding(app)?.workstream ?? allStandings(app)[0]?.workstream;
  if (workstream !== undefined) app.actions.go({ screen: "workstream", number: workstream.number, tab: "transcript" });
}

/** Workstreams that need the human, most urgent first. */
function urgentPlaces(app: App): Workstream[] {
  const { fleet } = app.stores.engine.getState();
  const ids = urgentItems(fleet, Date.now()).map((item) => item.workstreamId);
  return [...new Set(ids)].flatMap((id) => {
    const workstream = id === undefined ? undefined : fleet.workstreams[id];
    return workstream === undefined ? [] : [workstream];
  });
}

/** Goes to the most urgent workstream; from there, to the next one. */
export function jump(app: App): void {
  const places = urgentPlaces(app);
  const { route } = app.stores.view.getState();
  const here = route.screen === "workstream" ? places.findIndex(({ number }) => number === route.number) : -1;
  const next = places[(here + 1) % places.length];
  if (next === undefined) return;
  if (places.length === 1 && here === 0) return app.surfaces.get("ask")?.focus();
  app.actions.show({ selected: next.id });
  app.actions.go({ screen: "workstream", number: next.number, tab: "transcript" });
}

function goUp(app: App): void {
  const { actions, stores, surfaces } = app;
  const { route, steering, declining } = app.stores.view.getState();
  if (declining !== undefined) return actions.show({ declining: undefined });
  if (steering) {
    actions.show({ steering: false });
    return surfaces.get("grid")?.focus();
  }
  if (isTyping(document.activeElement)) return focusPlace(app);
  if (stores.worktrees.getState().progress !== undefined) return actions.stopMeasuring();
  if (route.screen !== "grid") actions.go({ screen: "grid" });
}

/** Puts the focus where a screen is read and walked: on the selected tile, else on the view of the open workstream. */
export function focusPlace({ surfaces }: App): void {
  const grid = surfaces.get("grid");
  if (grid === undefined) document.querySelector<HTMLElement>("main [role=tabpanel], main [role=listbox]")?.focus();
  else grid.focus();
}

/** Whether a key typed here would write text. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

/** Moves the focus around the regions of the screen, in the order they stand. */
function focusRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
  const here = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(here + by + regions.length) % regions.length];
  (next?.querySelector<HTMLElement>("[tabindex='0'], textarea, button:not(:disabled)") ?? next)?.focus();
}
