import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problem } from "../../contract/errors.ts";
import { phaseSchema, restingPhases, type TurnState } from "../../contract/states.ts";
import { decide, type Facts, type Limits, type Step } from "./decide.ts";

const limits: Limits = { maxRounds: 6, maxFailures: 5, maxRetryBackoff: 300_000, commit: "ask" };

const rested: Facts = {
  now: 1_000_000,
  phase: "working",
  reason: undefined,
  frozen: false,
  place: true,
  exhausted: undefined,
  prepared: true,
  thread: "open",
  turn: undefined,
  interrupting: false,
  answers: 0,
  holding: 0,
  questions: 0,
  words: [],
  clean: undefined,
  barred: [],
  rounds: 0,
  failures: 0,
  retryAt: undefined,
};

function turn(status: TurnState["status"], more: Partial<TurnState> = {}): TurnState {
  return { id: "t00000000", number: 1, cause: "ticket", status, startedAt: 1, ...more };
}

const cut = problem("UNAVAILABLE", "The agent ended.", "");
const byHuman = problem("CANCELLED", "Interrupted.", "");

describe("decide", () => {
  it("queues until a place is free, then prepares, opens and sends the ticket", () => {
    const queued: Facts = { ...rested, phase: "queued", prepared: false, thread: "none" };
    expect(decide({ ...queued, place: false }, limits)).toEqual({ kind: "wait" });
    expect(decide(queued, limits)).toEqual({ kind: "move", phase: "preparing" });
    expect(decide({ ...queued, phase: "preparing" }, limits)).toEqual({ kind: "prepare" });
    expect(decide({ ...queued, phase: "preparing", prepared: true }, limits)).toEqual({
      kind: "move",
      phase: "working",
    });
    expect(decide({ ...rested, thread: "none" }, limits)).toEqual({ kind: "open" });
    expect(decide(rested, limits)).toEqual({ kind: "send", cause: "ticket", words: [] });
  });

  it("prepares again what lost its worktree before anything else, but lets go of the thread first", () => {
    const lost: Facts = { ...rested, prepared: false, thread: "away", turn: turn("completed") };
    expect(decide(lost, limits)).toEqual({ kind: "move", phase: "preparing" });
    expect(decide({ ...lost, turn: turn("running") }, limits)).toEqual({ kind: "move", phase: "preparing" });
    expect(decide({ ...lost, turn: turn("running"), thread: "open" }, limits)).toEqual({ kind: "wait" });
  });

  it("asks the author to commit what it left, and asks the human once the rounds are used up", () => {
    const ended: Facts = {
      ...rested,
      phase: "gating",
      turn: turn("completed"),
      clean: { dirty: true, astray: false, commits: 1 },
    };
    expect(decide(ended, limits)).toEqual({ kind: "move", phase: "working" });
    expect(decide({ ...ended, phase: "working" }, limits)).toEqual({ kind: "send", cause: "gate", words: [] });
    expect(decide({ ...ended, rounds: 6 }, limits)).toMatchObject({ kind: "move", phase: "asking" });
    expect(decide(ended, { ...limits, commit: "engine" })).toEqual({ kind: "commit" });
  });

  it("calls work ready only when it is committed and there is some", () => {
    const ended: Facts = { ...rested, phase: "gating", turn: turn("completed") };
    expect(decide(ended, limits)).toEqual({ kind: "judge" });
    expect(decide({ ...ended, clean: { dirty: false, astray: false, commits: 2 } }, limits)).toEqual({
      kind: "move",
      phase: "ready",
    });
    expect(decide({ ...ended, clean: { dirty: false, astray: false, commits: 0 } }, limits)).toMatchObject({
      phase: "asking",
    });
    const barred = [{ name: "harness" as const, why: "Changes harness files: AGENTS.md." }];
    expect(decide({ ...ended, clean: { dirty: false, astray: false, commits: 2 }, barred }, limits)).toEqual({
      kind: "move",
      phase: "asking",
      reason: barred[0]?.why,
    });
  });

  it("goes on by itself after a crash and waits for words after an interrupt", () => {
    const after = (why: typeof cut): Facts => ({ ...rested, turn: turn("interrupted", { problem: why }) });
    expect(decide(after(cut), limits)).toEqual({ kind: "retry-at", failures: 1, at: rested.now });
    expect(decide({ ...after(cut), failures: 1, retryAt: rested.now }, limits)).toMatchObject({
      kind: "send",
      cause: "recovery",
    });
    expect(decide(after(byHuman), limits)).toMatchObject({ kind: "move", phase: "asking" });
  });

  it("waits longer after each failed turn and then gives up", () => {
    const failed = (failures: number): Facts => ({ ...rested, failures, turn: turn("failed", { problem: cut }) });
    const waits = [0, 1, 2, 3, 4].map((failures) => decide(failed(failures), limits));
    expect(waits.map((step) => (step.kind === "retry-at" ? step.at - rested.now : step))).toEqual([
      10_000, 20_000, 40_000, 80_000, 160_000,
    ]);
    expect(decide(failed(5), limits)).toMatchObject({ kind: "move", phase: "failed" });
  });

  it("sends a turn again that may not have arrived, after the thread was taken up", () => {
    expect(decide({ ...rested, thread: "away", turn: turn("sending") }, limits)).toEqual({ kind: "open" });
    expect(decide({ ...rested, turn: turn("sending") }, limits)).toEqual({ kind: "resend" });
  });

  it("answers before it steers, and interrupts before either", () => {
    const busy: Facts = {
      ...rested,
      turn: turn("running"),
      answers: 1,
      words: [{ id: "m1", when: "now", cause: "human" }],
    };
    expect(decide({ ...busy, interrupting: true }, limits)).toEqual({ kind: "interrupt" });
    expect(decide(busy, limits)).toEqual({ kind: "answer" });
    expect(decide({ ...busy, answers: 0 }, limits)).toEqual({ kind: "steer", words: "m1" });
    expect(decide({ ...busy, answers: 0, words: [{ id: "m1", when: "next", cause: "human" }] }, limits)).toEqual({
      kind: "wait",
    });
  });

  it("says why it asks, though it was asking already for another reason", () => {
    const held: Facts = { ...rested, phase: "asking", turn: turn("interrupted", { problem: byHuman }) };
    const step = decide(held, limits);
    expect(step).toMatchObject({ kind: "move", phase: "asking", reason: expect.stringContaining("Interrupted") });
    expect(decide({ ...held, reason: "Interrupted; it waits for your words." }, limits)).toEqual({ kind: "wait" });
  });

  it("lets go of the thread of work that was put away, and only then", () => {
    const ended: Facts = { ...rested, phase: "archived", turn: turn("completed") };
    expect(decide(ended, limits)).toEqual({ kind: "close" });
    expect(decide({ ...ended, thread: "away" }, limits)).toEqual({ kind: "wait" });
    expect(decide({ ...ended, phase: "stopped" }, limits)).toEqual({ kind: "wait" });
    expect(decide({ ...ended, turn: turn("running") }, limits)).toEqual({ kind: "interrupt" });
  });

  it("ends a turn whose thread is gone without starting an agent for it", () => {
    const stopped: Facts = { ...rested, phase: "stopped", thread: "away", turn: turn("running") };
    expect(decide(stopped, limits)).toEqual({ kind: "abandon" });
  });

  it("ends a running turn when the budget is used up, and then stops with the reason", () => {
    const busy: Facts = { ...rested, exhausted: "Budget used up: 9 of 8 tokens.", turn: turn("running") };
    expect(decide(busy, limits)).toEqual({ kind: "interrupt" });
    const over = { ...busy, turn: turn("interrupted", { problem: byHuman }) };
    expect(decide(over, limits)).toEqual({ kind: "move", phase: "stopped", reason: busy.exhausted });
    expect(decide({ ...over, phase: "ready" }, limits)).not.toMatchObject({ phase: "stopped" });
  });
});

const anyTurn = fc.option(
  fc.record({
    status: fc.constantFrom<TurnState["status"]>("sending", "running", "completed", "interrupted", "failed"),
    problem: fc.constantFrom(undefined, cut, byHuman),
  }),
  { nil: undefined },
);

const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    phase: fc.constantFrom(...phaseSchema.options),
    reason: fc.constantFrom(undefined, "Interrupted; it waits for your words."),
    frozen: fc.boolean(),
    place: fc.boolean(),
    exhausted: fc.constantFrom(undefined, "Budget used up: 1 of 1 tokens."),
    prepared: fc.boolean(),
    thread: fc.constantFrom<Facts["thread"]>("none", "away", "open"),
    told: anyTurn,
    interrupting: fc.boolean(),
    answers: fc.nat(2),
    holding: fc.nat(2),
    questions: fc.nat(2),
    words: fc.array(
      fc.record({
        id: fc.constantFrom("m1", "m2"),
        when: fc.constantFrom<"now" | "next" | "interrupt">("now", "next", "interrupt"),
        cause: fc.constant("human" as const),
      }),
      { maxLength: 2 },
    ),
    clean: fc.option(fc.record({ dirty: fc.boolean(), astray: fc.boolean(), commits: fc.nat(3) }), { nil: undefined }),
    barred: fc.constantFrom<Facts["barred"]>([], [{ name: "harness", why: "Changes harness files." }]),
    rounds: fc.nat(8),
    failures: fc.nat(7),
    retryAt: fc.option(fc.integer({ min: 0, max: 2_000_000 }), { nil: undefined }),
  })
  .map(({ told, ...facts }) => ({
    ...facts,
    now: rested.now,
    turn:
      told === undefined ? undefined : turn(told.status, told.problem === undefined ? {} : { problem: told.problem }),
  }));

const isActive = (facts: Facts) => facts.turn?.status === "running" || facts.turn?.status === "sending";

function holds(check: (facts: Facts, step: Step) => void): void {
  fc.assert(
    fc.property(anyFacts, (facts) => check(facts, decide(facts, limits))),
    { numRuns: 2_000 },
  );
}

describe("decide, for any facts", () => {
  it("never opens a second turn beside one that is under way", () => {
    holds((facts, step) => {
      if (isActive(facts)) expect(step.kind).not.toBe("send");
    });
  });

  it("never speaks to a thread it is not connected to", () => {
    holds((facts, step) => {
      if (facts.thread !== "open") expect(["send", "resend", "steer", "interrupt", "answer"]).not.toContain(step.kind);
    });
  });

  it("leaves resting and frozen work alone, but for ending a turn", () => {
    holds((facts, step) => {
      if (facts.frozen) expect(step.kind).toBe("wait");
      else if (restingPhases.includes(facts.phase)) {
        const clearing = facts.phase === "paused" ? ["pause"] : facts.phase === "deleting" ? ["delete"] : [];
        expect(isActive(facts) ? ["interrupt", "abandon"] : ["wait", "close", ...clearing]).toContain(step.kind);
      }
    });
  });

  it("never moves to where it stands, so that no step repeats for ever", () => {
    holds((facts, step) => {
      if (step.kind !== "move") return;
      expect(`${step.phase} ${step.reason}`).not.toBe(`${facts.phase} ${facts.reason}`);
      expect(decide({ ...facts, phase: step.phase, reason: step.reason }, limits)).not.toEqual(step);
    });
  });

  it("spends nothing once the budget is used up", () => {
    holds((facts, step) => {
      if (facts.exhausted !== undefined && facts.phase !== "ready")
        expect(["send", "resend", "steer", "prepare"]).not.toContain(step.kind);
    });
  });

  it("never asks the author more often than the rounds allow", () => {
    holds((facts, step) => {
      if (step.kind === "send" && step.cause === "gate") expect(facts.rounds).toBeLessThan(limits.maxRounds);
    });
  });
});

describe("decide, driven to the end", () => {
  it("brings every workstream to rest whatever its author does", () => {
    const outcome = fc.record({
      end: fc.constantFrom<"completed" | "failed" | "cut">("completed", "completed", "completed", "failed", "cut"),
      dirty: fc.boolean(),
      commits: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 12 }), (outcomes) => {
        const end = drive(outcomes);
        expect(["ready", "asking", "failed"]).toContain(end.phase);
      }),
      { numRuns: 500 },
    );
  });
});

interface Outcome {
  readonly end: "completed" | "failed" | "cut";
  readonly dirty: boolean;
  readonly commits: number;
}

/** Plays the world: does what each step says and lets every turn end as the list has it (the last entry for all later ones). */
function drive(outcomes: readonly Outcome[]): Facts {
  let facts: Facts = { ...rested, phase: "queued", prepared: false, thread: "none" };
  let played = 0;
  for (let steps = 0; steps < 500; steps += 1) {
    const step = decide(facts, limits);
    const outcome = outcomes[Math.min(played, outcomes.length - 1)];
    if (outcome === undefined) throw new Error("no outcome");
    switch (step.kind) {
      case "wait":
        if (!isActive(facts)) {
          if (facts.retryAt !== undefined && facts.retryAt > facts.now) facts = { ...facts, now: facts.retryAt };
          else return facts;
        } else {
          played += 1;
          const ended =
            outcome.end === "cut"
              ? turn("interrupted", { problem: cut })
              : outcome.end === "failed"
                ? turn("failed", { problem: cut })
                : turn("completed");
          facts = {
            ...facts,
            turn: ended,
            clean: undefined,
            failures: outcome.end === "completed" ? 0 : facts.failures,
          };
          if (outcome.end === "cut") facts = { ...facts, thread: "away" };
        }
        break;
      case "prepare":
        facts = { ...facts, prepared: true };
        break;
      case "open":
        facts = { ...facts, thread: "open" };
        break;
      case "send":
        facts = {
          ...facts,
          turn: turn("running"),
          retryAt: undefined,
          rounds: facts.rounds + (step.cause === "gate" ? 1 : 0),
        };
        break;
      case "judge": {
        const last = outcomes[Math.min(played - 1, outcomes.length - 1)] ?? outcome;
        facts = { ...facts, clean: { dirty: last.dirty, astray: false, commits: last.commits } };
        break;
      }
      case "retry-at":
        facts = { ...facts, failures: step.failures, retryAt: step.at };
        break;
      case "move":
        facts = { ...facts, phase: step.phase, reason: step.reason };
        break;
      default:
        throw new Error(`unexpected ${step.kind}`);
    }
  }
  throw new Error("never came to rest");
}
