import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problem } from "../../contract/errors.ts";
import type { Request } from "../../contract/requests.ts";
import { fold } from "../../contract/fold.ts";
import { emptyFleetState, type AttentionItem, type FleetState } from "../../contract/states.ts";
import { attentionChanges, keyOf, needs, type Need, type Signs } from "./attention.ts";
import { aRow, stateOf } from "./test-stand.ts";

const nothing: Signs = { stalled: new Set(), damaged: [], low: undefined };
const row = aRow(1, { phase: "working" });

function question(nth: number, text: string): Request {
  const asked = { id: "q", header: "", text, options: [], freeText: true };
  const body = { kind: "question" as const, questions: [asked], waits: true };
  return { id: `r000000000${nth}`, workstreamId: row.id, turnId: "t0000000001", at: nth, body };
}

function asked(state: FleetState, signs: Partial<Signs> = {}): string[] {
  return [...needs(state, { ...nothing, ...signs }).values()].map((need) => `${need.kind}: ${need.ask}`);
}

describe("what needs the human", () => {
  it("is the oldest request of a kind, in whatever order they were loaded", () => {
    const requests = { r0000000002: question(2, "Second?"), r0000000001: question(1, "First?") };
    expect(asked({ ...stateOf(row), requests })).toEqual(["question: First?"]);
  });

  it("is the author's own question before what the engine says about its rest", () => {
    const resting = aRow(1, { phase: "asking", reason: "Interrupted; it waits for your words." });
    const requests = { r0000000001: question(1, "Which?") };
    expect(asked({ ...stateOf(resting), requests })).toEqual(["question: Which?"]);
    expect(asked(stateOf(resting))).toEqual(["question: Interrupted; it waits for your words."]);
  });

  it("is about rounds only while the failed gate is the last word", () => {
    const clean = { verdict: "failed" as const, digest: "d", at: 10 };
    const asking = (endedAt: number) =>
      aRow(1, {
        phase: "asking",
        reason: "Left.",
        gates: { clean },
        turn: { id: "t0000000001", number: 1, cause: "gate", status: "completed", startedAt: 1, endedAt },
      });
    expect(asked(stateOf(asking(5)))).toEqual(["rounds: Left."]);
    expect(asked(stateOf(asking(15)))).toEqual(["question: Left."]);
  });

  it.each([
    [aRow(1, { frozen: "It broke." }), "frozen: It broke."],
    [aRow(1, { phase: "ready" }), "ready: ready"],
    [aRow(1, { phase: "failed", reason: "No agent." }), "failed: No agent."],
    [aRow(1, { phase: "stopped", reason: "Budget used up: 9 of 8 tokens." }), "budget: Budget used up: 9 of 8 tokens."],
  ])("names the cause (%#)", (of, told) => expect(asked(stateOf(of))).toEqual([told]));

  it("is nothing for work under way and for what the human stopped", () => {
    expect(asked(stateOf(row, aRow(2, { phase: "stopped", reason: "Not now." }), aRow(3)))).toEqual([]);
  });

  it("tells of a silent author and of a policy that was not taken", () => {
    expect(asked(stateOf(row), { stalled: new Set([row.id]) })).toEqual(["stalled: no sign of life from the agent"]);
    const project = {
      id: "p0000000001",
      name: "p",
      root: "/p",
      gitDir: "/p/.git",
      defaultBranch: "main",
      identity: true,
      openedAt: 0,
      policy: { source: "file" as const, rejected: problem("BAD_REQUEST", "Line 3.", "Mend it.") },
    };
    expect(asked({ ...emptyFleetState, projects: { [project.id]: project } })).toEqual(["policy: p: Line 3."]);
  });

  it("names what could not be read, each by itself where it can be told", () => {
    const rows = ["workstreams w0000000007", "projects p0000000001", "words m0000000001", "requests ?", "attention a1"];
    const damaged = rows.map((row) => {
      const [table = "", id = ""] = row.split(" ");
      return { table, id, why: "Not JSON." };
    });
    const found = [...needs(stateOf(), { ...nothing, damaged }).values()];
    expect(
      found.map(({ workstreamId, projectId, ask }) => [workstreamId, projectId, ask.includes("cox doctor")]),
    ).toEqual([
      ["w0000000007", undefined, true],
      [undefined, "p0000000001", true],
      [undefined, undefined, true],
    ]);
    expect(found[2]?.ask).toContain("2 stored rows");
  });

  it("says a long thing in one short line", () => {
    const [need] = needs({ ...stateOf(row), requests: { r: question(1, "a\n".repeat(1_000)) } }, nothing).values();
    expect(need?.ask.length).toBe(300);
    expect(need?.ask).not.toContain("\n");
  });
});

/** Any causes at any time: a step sets them anew, or has the human put one item away. */
const anyNeed: fc.Arbitrary<Need> = fc
  .record({
    kind: fc.constantFrom<Need["kind"]>("approval", "question", "failed", "stalled"),
    workstreamId: fc.constantFrom("w0000000001", "w0000000002"),
    ask: fc.constantFrom("one", "another"),
    requestId: fc.constantFrom(undefined, "r0000000001", "r0000000002"),
  })
  .map(({ requestId, ...need }) => (requestId === undefined ? need : { ...need, requestId }));
const anyStep = fc.oneof(fc.array(anyNeed, { maxLength: 5 }), fc.constantFrom<"put away">("put away"));

describe("the items", () => {
  it("are one per workstream and kind, there as long as their cause, and stay away once put away", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 20 }), (steps) => {
        let state = emptyFleetState;
        let known = new Map<string, Need>();
        let ids = 0;
        const away = new Map<string, string>();
        for (const step of steps) {
          const items = Object.values(state.attention);
          if (step === "put away") {
            const [item] = items;
            if (item === undefined) continue;
            away.set(keyOf(item), causeOf(item));
            state = fold(state, { event: { type: "attention.cleared", attentionId: item.id }, at: 0 });
            continue;
          }
          const wanted = new Map(step.map((need) => [keyOf(need), need]));
          const newId = () => `a${String((ids += 1)).padStart(10, "0")}`;
          const changes = attentionChanges(items, known, wanted, { at: 0, newId });
          state = changes.reduce((before, event) => fold(before, { event, at: 0 }), state);
          known = wanted;
          for (const [key, cause] of away) {
            const need = wanted.get(key);
            if (need === undefined || causeOf(need) !== cause) away.delete(key);
          }
          const expected = [...wanted]
            .filter(([key]) => !away.has(key))
            .map(([key, need]) => `${key} ${causeOf(need)}`);
          const found = Object.values(state.attention).map((item) => `${keyOf(item)} ${causeOf(item)}`);
          expect(found.sort()).toEqual(expected.sort());
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are kept as they are while nothing about their cause changes", () => {
    const need: Need = { kind: "failed", workstreamId: row.id, ask: "It failed." };
    const item: AttentionItem = { ...need, workstreamId: row.id, id: "a0000000001", at: 5, snoozedUntil: 9 };
    const wanted = new Map([[keyOf(need), need]]);
    expect(attentionChanges([item], wanted, wanted, { at: 6, newId: () => "a0000000002" })).toEqual([]);
  });
});

function causeOf({ requestId, ask }: Need | AttentionItem): string {
  return `${requestId ?? ""} ${ask}`;
}
