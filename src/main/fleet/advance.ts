import { assertNever, ok, problemOf, type ErrorCode, type Problem, type Result } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { restingPhases, type Workstream } from "../../contract/states.ts";
import type { Deck } from "./crew.ts";
import { decide, type Limits, type Step } from "./decide.ts";
import { factsOf } from "./facts.ts";
import { runProjectHook } from "./hooks.ts";
import { answer } from "./steps/answer.ts";
import { commit } from "./steps/commit.ts";
import { interrupt } from "./steps/interrupt.ts";
import { judge } from "./steps/judge.ts";
import { open } from "./steps/open.ts";
import { prepare } from "./steps/prepare.ts";
import { resend, send } from "./steps/send.ts";
import { steer } from "./steps/steer.ts";

/** Tries of one step in a row before a human is asked. */
const maxFailures = 5;
/** A workstream that keeps moving without waiting is going round in circles. */
const mostStepsInARow = 200;

/** Decides and acts until nothing is left to do for now. One run per workstream at a time; a poke meanwhile makes it look again. */
export async function advance(deck: Deck, id: WorkstreamId): Promise<void> {
  const crew = deck.crew(id);
  crew.again = true;
  if (crew.advancing) return;
  crew.advancing = true;
  try {
    const taken: Step["kind"][] = [];
    while (crew.again) {
      crew.again = false;
      // Each step rests on what the one before it did.
      const step = await takeStep(deck, id);
      if (step === undefined) continue;
      crew.again = true;
      taken.push(step);
      if (taken.length > mostStepsInARow) throw new Error(`It goes round in circles: ${taken.slice(-12).join(", ")}`);
    }
  } catch (thrown) {
    deck.log(`Workstream ${id} could not be moved on.`, thrown);
    await deck.tell([{ type: "workstream.frozen", workstreamId: id, why: problemOf(thrown).cause ?? String(thrown) }]);
  } finally {
    crew.advancing = false;
  }
}

/** The step that was taken, if there may be more to do after it. */
async function takeStep(deck: Deck, id: WorkstreamId): Promise<Step["kind"] | undefined> {
  const row = deck.row(id);
  if (row === undefined) return undefined;
  const policy = deck.policy(row);
  const limits: Limits = {
    maxRounds: policy.coxswain.maxRounds,
    maxFailures,
    maxRetryBackoff: policy.agent.maxRetryBackoffMs,
    commit: policy.coxswain.commit,
  };
  const step = decide(factsOf(deck.state(), row, deck.crew(id), policy, deck.clock.now()), limits);
  if (step.kind === "wait" || isHeldBack(row, step, deck.clock.now())) return undefined;
  const done = await perform(deck, row, step);
  if (!done.ok) await failed(deck, row, done.error);
  // An interrupt shows in the turn's end, not here.
  return step.kind === "interrupt" ? undefined : step.kind;
}

/** Setting up and opening are tried again only when their time has come. */
function isHeldBack(row: Workstream, step: Step, now: number): boolean {
  return (step.kind === "prepare" || step.kind === "open") && row.retryAt !== undefined && row.retryAt > now;
}

async function perform(deck: Deck, row: Workstream, step: Exclude<Step, { kind: "wait" }>): Promise<Result<void>> {
  switch (step.kind) {
    case "prepare":
      return prepare(deck, row);
    case "open":
      return open(deck, row);
    case "send":
      return send(deck, row, step.cause, step.words);
    case "resend":
      return resend(deck, row);
    case "steer":
      return steer(deck, row, step.words);
    case "interrupt":
      return interrupt(deck, row);
    case "answer":
      return answer(deck, row);
    case "judge":
      return judge(deck, row);
    case "commit":
      return commit(deck, row);
    case "retry-at":
      return deck.tell([{ type: "retry.scheduled", workstreamId: row.id, failures: step.failures, retryAt: step.at }]);
    case "move":
      return move(deck, row, step.phase, step.reason);
    default:
      return assertNever(step);
  }
}

async function move(
  deck: Deck,
  row: Workstream,
  phase: Workstream["phase"],
  reason: string | undefined,
): Promise<Result<void>> {
  const event: Event = {
    type: "workstream.moved",
    workstreamId: row.id,
    phase,
    ...(reason === undefined ? {} : { reason }),
  };
  const told = await deck.tell([event]);
  if (!told.ok) return told;
  if (phase === "ready" || restingPhases.includes(phase)) {
    const hook = await runProjectHook(
      deck,
      row,
      "after_run",
      row.threadId === undefined ? null : deck.policy(row).hooks.afterRun,
    );
    if (!hook.ok) deck.log(`The after_run hook of ${row.name} failed; that holds nothing up.`, hook.error);
  }
  return ok(undefined);
}

/** Failures that repeating cannot mend. */
const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "BAD_REQUEST",
  "NOT_FOUND",
  "FORBIDDEN",
  "CONFLICT",
  "TOO_LARGE",
]);

/** A step that failed is tried again after a while, or given to the human. */
async function failed(deck: Deck, row: Workstream, problem: Problem): Promise<void> {
  const failures = (deck.row(row.id)?.failures ?? 0) + 1;
  const reason = `${problem.message} ${problem.next}`.slice(0, 600);
  if (lasting.has(problem.code) || failures > maxFailures) {
    await deck.tell([{ type: "workstream.moved", workstreamId: row.id, phase: "failed", reason }]);
    return;
  }
  const wait = Math.min(1_000 * 2 ** failures, deck.policy(row).agent.maxRetryBackoffMs);
  deck.log(`${row.name}: ${problem.message} Tried again in ${wait / 1_000} s.`, problem.cause);
  await deck.tell([{ type: "retry.scheduled", workstreamId: row.id, failures, retryAt: deck.clock.now() + wait }]);
}
