import { describe, expect, it } from "vitest";
import { emptyFleetState, type Words, type Workstream } from "../../contract/states.ts";
import { defaultPolicy, type Policy } from "../policy/policy.ts";
import { newCrew } from "./crew.ts";
import { factsOf } from "./facts.ts";
import { aRow, policyWith, stateOf } from "./test-stand.ts";

const now = 1_000;
const policy = policyWith({});

function factsIn(rows: readonly Workstream[], row: Workstream, held: Policy = policy) {
  return factsOf(stateOf(...rows), row, newCrew(row.id, 0), held, now);
}

function mayBegin(rows: readonly Workstream[], most?: number): number[] {
  const held = most === undefined ? policy : { ...policy, agent: { ...policy.agent, maxConcurrentAgents: most } };
  return rows.filter((row) => row.phase === "queued" && factsIn(rows, row, held).place).map((row) => row.number);
}

describe("the places of the fleet", () => {
  const queue = Array.from({ length: 20 }, (_, index) => aRow(index + 1));

  it("are fifteen unless policy says otherwise, and go to the lowest numbers", () => {
    expect(defaultPolicy.agent.maxConcurrentAgents).toBe(15);
    expect(mayBegin(queue)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    expect(mayBegin([...queue].reverse(), 2)).toEqual([2, 1]);
  });

  it("are held by what is under way, waiting for the human included, and not by what rests or is ready", () => {
    const under = (["preparing", "working", "asking", "gating", "rework"] as const).map((phase, index) =>
      aRow(100 + index, { phase }),
    );
    expect(mayBegin([...queue, ...under])).toHaveLength(10);
    const rests = (["ready", "landing", "landed", "stopped", "failed", "archived"] as const).map((phase, index) =>
      aRow(200 + index, { phase }),
    );
    expect(mayBegin([...queue, ...rests])).toHaveLength(15);
  });

  it("are not kept for those that wait for their next try, or are frozen", () => {
    const rows = [aRow(1, { retryAt: 9_000 }), aRow(2, { frozen: "It broke." }), aRow(3), aRow(4)];
    expect(mayBegin(rows, 1)).toContain(3);
    expect(mayBegin(rows, 1)).not.toContain(4);
  });

  it("are counted for each project by itself", () => {
    const other = Array.from({ length: 15 }, (_, index) =>
      aRow(50 + index, { phase: "working", projectId: "p0000000002" }),
    );
    expect(mayBegin([...queue, ...other])).toHaveLength(15);
  });
});

describe("the facts of a workstream", () => {
  const words = (nth: number, at: number, when: Words["when"]): Words => ({
    id: `m000000000${nth}`,
    workstreamId: aRow(1).id,
    text: "x",
    from: { kind: "human" },
    when,
    cause: "human",
    at,
  });
  const running = { id: "t0000000001", number: 1, cause: "ticket" as const, status: "running" as const, startedAt: 1 };

  it("have the words in the order they were said, and let them wait once the turn takes none", () => {
    const row = aRow(1, { phase: "working", turn: running });
    const said = [words(3, 5, "now"), words(2, 5, "interrupt"), words(1, 9, "now")];
    const state = { ...stateOf(row), words: Object.fromEntries(said.map((each) => [each.id, each])) };
    const crew = newCrew(row.id, 0);
    expect(factsOf(state, row, crew, policy, now).words.map(({ id, when }) => [id.at(-1), when])).toEqual([
      ["2", "interrupt"],
      ["3", "now"],
      ["1", "now"],
    ]);
    crew.steerless = running.id;
    expect(factsOf(state, row, crew, policy, now).words.map(({ when }) => when)).toEqual(["interrupt", "next", "next"]);
  });

  it("tell requests that hold up the turn from questions that do not, and leave out what was answered", () => {
    const row = aRow(1, { phase: "working", turn: running });
    const question = { id: "q", header: "", text: "?", options: [], freeText: true };
    const approval = { kind: "command" as const, command: "ls", folder: "/", reason: "", offers: [] };
    const bodies = [
      approval,
      approval,
      { kind: "question" as const, questions: [question], waits: true },
      { kind: "question" as const, questions: [question], waits: false },
    ];
    const requests = Object.fromEntries(
      bodies.map((body, index) => {
        const id = `r000000000${index}`;
        return [id, { id, workstreamId: row.id, turnId: running.id, at: 1, body }];
      }),
    );
    const crew = newCrew(row.id, 0);
    crew.answers.push({ requestId: "r0000000000", decision: { kind: "accept" } });
    const facts = factsOf({ ...emptyFleetState, requests }, row, crew, policy, now);
    expect(facts).toMatchObject({ holding: 2, questions: 1, answers: 1 });
  });

  it("forget a verdict on the worktree once a turn has ended after it", () => {
    const diff = { files: 1, added: 1, removed: 0, commits: 1, head: "a".repeat(40), dirty: false, at: 50 };
    const gates = { clean: { verdict: "passed" as const, digest: "d", at: 50 } };
    const ended = (endedAt: number) => aRow(1, { diff, gates, turn: { ...running, status: "completed", endedAt } });
    expect(factsIn([], ended(40)).clean).toEqual({ dirty: false, astray: false, commits: 1 });
    expect(factsIn([], ended(60)).clean).toBeUndefined();
  });

  it("name the workstream's own budget before the fleet's", () => {
    const spent = (total: number) => ({ tokens: { input: 0, cached: 0, output: total, total }, minutes: 0 });
    const held = policyWith({ budget: { workstream: {}, fleet: { tokens: 100 } } });
    const mine = aRow(1, { spent: spent(60), budget: { tokens: 50 } });
    const other = aRow(2, { spent: spent(40), phase: "archived" });
    expect(factsIn([mine, other], mine, held).exhausted).toBe("Budget used up: 60 of 50 tokens.");
    expect(factsIn([mine, other], other, held).exhausted).toBe(
      "Budget used up: 100 of 100 tokens by all workstreams together.",
    );
    expect(factsIn([mine, aRow(2)], aRow(2), held).exhausted).toBeUndefined();
  });
});
