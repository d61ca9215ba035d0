import { assertNever, fail, type ErrorCode, type Problem, type Result } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { restingPhases, type Workstream } from "../../contract/states.ts";
import type { Deck } from "./crew.ts";
import { decide, type Limits, type Step } from "./decide.ts";
import { factsOf, retryTime } from "./facts.ts";
import { freeze } from "./freeze.ts";
import { abandon } from "./steps/abandon.ts";
import { answer } from "./steps/answer.ts";
import { close } from "./steps/close.ts";
import { commit } from "./steps/commit.ts";
import { interrupt } from "./steps/interrupt.ts";
import { judge } from "./steps/judge.ts";
import { lose } from "./steps/lose.ts";
import { move } from "./steps/move.ts";
import { open } from "./steps/open.ts";
import { pause } from "./steps/pause.ts";
import { prepare } from "./steps/prepare.ts";
import { remove } from "./steps/remove.ts";
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
    await freeze(deck, id, thrown);
  } finally {
    crew.advancing = false;
  }
}

/** The step that was taken, if there may be more to do after it. */
async function takeStep(deck: Deck, id: WorkstreamId): Promise<Step["kind"] | undefined> {
  const row = deck.row(id);
  if (row === undefined || deck.closing()) return undefined;
  // Without the project's own policy nothing would hold it to its budget and its hooks.
  if (!deck.isGoverned(row) && !restingPhases.includes(row.phase)) return undefined;
  const policy = deck.policy(row);
  const limits: Limits = {
    maxRounds: policy.coxswain.maxRounds,
    maxFailures,
    maxRetryBackoff: policy.agent.maxRetryBackoffMs,
    commit: policy.coxswain.commit,
  };
  const step = decide(factsOf(deck.state(), row, deck.crew(id), policy, deck.clock.now()), limits);
  if (step.kind === "wait" || isHeldBack(deck, row, step)) return undefined;
  const isLost = inWorktree.has(step.kind) && (await deck.worktrees.isMissing(row.place.path));
  const done = await (isLost ? lose(deck, row) : perform(deck, row, step)).catch(toldByTheDisk);
  // What ends because the engine does is no failure of the workstream's: the next start takes it up.
  if (!done.ok && deck.closing()) return undefined;
  const told = done.ok ? done : await failed(deck, row, done.error);
  deck.crew(id).refusedAt = told.ok ? undefined : deck.clock.awake();
  // An interrupt shows in the turn's end, not here; and what the disk did not take is not tried again at once.
  return step.kind === "interrupt" || !told.ok ? undefined : step.kind;
}

/** A disk that takes nothing is no reason to ask the human how to go on: what failed is tried again. Anything else is a bug. */
function toldByTheDisk(thrown: unknown): Result<never> {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (code !== "ENOSPC" && code !== "EDQUOT" && code !== "EROFS") throw thrown;
  return fail("DISK_FULL", "The disk takes nothing.", "Free some space; it is tried again by itself.", thrown);
}

/** Steps that come to nothing where there is no folder. */
const inWorktree: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>(["open", "send", "judge", "commit"]);

/** What failed is tried again only when its time has come. Ending a turn and moving wait for nothing. */
function isHeldBack(deck: Deck, row: Workstream, step: Step): boolean {
  const now = deck.clock.now();
  return !prompt.has(step.kind) && retryTime(row, deck.policy(row), now) > now;
}

const prompt: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>(["interrupt", "abandon", "close", "move", "retry-at"]);

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
    case "abandon":
      return abandon(deck, row);
    case "close":
      return close(deck, row);
    case "pause":
      return pause(deck, row);
    case "delete":
      return remove(deck, row);
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

/** Failures that repeating cannot mend. */
const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "BAD_REQUEST",
  "NOT_FOUND",
  "FORBIDDEN",
  "CONFLICT",
  "TOO_LARGE",
]);

/** A step that failed is tried again after a while, or given to the human. */
function failed(deck: Deck, row: Workstream, problem: Problem): Promise<Result<void>> {
  const now = deck.row(row.id) ?? row;
  const failures = now.failures + 1;
  const givenUp = lasting.has(problem.code) || failures > maxFailures;
  // The human may have stopped it, or put it away, while the step went on.
  if (givenUp && !restingPhases.includes(now.phase)) {
    return move(deck, now, "failed", `${problem.message} ${problem.next}`);
  }
  const wait = Math.min(1_000 * 2 ** Math.min(failures, 20), deck.policy(row).agent.maxRetryBackoffMs);
  deck.log(`${row.name}: ${problem.message} Tried again in ${wait / 1_000} s.`, problem.cause);
  const reason = `${problem.message} ${problem.next}`.slice(0, 600);
  return deck.tell([
    { type: "retry.scheduled", workstreamId: row.id, failures, retryAt: deck.clock.now() + wait, reason },
  ]);
}
