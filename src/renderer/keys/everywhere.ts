import type { Workstream } from "../../contract/states.ts";
import { allStandings, currentStanding, urgentItems, type App } from "../store/app.ts";
import { isOpen, type Command } from "./command.ts";

/** What people look for who want to start something. */
export const newWords = "new create ticket open project";

/** What works in every place: finding, going and closing. */
export const everywhereCommands: readonly Command[] = [
  {
    id: "palette",
    title: "Find a command or workstream",
    scope: "global",
    keys: ["$mod+k"],
    hint: "palette",
    run: ({ actions }) => actions.openOverlay("palette"),
  },
  {
    id: "keys",
    title: "Show the keys that work here",
    scope: "global",
    keys: ["[Shift]+?"],
    hint: "keys",
    run: ({ actions }) => actions.openOverlay("keys"),
  },
  {
    id: "start",
    title: "Start a workstream",
    also: newWords,
    scope: "global",
    keys: ["$mod+n"],
    when: isOpen,
    run: ({ actions }) => actions.openOverlay("start"),
  },
  {
    id: "jump",
    title: "Go to what needs you most",
    scope: "global",
    keys: ["$mod+j"],
    hint: "most urgent",
    when: (app) => urgentPlaces(app).length > 0,
    run: jump,
  },
  {
    id: "back",
    title: "Go back to where you were",
    scope: "global",
    keys: ["$mod+Shift+j"],
    run: () => window.history.back(),
  },
  {
    id: "go-grid",
    title: "Go to the grid",
    scope: "global",
    keys: ["g g"],
    run: ({ actions }) => actions.go({ screen: "grid" }),
  },
  {
    id: "go-workstream",
    title: "Go to the selected workstream",
    scope: "global",
    keys: ["g s"],
    run: openSelected,
  },
  ...Array.from({ length: 10 }, (_, at) => numbered(at + 1, `Alt+${String((at + 1) % 10)}`)),
  ...Array.from({ length: 5 }, (_, at) => numbered(at + 11, `g 1 ${String(at + 1)}`)),
  { id: "up", title: "Close, or go up one level", scope: "global", keys: ["Escape"], run: goUp },
  { id: "next-region", title: "Go to the next region", scope: "global", keys: ["F6"], run: () => focusRegion(1) },
  {
    id: "previous-region",
    title: "Go to the previous region",
    scope: "global",
    keys: ["Shift+F6"],
    run: () => focusRegion(-1),
  },
  {
    id: "theme",
    title: "Change between the dark, the light and the system's theme",
    scope: "global",
    keys: [],
    run: ({ actions, stores }) => {
      const next = { system: "dark", dark: "light", light: "system" } as const;
      actions.show({ theme: next[stores.view.getState().theme] });
    },
  },
];

function numbered(number: number, keys: string): Command {
  return {
    id: `workstream-${String(number)}`,
    title:
      number === 1
        ? "Go to workstream 1 (and so on; g 1 1 to g 1 5 for 11 to 15)"
        : `Go to workstream ${String(number)}`,
    scope: "global",
    keys: [keys],
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
function jump(app: App): void {
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
  const { actions, surfaces } = app;
  const { route, steering, declining } = app.stores.view.getState();
  if (declining !== undefined) return actions.show({ declining: undefined });
  if (steering) {
    actions.show({ steering: false });
    return surfaces.get("grid")?.focus();
  }
  if (isTyping(document.activeElement)) return focusPlace(app);
  if (route.screen === "workstream") actions.go({ screen: "grid" });
}

/** Puts the focus where a screen is read and walked: on the selected tile, else on the view of the open workstream. */
export function focusPlace({ surfaces }: App): void {
  const grid = surfaces.get("grid");
  if (grid === undefined) document.querySelector<HTMLElement>("main [role=tabpanel]")?.focus();
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
