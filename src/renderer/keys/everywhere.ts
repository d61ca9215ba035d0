import type { ProjectId } from "../../contract/ids.ts";
import { wantedLoosenings } from "../store/abilities.ts";
import { allStandings, currentStanding, type App } from "../store/app.ts";
import { isOpen, type Behaviour, type Behaviours } from "./command.ts";
import { goBack, jump, waitingItems } from "./next.ts";

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
  jump: { when: (app) => waitingItems(app).length > 0, run: jump },
  back: { run: goBack },
  "go-queue": { run: ({ actions }) => actions.go({ screen: "queue" }) },
  "go-grid": { run: ({ actions }) => actions.go({ screen: "grid" }) },
  "go-worktrees": { run: ({ actions }) => actions.go({ screen: "worktrees" }) },
  "go-welcome": { run: ({ actions }) => actions.go({ screen: "welcome" }) },
  settings: {
    run: ({ actions }) => {
      actions.show({ setting: undefined });
      actions.go({ screen: "settings" });
    },
  },
  doctor: { run: ({ actions }) => actions.openOverlay("doctor") },
  "decide-loosening": {
    when: (app) => isOpen(app) && undecided(app) !== undefined,
    run: (app) => {
      const projectId = undecided(app);
      if (projectId !== undefined) decide(app, projectId);
    },
  },
  "go-workstream": { run: openSelected },
  up: { run: goUp },
  "next-region": { run: () => focusRegion(1) },
  "previous-region": { run: () => focusRegion(-1) },
  theme: {
    when: isOpen,
    run: ({ actions, stores }) => {
      const next = { system: "dark", dark: "light", light: "system" } as const;
      void actions.changeSettings({ theme: next[stores.settings.getState().theme] });
    },
  },
  "zoom-in": zooming((zoom) => zoomSteps.find((step) => step > zoom)),
  "zoom-out": zooming((zoom) => zoomSteps.findLast((step) => step < zoom)),
  "zoom-reset": zooming(() => 100),
} satisfies Partial<Behaviours>;

/** In percent. */
const zoomSteps = [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200];

/** Where nothing can be changed, the keys are left to the browser, which can enlarge too. */
function zooming(next: (zoom: number) => number | undefined): Behaviour {
  return {
    when: isOpen,
    run: ({ actions, stores }) => {
      const zoom = next(stores.settings.getState().zoom);
      if (zoom !== undefined) void actions.changeSettings({ zoom });
    },
  };
}

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

/** Asks the human about what a project wants. */
export function decide({ actions }: App, projectId: ProjectId): void {
  actions.show({ consent: projectId });
  actions.openOverlay("consent");
}

/** The first project that asks for what it was not given. */
function undecided({ stores }: App): ProjectId | undefined {
  const { projects } = stores.engine.getState().fleet;
  return Object.values(projects).find((project) => wantedLoosenings(project).length > 0)?.id;
}

function goUp(app: App): void {
  const { actions, stores, surfaces } = app;
  const { route, steering, declining } = app.stores.view.getState();
  const { enlarged, chosen, filter, text } = app.stores.grid.getState();
  if (declining !== undefined) return actions.show({ declining: undefined });
  if (steering) {
    actions.show({ steering: false });
    return surfaces.get("grid")?.focus();
  }
  if (isTyping(document.activeElement)) return focusPlace(app);
  if (stores.worktrees.getState().progress !== undefined) return actions.stopMeasuring();
  if (stores.setup.getState().install !== undefined) return actions.stopInstalling();
  if (stores.compare.getState().between !== undefined) return actions.leaveBetween();
  if (route.screen === "queue") return actions.showInQueue({ marked: new Set(), why: false, peeking: false });
  if (route.screen !== "grid") return actions.go(stores.view.getState().home);
  if (enlarged !== undefined) return actions.showGrid({ enlarged: undefined });
  if (chosen.size > 0) return actions.chooseNone();
  if (filter !== "all" || text !== "") actions.showGrid({ filter: "all", text: "" });
}

/** Puts the focus where a screen is read and walked: on the selected tile, else on the view of the open workstream. */
export function focusPlace({ surfaces }: App): void {
  const settings = surfaces.get("settings");
  if (settings !== undefined) return settings.focus();
  const grid = surfaces.get("grid");
  if (grid === undefined) document.querySelector<HTMLElement>("main [role=tabpanel], main [role=listbox]")?.focus();
  else grid.focus();
}

/** Whether a key typed here would write text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches("input:not([type=radio]), textarea, select, [contenteditable]")
  );
}

/** Moves the focus around the regions of the screen, in the order they stand. */
function focusRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
  const here = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(here + by + regions.length) % regions.length];
  (next?.querySelector<HTMLElement>("[tabindex='0'], textarea, button:not(:disabled)") ?? next)?.focus();
}
