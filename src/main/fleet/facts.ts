import type { WorkstreamId } from "../../contract/ids.ts";
import { holdsTurn, type Request } from "../../contract/requests.ts";
import { gateNameSchema, holdingPhases, type FleetState, type Workstream } from "../../contract/states.ts";
import { exhausted, fleetSpent } from "./budget.ts";
import type { Crew } from "./crew.ts";
import type { BarredGate, CleanFacts, Facts, WaitingWords } from "./decide.ts";
import type { Policy } from "../policy/policy.ts";

/** Gathers what {@link decide} needs to know. Reads state and memory only. */
export function factsOf(state: FleetState, row: Workstream, crew: Crew, policy: Policy, now: number): Facts {
  const requests = requestsOf(state, row.id);
  const answered = new Set(crew.answers.map((answer) => answer.requestId));
  const waiting = requests.filter((request) => !answered.has(request.id));
  const holding = waiting.filter(holdsTurn).length;
  return {
    now,
    phase: row.phase,
    reason: row.reason,
    frozen: row.frozen !== undefined,
    place: placeFor(state, row, policy.agent.maxConcurrentAgents),
    exhausted: exhaustedBudget(state, row, policy),
    prepared: row.place.gitDir !== undefined && (row.setUpDue !== true || row.phase === "paused"),
    thread: crew.thread !== undefined ? "open" : row.threadId === undefined ? "none" : "away",
    turn: row.turn,
    interrupting: row.intent?.step === "interrupt",
    answers: crew.answers.length,
    holding,
    questions: waiting.length - holding,
    words: waitingWords(state, row, crew),
    clean: cleanFacts(row),
    barred: barredGates(row),
    rounds: row.rounds,
    failures: row.failures,
    retryAt: row.retryAt === undefined ? undefined : retryTime(row, policy, now),
  };
}

/** When a failed try is due. One further off than any pause there is was set by a clock that has since been put back: it is due. */
export function retryTime({ retryAt = 0 }: Workstream, policy: Policy, now: number): number {
  return retryAt - now > policy.agent.maxRetryBackoffMs ? now : retryAt;
}

export function requestsOf(state: FleetState, id: WorkstreamId): Request[] {
  return Object.values(state.requests).filter((request) => request.workstreamId === id);
}

/** Which budget is used up, in a sentence; undefined while none is. */
export function exhaustedBudget(state: FleetState, row: Workstream, policy: Policy): string | undefined {
  const fleet = policy.coxswain.budget.fleet;
  const own = exhausted(row.spent, row.budget, "workstream");
  if (own !== undefined || Object.keys(fleet).length === 0) return own;
  return exhausted(fleetSpent(state, row.projectId), fleet, "fleet");
}

/** Whether a queued workstream may begin: those queued before it go first. */
function placeFor(state: FleetState, row: Workstream, most: number): boolean {
  let taken = 0;
  for (const other of Object.values(state.workstreams)) {
    if (other.projectId !== row.projectId || other.id === row.id) continue;
    if (
      holdingPhases.has(other.phase) ||
      (other.phase === "queued" &&
        other.number < row.number &&
        other.retryAt === undefined &&
        other.frozen === undefined)
    ) {
      taken += 1;
    }
  }
  return taken < most;
}

function waitingWords(state: FleetState, row: Workstream, crew: Crew): WaitingWords[] {
  const over = crew.steerless !== undefined && crew.steerless === row.turn?.id;
  return Object.values(state.words)
    .filter((words) => words.workstreamId === row.id)
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .map(({ id, when, cause }) => ({ id, cause, when: over && when === "now" ? "next" : when }));
}

/** The last verdict, if nothing has happened in the worktree since: a turn that ended later makes it old. */
function cleanFacts(row: Workstream): CleanFacts | undefined {
  const gate = row.gates.clean;
  if (gate === undefined || row.diff === undefined || gate.at < (row.turn?.endedAt ?? 0)) return undefined;
  return { dirty: gate.verdict === "failed", astray: row.diff.astray === true, commits: row.diff.commits };
}

/** The gates behind the clean one are judged with it, so they are as old as it is. */
function barredGates({ gates }: Workstream): BarredGate[] {
  return gateNameSchema.options.flatMap((name) => {
    const gate = gates[name];
    if (name === "clean" || gate === undefined || gate.verdict === "passed" || gate.verdict === "waived") return [];
    return [{ name, why: gate.why ?? `The gate ${name} is ${gate.verdict}.` }];
  });
}
