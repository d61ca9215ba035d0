import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "./events.ts";
import { fold } from "./fold.ts";
import { noTokens } from "./usage.ts";
import { emptyFleetState, fleetStateSchema, phaseSchema, type FleetState, type Workstream } from "./states.ts";

const ids = ["w0000000001", "w0000000002", "w0000000003"];

function aWorkstream(id: string): Workstream {
  return {
    id,
    projectId: "p0000000001",
    number: 1,
    name: "work",
    ticket: { key: "T-1", title: "A ticket" },
    attempt: 1,
    agent: "scripted",
    phase: "queued",
    place: { branch: "cox/x", folder: "x", path: "/x", base: "main" },
    turns: 0,
    rounds: 0,
    failures: 0,
    line: "",
    lineAt: 0,
    heardAt: 0,
    spent: { tokens: noTokens, minutes: 0 },
    tokensBefore: noTokens,
    budget: {},
    gates: {},
    createdAt: 0,
  };
}

const workstreamId = fc.constantFrom(...ids);
const turnId = fc.constantFrom("t0000000001", "t0000000002");
const wordsId = fc.constantFrom("m0000000001", "m0000000002");
const requestId = fc.constantFrom("r0000000001", "r0000000002");
const attentionId = fc.constantFrom("a0000000001", "a0000000002");
const from = { kind: "human" as const };
const body = { kind: "command" as const, command: "ls", folder: "/", reason: "", offers: [] };

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  workstreamId.map((id): Event => ({ type: "workstream.created", workstream: aWorkstream(id) })),
  fc.record({
    type: fc.constant("workstream.moved" as const),
    workstreamId,
    phase: fc.constantFrom(...phaseSchema.options),
  }),
  fc
    .record({ workstreamId, step: fc.constantFrom("steer" as const, "interrupt" as const) })
    .map(({ workstreamId: id, step }): Event => ({
      type: "step.intended",
      workstreamId: id,
      intent: { key: "k", step, at: 1 },
    })),
  workstreamId.map((id): Event => ({ type: "step.settled", workstreamId: id, key: "k" })),
  fc.record({ workstreamId, turnId }).map(({ workstreamId: id, turnId: turn }): Event => ({
    type: "turn.opened",
    workstreamId: id,
    turn: { id: turn, number: 1, cause: "ticket", status: "sending", startedAt: 1 },
    round: false,
  })),
  fc.record({
    type: fc.constant("turn.started" as const),
    workstreamId,
    turnId,
    agentTurnId: fc.constant("x"),
  }),
  fc.record({
    type: fc.constant("turn.ended" as const),
    workstreamId,
    turnId,
    outcome: fc.constantFrom("completed" as const, "failed" as const),
  }),
  workstreamId.map((id): Event => ({ type: "line.told", workstreamId: id, line: "x" })),
  fc.record({ workstreamId, wordsId }).map(({ workstreamId: id, wordsId: words }): Event => ({
    type: "words.accepted",
    words: { id: words, workstreamId: id, text: "x", from, when: "now", cause: "human", at: 1 },
  })),
  fc.record({ type: fc.constant("words.delivered" as const), workstreamId, wordsId, turnId }),
  fc.record({ workstreamId, requestId }).map(({ workstreamId: id, requestId: request }): Event => ({
    type: "request.raised",
    request: { id: request, workstreamId: id, turnId: "t0000000001", at: 1, body },
  })),
  fc.record({ type: fc.constant("request.withdrawn" as const), workstreamId, requestId, why: fc.constant("x") }),
  attentionId.map((id): Event => ({ type: "attention.raised", item: { id, kind: "ready", ask: "x", at: 1 } })),
  attentionId.map((id): Event => ({ type: "attention.cleared", attentionId: id })),
  attentionId.map((id): Event => ({ type: "attention.snoozed", attentionId: id, until: 9 })),
  workstreamId.map((id): Event => ({ type: "note.recorded", workstreamId: id, at: 1, text: "x" })),
);

const tables = fleetStateSchema.keyof().options;

/** Names of the rows that are not the same object in both. */
function changedRows(before: FleetState, after: FleetState): string[] {
  return tables.flatMap((table) => {
    const keys = new Set([...Object.keys(before[table]), ...Object.keys(after[table])]);
    return [...keys].filter((key) => before[table][key] !== after[table][key]).map((key) => `${table} ${key}`);
  });
}

function run(events: readonly Event[], check: (before: FleetState, after: FleetState) => void): void {
  let state = emptyFleetState;
  for (const [at, event] of events.entries()) {
    const after = fold(state, { event, at });
    check(state, after);
    state = after;
  }
}

describe("the fold", () => {
  it("changes one row at most, and leaves the identity of all others and of tables without a change", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        run(events, (before, after) => {
          const changed = changedRows(before, after);
          expect(changed.length).toBeLessThanOrEqual(1);
          const [table] = changed[0]?.split(" ") ?? [];
          for (const each of tables) if (each !== table) expect(after[each]).toBe(before[each]);
        });
      }),
    );
  });

  it("keeps to the shape of the state, and does not change what it was given", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        run(events, (before, after) => {
          expect(() => fleetStateSchema.parse(after)).not.toThrow();
          expect(() => fleetStateSchema.parse(before)).not.toThrow();
        });
      }),
    );
  });

  it("ignores an event about a row that is not there", () => {
    const gone: Event[] = [
      { type: "workstream.moved", workstreamId: "w0000000009", phase: "working" },
      { type: "words.delivered", workstreamId: "w0000000009", wordsId: "m0000000009", turnId: "t0000000001" },
      { type: "attention.cleared", attentionId: "a0000000009" },
      { type: "attention.snoozed", attentionId: "a0000000009", until: 1 },
    ];
    for (const event of gone) expect(fold(emptyFleetState, { event, at: 1 })).toBe(emptyFleetState);
  });

  it("lets an interrupt end with the turn it was meant for, and with no other", () => {
    const id = ids[0] ?? "";
    const turn = { id: "t0000000001", number: 1, cause: "ticket" as const, status: "sending" as const, startedAt: 1 };
    const asked = [
      { type: "workstream.created", workstream: aWorkstream(id) },
      { type: "turn.opened", workstreamId: id, turn, round: false },
      { type: "step.intended", workstreamId: id, intent: { key: "k", step: "interrupt", at: 1 } },
      { type: "step.intended", workstreamId: id, intent: { key: "m", step: "steer", at: 1 } },
      { type: "turn.ended", workstreamId: id, turnId: "t0000000009", outcome: "completed" },
    ] satisfies Event[];
    const before = asked.reduce((state, event) => fold(state, { event, at: 1 }), emptyFleetState);
    expect(before.workstreams[id]?.intent?.step).toBe("interrupt");
    const event: Event = { type: "turn.ended", workstreamId: id, turnId: turn.id, outcome: "failed" };
    expect(fold(before, { event, at: 1 }).workstreams[id]?.intent).toBeUndefined();
  });

  it("takes tokens for a sign of life, and minutes not", () => {
    const id = ids[0] ?? "";
    const before = fold(emptyFleetState, { event: { type: "workstream.created", workstream: aWorkstream(id) }, at: 0 });
    const heard = (total: number, minutes: number) => {
      const spent = { tokens: { ...noTokens, total }, minutes };
      return fold(before, { event: { type: "usage.counted", workstreamId: id, spent }, at: 7 }).workstreams[id]
        ?.heardAt;
    };
    expect(heard(0, 5)).toBe(0);
    expect(heard(10, 5)).toBe(7);
  });

  it("counts what an earlier thread spent when another one is opened", () => {
    const id = ids[0] ?? "";
    const spent = { tokens: { ...noTokens, total: 10 }, minutes: 0 };
    const opened = (threadId: string): Event => ({
      type: "thread.opened",
      workstreamId: id,
      threadId,
      confinement: "none",
    });
    const events: Event[] = [
      { type: "workstream.created", workstream: aWorkstream(id) },
      opened("one"),
      { type: "usage.counted", workstreamId: id, spent },
      opened("one"),
    ];
    const same = events.reduce((state, event) => fold(state, { event, at: 1 }), emptyFleetState);
    expect(same.workstreams[id]?.tokensBefore.total).toBe(0);
    expect(fold(same, { event: opened("two"), at: 1 }).workstreams[id]?.tokensBefore.total).toBe(10);
  });

  it("keeps a forecast until there is nothing to say any more, also of rows that were stored without one", () => {
    const id = ids[0] ?? "";
    const forecast = { head: "a".repeat(40), base: "b".repeat(40), overlaps: [], at: 1 };
    const events: Event[] = [
      { type: "workstream.created", workstream: aWorkstream(id) },
      { type: "forecast.made", workstreamId: id, forecast },
      { type: "workstream.rebased", workstreamId: id, commit: forecast.base },
    ];
    const told = events.reduce((state, event) => fold(state, { event, at: 1 }), emptyFleetState);
    expect(told.workstreams[id]).toMatchObject({ forecast, place: { commit: forecast.base } });
    const over = fold(told, { event: { type: "forecast.made", workstreamId: id }, at: 2 });
    expect(over.workstreams[id]).not.toHaveProperty("forecast");
  });
});
