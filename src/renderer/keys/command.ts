import type { Workstream } from "../../contract/states.ts";
import type { AgentCard } from "../store/abilities.ts";
import { canAct, currentStanding, type App } from "../store/app.ts";

export type Scope =
  | "global"
  | "grid"
  | "workstream"
  | "resting"
  | "tabs"
  | "ask"
  | "question"
  | "transcript"
  | "diff"
  | "composer";

export interface Command {
  readonly id: string;
  readonly title: string;
  /** Other words it is looked for by. */
  readonly also?: string;
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
  grid: ["global", "grid", "resting", "ask", "question"],
  transcript: ["global", "workstream", "resting", "tabs", "ask", "transcript"],
  diff: ["global", "workstream", "resting", "tabs", "ask", "diff"],
  plan: ["global", "workstream", "resting", "tabs", "ask"],
  question: ["global", "workstream", "resting", "ask", "question"],
  composer: ["global", "composer"],
} as const satisfies Record<string, readonly Scope[]>;

export type Context = keyof typeof contexts;

/** Where the human is, as far as keys are concerned. */
export function contextOf(app: App): Context {
  const { route, region } = app.stores.view.getState();
  if (route.screen === "grid") return "grid";
  return region ?? route.tab;
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
