import { assertNever } from "./errors.ts";
import type { Envelope, Event } from "./events.ts";
import { restingPhases, type FleetState, type Workstream } from "./states.ts";

/**
 * `state' = fold(state, event)`: pure, shared by the engine and everyone who mirrors it. Rows an event does not touch
 * keep their identity, so a row changed exactly when its reference did. An event about a row that is not there is ignored.
 */
export function fold(state: FleetState, { event, at }: Pick<Envelope, "event" | "at">): FleetState {
  switch (event.type) {
    case "project.opened":
      return { ...state, projects: { ...state.projects, [event.project.id]: event.project } };
    case "project.closed":
      return drop(state, "projects", event.projectId);
    case "policy.read": {
      const project = state.projects[event.projectId];
      if (project === undefined) return state;
      return { ...state, projects: { ...state.projects, [project.id]: { ...project, policy: event.policy } } };
    }
    case "project.allowed": {
      const project = state.projects[event.projectId];
      if (project === undefined) return state;
      return { ...state, projects: { ...state.projects, [project.id]: { ...project, allowed: event.allowed } } };
    }
    case "workstream.created":
    case "workstream.unarchived":
      return { ...state, workstreams: { ...state.workstreams, [event.workstream.id]: event.workstream } };
    case "words.accepted":
      return { ...state, words: { ...state.words, [event.words.id]: event.words } };
    case "words.delivered":
    case "words.dropped":
      return drop(state, "words", event.wordsId);
    case "request.raised":
      return { ...state, requests: { ...state.requests, [event.request.id]: event.request } };
    case "request.answered":
    case "request.withdrawn":
      return drop(state, "requests", event.requestId);
    case "attention.raised":
      return { ...state, attention: { ...state.attention, [event.item.id]: event.item } };
    case "attention.cleared":
      return drop(state, "attention", event.attentionId);
    case "workstream.deleted":
      return drop(state, "workstreams", event.workstreamId);
    case "attention.snoozed": {
      const item = state.attention[event.attentionId];
      if (item === undefined) return state;
      return { ...state, attention: { ...state.attention, [item.id]: { ...item, snoozedUntil: event.until } } };
    }
    case "setting.changed": {
      if (event.kept === undefined) return drop(state, "settings", event.name);
      return { ...state, settings: { ...state.settings, [event.name]: event.kept } };
    }
    case "agent.limited":
      return { ...state, rateLimits: { ...state.rateLimits, [event.agent]: event.limits } };
    case "agent.lost":
    case "item.upserted":
    case "plan.updated":
    case "note.recorded":
    case "review.sent":
    case "review.answered":
    case "review.resolved":
    case "hunks.viewed":
      return state;
    default: {
      const workstream = state.workstreams[event.workstreamId];
      if (workstream === undefined) return state;
      const folded = foldWorkstream(workstream, event, at);
      if (folded === workstream) return state;
      return { ...state, workstreams: { ...state.workstreams, [workstream.id]: folded } };
    }
  }
}

/** Events that change one workstream's row and nothing else. */
type WorkstreamEvent = Extract<
  Event,
  {
    type:
      | "workstream.moved"
      | "workstream.frozen"
      | "step.intended"
      | "step.settled"
      | "worktree.prepared"
      | "worktree.emptied"
      | "worktree.lost"
      | "worktree.released"
      | "worktree.freed"
      | "workstream.condemned"
      | "thread.opened"
      | "commands.confined"
      | "turn.opened"
      | "turn.started"
      | "turn.ended"
      | "retry.scheduled"
      | "line.told"
      | "usage.counted"
      | "budget.set"
      | "diff.measured"
      | "forecast.made"
      | "workstream.rebased"
      | "gate.judged"
      | "review.counted"
      | "attempt.kept"
      | "attempt.unkept";
  }
>;

function foldWorkstream(before: Workstream, event: WorkstreamEvent, at: number): Workstream {
  switch (event.type) {
    case "workstream.moved":
      return {
        ...omit(omit(omit(omit(before, "reason"), "frozen"), "tombstone"), "awayFrom"),
        phase: event.phase,
        ...(event.reason === undefined ? {} : { reason: event.reason }),
        ...(event.phase === "archived" ? { awayFrom: before.awayFrom ?? standOf(before) } : {}),
      };
    case "workstream.frozen":
      return { ...before, frozen: event.why };
    case "step.intended":
      // An interrupt stays asked for until its turn has ended, whatever else is tried meanwhile.
      return before.intent?.step === "interrupt" ? before : { ...before, intent: event.intent };
    case "step.settled":
      return before.intent?.key === event.key ? omit(before, "intent") : before;
    case "worktree.prepared":
      return { ...omit(omit(before, "freed"), "setUpDue"), place: event.place, ports: event.ports };
    case "worktree.emptied":
      return { ...before, setUpDue: true };
    case "worktree.lost":
      // What was measured and judged there may be lost with it.
      return { ...omit(before, "diff"), place: omit(before.place, "gitDir") };
    case "worktree.released":
      return { ...before, place: omit(before.place, "gitDir") };
    case "worktree.freed": {
      const { snapshot, bytes } = event;
      const freed = { ...(snapshot === undefined ? {} : { snapshot }), ...(bytes === undefined ? {} : { bytes }), at };
      return { ...before, place: omit(before.place, "gitDir"), freed };
    }
    case "workstream.condemned":
      return {
        ...omit(omit(before, "reason"), "frozen"),
        phase: "deleting",
        tombstone: { confirmed: event.confirmed, at },
      };
    case "thread.opened":
      return {
        ...underWay(before),
        threadId: event.threadId,
        confinement: event.confinement,
        tokensBefore: before.threadId === event.threadId ? before.tokensBefore : before.spent.tokens,
        heardAt: at,
      };
    case "commands.confined":
      return { ...before, commandConfinement: event.confinement };
    case "turn.opened":
      return {
        ...omit(underWay(before), "retryAt"),
        turn: event.turn,
        turns: Math.max(before.turns, event.turn.number),
        rounds: event.round ? before.rounds + 1 : event.turn.cause === "human" ? 0 : before.rounds,
        heardAt: at,
      };
    case "turn.started":
      if (before.turn?.id !== event.turnId) return before;
      return { ...before, turn: { ...before.turn, status: "running", agentTurnId: event.agentTurnId }, heardAt: at };
    case "turn.ended":
      return { ...endTurn(before, event, at), heardAt: at };
    case "retry.scheduled":
      return {
        ...omit(before, "retryAt"),
        failures: event.failures,
        ...(event.reason === undefined ? {} : { reason: event.reason }),
        ...(event.retryAt === undefined ? {} : { retryAt: event.retryAt }),
      };
    case "line.told":
      return { ...before, line: event.line, lineAt: at, heardAt: at };
    case "usage.counted":
      // Minutes are counted by the engine; only tokens are a sign of life.
      return {
        ...before,
        spent: event.spent,
        heardAt: event.spent.tokens.total === before.spent.tokens.total ? before.heardAt : at,
      };
    case "budget.set":
      return { ...before, budget: event.budget };
    case "diff.measured":
      return { ...before, diff: event.diff };
    case "workstream.rebased":
      return { ...before, place: { ...before.place, commit: event.commit } };
    case "forecast.made":
      return { ...omit(before, "forecast"), ...(event.forecast === undefined ? {} : { forecast: event.forecast }) };
    case "gate.judged":
      return { ...before, gates: { ...before.gates, [event.gate]: event.result } };
    case "review.counted":
      return { ...before, reviewed: event.reviewed };
    case "attempt.kept":
      return { ...before, kept: event.kept };
    case "attempt.unkept":
      return omit(before, "kept");
    default:
      return assertNever(event);
  }
}

/** How it stands, for the day it is brought back. */
function standOf({ phase, reason, frozen }: Workstream): NonNullable<Workstream["awayFrom"]> {
  return { phase, ...(reason === undefined ? {} : { reason }), ...(frozen === undefined ? {} : { frozen }) };
}

/** Work that got on no longer needs to say why it did not; what rests keeps its reason. */
function underWay(before: Workstream): Workstream {
  return restingPhases.includes(before.phase) ? before : omit(before, "reason");
}

function endTurn(before: Workstream, event: Extract<Event, { type: "turn.ended" }>, at: number): Workstream {
  if (before.turn?.id !== event.turnId) return before;
  const turn = { ...before.turn, status: event.outcome, endedAt: at };
  return {
    ...(before.intent?.step === "interrupt" ? omit(before, "intent") : before),
    turn: event.problem === undefined ? turn : { ...turn, problem: event.problem },
    failures: event.outcome === "completed" ? 0 : before.failures,
  };
}

function drop(state: FleetState, table: Exclude<keyof FleetState, "rateLimits">, id: string): FleetState {
  if (!Object.hasOwn(state[table], id)) return state;
  const { [id]: _gone, ...rest } = state[table];
  return { ...state, [table]: rest };
}

function omit<T extends object, K extends keyof T>(row: T, key: K): Omit<T, K> & { [P in K]?: never } {
  const { [key]: _gone, ...rest } = row;
  return rest as Omit<T, K> & { [P in K]?: never };
}
