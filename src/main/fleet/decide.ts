import type { Problem } from "../../contract/errors.ts";
import { assertNever } from "../../contract/errors.ts";
import type { GateName, Phase, TurnCause, TurnState } from "../../contract/states.ts";
import { restingPhases } from "../../contract/states.ts";

/** Words that wait for the author, without their text: order and manner are all the decision needs. */
export interface WaitingWords {
  readonly id: string;
  readonly when: "now" | "next" | "interrupt";
  readonly cause: TurnCause;
}

/** What is known about one workstream at one moment. Gathered first; nothing is looked up while deciding. */
export interface Facts {
  readonly now: number;
  readonly phase: Phase;
  /** Why it stands where it stands. */
  readonly reason: string | undefined;
  readonly frozen: boolean;
  /** Whether it holds, or could take, one of the fleet's places. */
  readonly place: boolean;
  /** Why its budget or the fleet's is used up. */
  readonly exhausted: string | undefined;
  readonly prepared: boolean;
  /** `away`: a thread is known, but this engine is not connected to it. */
  readonly thread: "none" | "away" | "open";
  readonly turn: TurnState | undefined;
  /** An interrupt that was asked for and not yet seen to be done. */
  readonly interrupting: boolean;
  /** Answers given by the human that the agent has not been told. */
  readonly answers: number;
  /** Requests that hold up the running turn. */
  readonly holding: number;
  /** Questions of the author that do not hold up a turn. */
  readonly questions: number;
  readonly words: readonly WaitingWords[];
  readonly clean: CleanFacts | undefined;
  /** The gates behind the clean one that hold it up, in order. */
  readonly barred: readonly BarredGate[];
  readonly rounds: number;
  readonly failures: number;
  readonly retryAt: number | undefined;
}

/** What the last look at the worktree said; absent when nobody has looked since the last turn ended. */
export interface CleanFacts {
  readonly dirty: boolean;
  /** Its head is not on the own branch: then nobody else commits what lies there. */
  readonly astray: boolean;
  readonly commits: number;
}

/** A gate that the author cannot satisfy by going on: the human is asked. */
export interface BarredGate {
  readonly name: GateName;
  readonly why: string;
}

/** The part of policy that decides. Times in milliseconds. */
export interface Limits {
  readonly maxRounds: number;
  readonly maxFailures: number;
  readonly maxRetryBackoff: number;
  /** Who commits what an author left uncommitted. */
  readonly commit: "ask" | "engine";
}

export type Step =
  | { readonly kind: "wait" }
  /** Set up the worktree; safe to repeat. */
  | { readonly kind: "prepare" }
  /** Open a thread, or take the known one up again and reconcile the last turn with what the agent remembers. */
  | { readonly kind: "open" }
  /** Send the recorded turn (again): its id keeps the agent from doing it twice. */
  | { readonly kind: "resend" }
  | { readonly kind: "send"; readonly cause: TurnCause; readonly words: readonly string[] }
  | { readonly kind: "steer"; readonly words: string }
  | { readonly kind: "interrupt" }
  /** End a recorded turn whose thread is gone: with its process ended what it was doing. */
  | { readonly kind: "abandon" }
  /** Let go of the thread of work that was put away. */
  | { readonly kind: "close" }
  /** Give up the folder of paused work. */
  | { readonly kind: "pause" }
  | { readonly kind: "delete" }
  | { readonly kind: "answer" }
  /** Look at the worktree and judge the clean gate. */
  | { readonly kind: "judge" }
  | { readonly kind: "commit" }
  | { readonly kind: "retry-at"; readonly failures: number; readonly at: number }
  | { readonly kind: "move"; readonly phase: Phase; readonly reason?: string };

const wait: Step = { kind: "wait" };

/** The one rule by which a workstream moves. Pure: the same facts give the same step, and a step done makes its facts change. */
export function decide(facts: Facts, limits: Limits): Step {
  if (facts.frozen) return wait;
  if (isResting(facts.phase)) return decideAtRest(facts);
  if (facts.exhausted !== undefined && facts.phase !== "ready") {
    return isActive(facts.turn) ? endTurn(facts) : { kind: "move", phase: "stopped", reason: facts.exhausted };
  }
  switch (facts.phase) {
    case "queued":
      return decideQueued(facts);
    case "preparing":
      return facts.prepared ? { kind: "move", phase: "working" } : { kind: "prepare" };
    default:
      // Its worktree was lost: nothing goes on without one.
      if (!facts.prepared && facts.thread !== "open") return { kind: "move", phase: "preparing" };
      return isActive(facts.turn) ? decideDuringTurn(facts, facts.turn) : decideBetweenTurns(facts, limits);
  }
}

function isResting(phase: Phase): boolean {
  return restingPhases.includes(phase);
}

function decideAtRest(facts: Facts): Step {
  if (isActive(facts.turn)) return endTurn(facts);
  if (awayPhases.has(facts.phase) && facts.thread === "open") return { kind: "close" };
  if (facts.phase === "paused" && facts.prepared) return { kind: "pause" };
  return facts.phase === "deleting" ? { kind: "delete" } : wait;
}

const awayPhases: ReadonlySet<Phase> = new Set<Phase>(["archived", "landed", "paused", "deleting"]);

type ActiveTurn = TurnState & { readonly status: "sending" | "running" };

function isActive(turn: TurnState | undefined): turn is ActiveTurn {
  return turn?.status === "sending" || turn?.status === "running";
}

/** A turn that must not go on. */
function endTurn(facts: Facts): Step {
  return facts.thread === "open" ? { kind: "interrupt" } : { kind: "abandon" };
}

function decideQueued(facts: Facts): Step {
  if (facts.retryAt !== undefined && facts.retryAt > facts.now) return wait;
  return facts.place ? { kind: "move", phase: "preparing" } : wait;
}

function decideDuringTurn(facts: Facts, turn: ActiveTurn): Step {
  if (facts.thread !== "open") return { kind: "open" };
  if (turn.status === "sending") return { kind: "resend" };
  if (facts.interrupting || facts.words.some((words) => words.when === "interrupt")) return { kind: "interrupt" };
  if (facts.answers > 0) return { kind: "answer" };
  const steer = facts.words.find((words) => words.when === "now");
  if (steer !== undefined) return { kind: "steer", words: steer.id };
  return settleIn(facts, facts.holding > 0 ? "asking" : "working");
}

function settleIn(facts: Facts, phase: Phase, reason?: string): Step {
  if (facts.phase === phase && facts.reason === reason) return wait;
  return reason === undefined ? { kind: "move", phase } : { kind: "move", phase, reason };
}

function decideBetweenTurns(facts: Facts, limits: Limits): Step {
  const first = facts.words[0];
  if (first !== undefined) {
    return send(facts, { kind: "send", cause: first.cause, words: facts.words.map((words) => words.id) });
  }
  if (facts.turn === undefined) return send(facts, { kind: "send", cause: "ticket", words: [] });
  const { status, problem } = facts.turn;
  switch (status) {
    case "completed":
      return facts.questions > 0 ? settleIn(facts, "asking") : judgeClean(facts, limits);
    case "interrupted":
      return wasCut(problem)
        ? tryAgain(facts, limits, problem)
        : settleIn(facts, "asking", "Interrupted; it waits for your words.");
    case "failed":
      return tryAgain(facts, limits, problem);
    case "sending":
    case "running":
      return wait;
    default:
      return assertNever(status);
  }
}

function send(facts: Facts, step: Step): Step {
  if (facts.thread !== "open") return { kind: "open" };
  return facts.phase === "working" ? step : { kind: "move", phase: "working" };
}

/** Whether the turn ended because something under it died, and not because somebody wanted it to. */
function wasCut(problem: Problem | undefined): boolean {
  return problem !== undefined && problem.code !== "CANCELLED";
}

function tryAgain(facts: Facts, limits: Limits, problem: Problem | undefined): Step {
  if (facts.retryAt === undefined) {
    const failures = facts.failures + 1;
    if (failures > limits.maxFailures) {
      return { kind: "move", phase: "failed", reason: problem?.message ?? "The turn failed." };
    }
    return { kind: "retry-at", failures, at: facts.now + backoff(facts.turn, failures, limits) };
  }
  if (facts.retryAt > facts.now) return wait;
  return send(facts, { kind: "send", cause: facts.turn?.status === "failed" ? "retry" : "recovery", words: [] });
}

/** A cut turn goes on at once the first time; what keeps failing waits 10 s, 20 s, 40 s … */
function backoff(turn: TurnState | undefined, failures: number, limits: Limits): number {
  const doublings = turn?.status === "interrupted" ? failures - 2 : failures - 1;
  return doublings < 0 ? 0 : Math.min(10_000 * 2 ** doublings, limits.maxRetryBackoff);
}

function judgeClean(facts: Facts, limits: Limits): Step {
  if (facts.clean === undefined) {
    return facts.phase === "gating" || facts.phase === "ready" ? { kind: "judge" } : { kind: "move", phase: "gating" };
  }
  if (facts.clean.dirty) {
    if (limits.commit === "engine" && !facts.clean.astray) return { kind: "commit" };
    if (facts.rounds >= limits.maxRounds) {
      const left = facts.clean.astray ? "The worktree is not on its own branch" : "Uncommitted work is left";
      return settleIn(facts, "asking", `${left} after ${facts.rounds} rounds with the author.`);
    }
    return send(facts, { kind: "send", cause: "gate", words: [] });
  }
  if (facts.clean.commits === 0) return settleIn(facts, "asking", "The author ended its turn without a commit.");
  const [bar] = facts.barred;
  return bar === undefined ? settleIn(facts, "ready") : settleIn(facts, "asking", bar.why);
}
