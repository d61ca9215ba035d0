import type { Workstream } from "../../contract/states.ts";
import type { CommandFacts, CommandId, Scope } from "../../keys/table.ts";
import type { AgentCard } from "../store/abilities.ts";
import { canAct, currentStanding, isBare, type App } from "../store/app.ts";

/** What a command does here. */
export interface Behaviour {
  readonly when?: (app: App) => boolean;
  readonly run: (app: App) => void;
}

/** One for each command that is not one of many: a command that nothing carries out does not compile. */
export type Behaviours = Readonly<Record<CommandId, Behaviour>>;

export type Command = CommandFacts & Behaviour;

/** Which scopes are active together. A key means one thing in each of these places. */
export const contexts = {
  queue: ["global", "queue", "rows", "resting", "selected", "ask", "question"],
  grid: ["global", "grid", "rows", "resting", "selected", "ask", "question"],
  transcript: ["global", "workstream", "resting", "selected", "tabs", "ask", "transcript"],
  terminal: ["global", "workstream", "resting", "selected", "tabs", "ask", "terminal"],
  /** Inside the terminal: only what {@link CommandFacts.inTerminal} names has keys. */
  shell: ["global", "workstream", "resting", "selected", "tabs", "ask", "terminal", "shell"],
  // Here letters are the diff's; an ask below it is answered from its own region.
  diff: ["global", "workstream", "tabs", "diff"],
  ask: ["global", "workstream", "resting", "selected", "tabs", "ask"],
  plan: ["global", "workstream", "resting", "selected", "tabs", "ask"],
  usage: ["global", "workstream", "resting", "selected", "tabs", "ask"],
  question: ["global", "workstream", "resting", "selected", "ask", "question"],
  composer: ["global", "composer"],
  worktrees: ["global", "worktrees", "rows"],
  welcome: ["global", "welcome"],
  search: ["global", "search"],
  compare: ["global", "compare", "rows"],
  settings: ["global", "settings"],
} as const satisfies Record<string, readonly Scope[]>;

export type Context = keyof typeof contexts;

/** Where the human is, as far as keys are concerned. */
export function contextOf(app: App): Context {
  const { route, region } = app.stores.view.getState();
  if (isBare(app.stores.engine.getState())) return "welcome";
  if (route.screen !== "workstream") return route.screen;
  return region ?? route.tab;
}

const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

/** What a command is bound to in a place. */
export function keysIn(context: Context, { keys, inTerminal }: CommandFacts): readonly string[] {
  if (context !== "shell") return keys;
  if (inTerminal === undefined) return [];
  return isMac ? [...keys.filter((binding) => binding.startsWith("$mod")), ...inTerminal] : inTerminal;
}

/** Whether commands reach the engine. */
export function isOpen({ stores }: App): boolean {
  return canAct(stores.engine.getState());
}

/** Whether the workstream that keys act on is as wanted, and the engine can be told. */
export function whenCurrent(
  fits: (workstream: Workstream, agents: readonly AgentCard[]) => boolean,
): (app: App) => boolean {
  return (app) => {
    const workstream = currentStanding(app)?.workstream;
    return workstream !== undefined && isOpen(app) && fits(workstream, app.stores.engine.getState().agents);
  };
}

/** Acts on the workstream that keys act on. */
export function withWorkstream(act: (workstream: Workstream, app: App) => void): (app: App) => void {
  return (app) => {
    const workstream = currentStanding(app)?.workstream;
    if (workstream !== undefined) act(workstream, app);
  };
}
