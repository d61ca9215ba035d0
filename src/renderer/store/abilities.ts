import { restingPhases, type Gate, type Loosening, type Project, type Workstream } from "../../contract/states.ts";
import type { SetupState } from "./stores.ts";

/** An agent as the engine lists it. */
export interface AgentCard {
  readonly name: string;
  readonly capabilities: Readonly<Record<string, boolean>>;
}

type Agents = readonly AgentCard[];

/** Whether a turn is open. */
export function isRunning({ turn }: Workstream): boolean {
  return turn?.status === "running" || turn?.status === "sending";
}

/** Whether words can go into the turn that runs. */
export function isSteerable(workstream: Workstream, agents: Agents): boolean {
  return isRunning(workstream) && takesWords(workstream) && canDo(agents, workstream, "steer");
}

export function isInterruptible(workstream: Workstream, agents: Agents): boolean {
  return isRunning(workstream) && takesWords(workstream) && canDo(agents, workstream, "interrupt");
}

/** An agent that the engine did not tell of is taken to have every ability: the engine knows better, and refuses. */
function canDo(agents: Agents, { agent }: Workstream, ability: "steer" | "interrupt"): boolean {
  return agents.find(({ name }) => name === agent)?.capabilities[ability] ?? true;
}

/** Whether its author can be written to, now or for its next turn. */
export function takesWords({ phase, frozen }: Workstream): boolean {
  return frozen === undefined && phase !== "archived" && phase !== "landed" && phase !== "deleting";
}

export function isStoppable({ phase }: Workstream): boolean {
  return phase !== "landing" && !restingPhases.includes(phase);
}

/** Whether it can be told to go on: it rests, waits for its next try, or is frozen. */
export function isRetriable(workstream: Workstream): boolean {
  const { phase, frozen, retryAt, place } = workstream;
  if (phase === "archived" || phase === "landed" || phase === "deleting") return false;
  if (phase === "paused") return place.gitDir === undefined;
  if (frozen !== undefined || phase === "stopped" || phase === "failed") return true;
  return !isRunning(workstream) && (phase === "ready" || phase === "asking" || retryAt !== undefined);
}

/** Whether it stands because a limit of its own is used up; the fleet's limit is not its own. */
export function isOutOfBudget({ phase, spent, budget }: Workstream): boolean {
  const { tokens = Infinity, minutes = Infinity, money = Infinity } = budget;
  return (
    phase === "stopped" && (spent.tokens.total >= tokens || spent.minutes >= minutes || (spent.money ?? 0) >= money)
  );
}

/** Whether it can be put away without ending something that goes on. */
export function isPutAwayable({ phase, frozen }: Workstream): boolean {
  if (phase === "archived" || phase === "deleting") return false;
  return frozen !== undefined || phase === "ready" || restingPhases.includes(phase);
}

/** The change to harness files that it asks the human to let pass; undefined where it asks for something else. */
export function heldChange({ phase, frozen, reason, gates: { harness } }: Workstream): Gate | undefined {
  const asks = phase === "asking" && frozen === undefined && harness?.verdict === "pending" && harness.why === reason;
  return asks ? harness : undefined;
}

/** What a project asks for and was not given. */
export function wantedLoosenings({ policy, allowed = [] }: Project): readonly Loosening[] {
  return (policy.asks ?? []).filter((loosening) => !allowed.includes(loosening));
}

/** Whether its folder can be given up and its work kept. */
export function isPausable({ phase, frozen, place }: Workstream): boolean {
  const gone = phase === "archived" || phase === "landed" || phase === "paused" || phase === "deleting";
  return !gone && frozen === undefined && place.gitDir !== undefined;
}

/** Whether Codex was looked for and is not there; while it is being installed it is as good as there. */
export function lacksCodex({ found, install }: SetupState): boolean {
  if (found === undefined || "code" in found || install !== undefined) return false;
  return found.some(({ name, state }) => name === "codex" && state === "missing");
}

/** Whether nobody works on it; the engine then looks at what would be lost. */
export function isDeletable({ phase }: Workstream): boolean {
  return phase === "ready" || phase === "queued" || (restingPhases.includes(phase) && phase !== "deleting");
}
