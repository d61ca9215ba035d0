import type { Offer } from "../../contract/requests.ts";
import { composerDraft, declineDraft } from "../store/actions.ts";
import { allStandings, currentRequest, currentStanding, urgentItems, type App } from "../store/app.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Tab } from "../store/stores.ts";

export type Scope = "global" | "grid" | "workstream" | "tabs" | "ask" | "question" | "transcript" | "diff" | "composer";

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly scope: Scope;
  /** Bindings in the form of tinykeys; a space separates the presses of a sequence. */
  readonly keys: readonly string[];
  /** Said in the hint bar, where the command works. */
  readonly hint?: string;
  readonly when?: (app: App) => boolean;
  readonly run: (app: App) => void;
}

/** Which scopes are active together. A key means one thing in each of these places. */
export const contexts = {
  grid: ["global", "grid", "ask", "question"],
  transcript: ["global", "workstream", "tabs", "ask", "transcript"],
  diff: ["global", "workstream", "tabs", "ask", "diff"],
  plan: ["global", "workstream", "tabs", "ask"],
  question: ["global", "workstream", "ask", "question"],
  composer: ["global", "composer"],
} as const satisfies Record<string, readonly Scope[]>;

export type Context = keyof typeof contexts;

/** Where the human is, as far as keys are concerned. */
export function contextOf(app: App): Context {
  const { route, region } = app.stores.view.getState();
  if (route.screen === "grid") return "grid";
  return region ?? route.tab;
}

/** Every command there is: dispatch, palette, key sheet, hint bar and the conflict test all read this one table. */
export const commands: readonly Command[] = [
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

  { id: "left", title: "Select the tile to the left", scope: "grid", keys: ["h", "ArrowLeft"], run: move("left") },
  { id: "down", title: "Select the tile below", scope: "grid", keys: ["j", "ArrowDown"], run: move("down") },
  { id: "up-tile", title: "Select the tile above", scope: "grid", keys: ["k", "ArrowUp"], run: move("up") },
  { id: "right", title: "Select the tile to the right", scope: "grid", keys: ["l", "ArrowRight"], run: move("right") },
  {
    id: "open",
    title: "Open the selected workstream",
    scope: "grid",
    keys: ["Enter"],
    hint: "open",
    when: (app) => currentStanding(app) !== undefined,
    run: openSelected,
  },
  {
    id: "steer-here",
    title: "Steer the selected workstream in one line",
    scope: "grid",
    keys: ["s"],
    hint: "steer",
    when: (app) => currentStanding(app) !== undefined,
    run: ({ actions, surfaces }) => {
      actions.show({ steering: true });
      surfaces.get("steer")?.focus();
    },
  },
  {
    id: "start-here",
    title: "Start a workstream",
    scope: "grid",
    keys: ["n"],
    hint: "new",
    when: isOpen,
    run: ({ actions }) => actions.openOverlay("start"),
  },

  offer("accept", "Allow once", "a", "allow once"),
  offer("accept-for-thread", "Allow for the whole thread", "Shift+a"),
  {
    id: "decline",
    title: "Decline, with a reason",
    scope: "ask",
    keys: ["d"],
    hint: "decline",
    when: (app) => offers(app, "decline"),
    run: ({ actions, ...app }) => {
      const request = currentRequest({ actions, ...app });
      if (request !== undefined) actions.show({ declining: request.id });
    },
  },
  offer("cancel", "Decline and end the turn", "Shift+c"),
  {
    id: "reply",
    title: "Answer in your own words",
    scope: "ask",
    keys: ["r"],
    hint: "answer",
    when: (app) => currentRequest(app)?.body.kind === "question",
    run: ({ surfaces }) => surfaces.get("ask")?.reply(),
  },
  ...Array.from({ length: 9 }, (_, at) => option(at)),

  {
    id: "compose",
    title: "Write to the author",
    scope: "workstream",
    keys: ["s"],
    hint: "steer",
    run: ({ surfaces }) => surfaces.get("composer")?.focus(),
  },
  {
    id: "interrupt",
    title: "Interrupt the running turn",
    scope: "workstream",
    keys: ["Shift+i"],
    hint: "interrupt",
    when: (app) => isOpen(app) && isRunning(currentStanding(app)?.workstream),
    run: withWorkstream((workstream, { actions }) => void actions.interrupt(workstream)),
  },
  {
    id: "stop",
    title: "Stop the workstream (asks first)",
    scope: "workstream",
    keys: ["Shift+x"],
    hint: "stop…",
    when: (app) => isOpen(app) && isStoppable(currentStanding(app)?.workstream),
    run: ({ actions }) => actions.openOverlay("stop"),
  },
  {
    id: "retry",
    title: "Take the workstream up again",
    scope: "workstream",
    keys: ["Shift+r"],
    hint: "retry",
    when: (app) => isOpen(app) && isRetriable(currentStanding(app)?.workstream),
    run: withWorkstream((workstream, { actions }) => void actions.retry(workstream)),
  },
  {
    id: "archive",
    title: "Put the workstream away",
    scope: "workstream",
    keys: ["Shift+e"],
    hint: "put away",
    when: (app) => isOpen(app) && isRetriable(currentStanding(app)?.workstream),
    run: withWorkstream((workstream, { actions }) => void actions.archive(workstream)),
  },
  {
    id: "leave",
    title: "Back to the grid",
    scope: "workstream",
    keys: ["u"],
    run: ({ actions }) => actions.go({ screen: "grid" }),
  },

  tab("transcript", "Show the transcript", "1"),
  tab("diff", "Show the diff", "2"),
  tab("plan", "Show ticket and plan", "3"),

  {
    id: "next-item",
    title: "Next item",
    scope: "transcript",
    keys: ["j", "ArrowDown"],
    hint: "next",
    run: ({ surfaces }) => surfaces.get("transcript")?.move(1),
  },
  {
    id: "previous-item",
    title: "Previous item",
    scope: "transcript",
    keys: ["k", "ArrowUp"],
    run: ({ surfaces }) => surfaces.get("transcript")?.move(-1),
  },
  {
    id: "unfold",
    title: "Unfold or fold the item",
    scope: "transcript",
    keys: ["Enter", "o"],
    hint: "unfold",
    run: ({ surfaces }) => surfaces.get("transcript")?.toggle(),
  },
  {
    id: "next-turn",
    title: "Next turn",
    scope: "transcript",
    keys: ["n"],
    run: ({ surfaces }) => surfaces.get("transcript")?.turn(1),
  },
  {
    id: "previous-turn",
    title: "Previous turn",
    scope: "transcript",
    keys: ["Shift+n"],
    run: ({ surfaces }) => surfaces.get("transcript")?.turn(-1),
  },
  {
    id: "to-end",
    title: "To the end of the transcript",
    scope: "transcript",
    keys: ["Shift+g", "End"],
    hint: "end",
    run: ({ surfaces }) => surfaces.get("transcript")?.toEnd(),
  },
  {
    id: "older",
    title: "Read older items",
    scope: "transcript",
    keys: ["["],
    run: ({ surfaces }) => surfaces.get("transcript")?.older(),
  },

  {
    id: "next-change",
    title: "Next change",
    scope: "diff",
    keys: ["n"],
    hint: "next change",
    run: ({ surfaces }) => surfaces.get("diff")?.change(1),
  },
  {
    id: "previous-change",
    title: "Previous change",
    scope: "diff",
    keys: ["p"],
    run: ({ surfaces }) => surfaces.get("diff")?.change(-1),
  },
  {
    id: "next-file",
    title: "Next file",
    scope: "diff",
    keys: ["Shift+n"],
    hint: "next file",
    run: ({ surfaces }) => surfaces.get("diff")?.file(1),
  },
  {
    id: "previous-file",
    title: "Previous file",
    scope: "diff",
    keys: ["Shift+p"],
    run: ({ surfaces }) => surfaces.get("diff")?.file(-1),
  },
  {
    id: "next-line",
    title: "Next line",
    scope: "diff",
    keys: ["j", "ArrowDown"],
    run: ({ surfaces }) => surfaces.get("diff")?.line(1),
  },
  {
    id: "previous-line",
    title: "Previous line",
    scope: "diff",
    keys: ["k", "ArrowUp"],
    run: ({ surfaces }) => surfaces.get("diff")?.line(-1),
  },
  {
    id: "split",
    title: "Show the diff unified or side by side",
    scope: "diff",
    keys: ["[Shift]+|"],
    hint: "split",
    run: ({ actions, stores }) =>
      actions.show({ diffStyle: stores.view.getState().diffStyle === "unified" ? "split" : "unified" }),
  },

  {
    id: "send",
    title: "Send: into the running turn, else as the next one",
    scope: "composer",
    keys: ["$mod+Enter"],
    run: (app) => send(app, isRunning(currentStanding(app)?.workstream) ? "now" : "next"),
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
    run: (app) => send(app, isRunning(currentStanding(app)?.workstream) ? "interrupt" : "next"),
  },
];

/** The commands that work where the human is now. */
export function activeCommands(app: App): Command[] {
  const scopes: readonly Scope[] = contexts[contextOf(app)];
  return commands.filter((command) => scopes.includes(command.scope) && (command.when?.(app) ?? true));
}

function isOpen({ stores }: App): boolean {
  return stores.engine.getState().link.kind === "open";
}

function isRunning(workstream: Workstream | undefined): boolean {
  return workstream?.turn?.status === "running" || workstream?.turn?.status === "sending";
}

function isStoppable(workstream: Workstream | undefined): boolean {
  return workstream !== undefined && !["stopped", "archived", "landed", "landing"].includes(workstream.phase);
}

function isRetriable(workstream: Workstream | undefined): boolean {
  return workstream !== undefined && ["stopped", "failed", "ready", "landed"].includes(workstream.phase);
}

function withWorkstream(act: (workstream: Workstream, app: App) => void): (app: App) => void {
  return (app) => {
    const workstream = currentStanding(app)?.workstream;
    if (workstream !== undefined) act(workstream, app);
  };
}

function openSelected(app: App): void {
  const workstream = currentStanding(app)?.workstream ?? allStandings(app)[0]?.workstream;
  if (workstream !== undefined) app.actions.go({ screen: "workstream", number: workstream.number, tab: "transcript" });
}

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

function tab(name: Tab, title: string, key: string): Command {
  return {
    id: `tab-${name}`,
    title,
    scope: "tabs",
    keys: [key],
    run: ({ actions, stores }) => {
      const { route } = stores.view.getState();
      if (route.screen === "workstream") actions.go({ ...route, tab: name });
    },
  };
}

function move(direction: "left" | "right" | "up" | "down"): (app: App) => void {
  return ({ surfaces }) => surfaces.get("grid")?.move(direction);
}

/** Whether the request in view takes this answer now: it is shown whole, and no answer is on its way. */
function offers(app: App, wanted: Offer): boolean {
  const request = currentRequest(app);
  if (request === undefined || request.body.kind === "question") return false;
  return answerable(app) && request.body.offers.includes(wanted);
}

function answerable(app: App): boolean {
  const request = currentRequest(app);
  const { whole, sending, declining } = app.stores.view.getState();
  return (
    request !== undefined && isOpen(app) && whole === request.id && !sending.has(request.id) && declining !== request.id
  );
}

function offer(kind: Exclude<Offer, "decline">, title: string, key: string, hint?: string): Command {
  return {
    id: kind,
    title,
    scope: "ask",
    keys: [key],
    ...(hint === undefined ? {} : { hint }),
    when: (app) => offers(app, kind),
    run: (app) => {
      const request = currentRequest(app);
      if (request !== undefined) void app.actions.answer(request, { kind });
    },
  };
}

/** Declines with what was written as the reason; an empty one is left out. */
export function decline(app: App): void {
  const request = currentRequest(app);
  if (request === undefined) return;
  const reason = (app.stores.draft.getState().drafts[declineDraft(request.id)] ?? "").trim();
  void app.actions.answer(request, { kind: "decline", ...(reason === "" ? {} : { reason }) });
}

function option(at: number): Command {
  const chosen = (app: App): { id: string; label: string } | undefined => {
    const request = currentRequest(app);
    if (request?.body.kind !== "question") return undefined;
    const picked = app.stores.view.getState().picked[request.id] ?? {};
    const question = request.body.questions.find(({ id }) => picked[id] === undefined);
    const label = question?.options[at]?.label;
    return question === undefined || label === undefined ? undefined : { id: question.id, label };
  };
  return {
    id: `option-${String(at + 1)}`,
    title: at === 0 ? "Choose the first answer (and so on to 9)" : `Choose answer ${String(at + 1)}`,
    scope: "question",
    keys: [String(at + 1)],
    ...(at === 0 ? { hint: "choose" } : {}),
    when: (app) => answerable(app) && chosen(app) !== undefined,
    run: (app) => {
      const request = currentRequest(app);
      const choice = chosen(app);
      if (request !== undefined && choice !== undefined) void app.actions.pick(request, choice.id, [choice.label]);
    },
  };
}

function send(app: App, when: "now" | "next" | "interrupt"): void {
  const workstream = currentStanding(app)?.workstream;
  if (workstream === undefined) return;
  const key = composerDraft(workstream.id);
  void app.actions.steer(workstream, app.stores.draft.getState().drafts[key] ?? "", when, key);
}

/** Workstreams that need the human, most urgent first. */
function urgentPlaces(app: App): Workstream[] {
  const { fleet } = app.stores.engine.getState();
  const ids = urgentItems(Object.values(fleet.attention), Date.now()).map((item) => item.workstreamId);
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
  if (isTyping(document.activeElement)) return leaveField(app);
  if (route.screen === "workstream") actions.go({ screen: "grid" });
}

function leaveField({ surfaces }: App): void {
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
