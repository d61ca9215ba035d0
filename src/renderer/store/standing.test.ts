import { describe, expect, it } from "vitest";
import type { AttentionKind, Phase } from "../../contract/states.ts";
import { aFleet, anAttentionItem, aRequest, aWorkstream } from "./sample-rows.ts";
import { countStatuses, createStandings, standingOf, type Status } from "./standing.ts";

describe("the status of a workstream", () => {
  const plain: [Phase, Status][] = [
    ["queued", "working"],
    ["preparing", "working"],
    ["working", "working"],
    ["asking", "asks you"],
    ["gating", "gating"],
    ["ready", "ready"],
    ["landing", "landing"],
    ["landed", "landed"],
    ["rework", "working"],
    ["stopped", "stopped"],
    ["failed", "blocked"],
  ];
  it.each(plain)("is, in the phase %s, %s", (phase, status) => {
    expect(standingOf(aWorkstream({ phase }), [], []).status).toBe(status);
  });

  it("is asking while a request waits, even when the author goes on", () => {
    expect(standingOf(aWorkstream(), [aRequest()], []).status).toBe("asks you");
  });

  const kinds: AttentionKind[] = ["failed", "stalled", "budget", "rounds"];
  it.each(kinds)("is blocked when it needs the human for %s", (kind) => {
    expect(standingOf(aWorkstream(), [], [anAttentionItem({ kind })]).status).toBe("blocked");
  });

  it("is blocked when its row is frozen, whatever its phase", () => {
    const standing = standingOf(aWorkstream({ phase: "ready", frozen: "Its row was damaged." }), [], []);
    expect(standing.status).toBe("blocked");
    expect(standing.line).toBe("frozen: Its row was damaged.");
  });

  it("tells what waits from what works, and what it waits for", () => {
    const lineAndStill = (change: Parameters<typeof aWorkstream>[0]) => {
      const { line, still } = standingOf(aWorkstream({ line: "editing", ...change }), [], []);
      return [line, still];
    };
    expect(lineAndStill({})).toEqual(["editing", false]);
    expect(lineAndStill({ phase: "queued" })).toEqual(["waiting for a place", true]);
    expect(lineAndStill({ phase: "preparing" })).toEqual(["setting up the worktree", true]);
    expect(lineAndStill({ retryAt: 0 })).toEqual([expect.stringMatching(/^trying again at \d\d:\d\d$/), true]);
  });

  it("says why it asks when it asks nothing that has answers", () => {
    const standing = standingOf(aWorkstream({ phase: "asking", line: "editing", reason: "Interrupted." }), [], []);
    expect(standing.line).toBe("Interrupted.");
  });

  it("stays stopped though a request was left behind", () => {
    expect(standingOf(aWorkstream({ phase: "stopped" }), [aRequest()], []).status).toBe("stopped");
  });

  it("counts its age from when it began to need the human", () => {
    expect(standingOf(aWorkstream({ createdAt: 5 }), [aRequest({ at: 40 })], []).since).toBe(40);
    expect(standingOf(aWorkstream({ createdAt: 5 }), [], []).since).toBe(5);
  });
});

describe("all standings", () => {
  const one = aWorkstream();
  const two = aWorkstream({ id: "w00000002", number: 2 });

  it("stand in the order of their numbers and leave out what was put away", () => {
    const three = aWorkstream({ id: "w00000003", number: 3, phase: "archived" });
    const rows = createStandings()(aFleet({ workstreams: [two, three, one] }));
    expect(rows.map(({ workstream }) => workstream.number)).toEqual([1, 2]);
  });

  it("keep the identity of rows that did not change", () => {
    const read = createStandings();
    const before = read(aFleet({ workstreams: [one, two] }));
    const after = read(aFleet({ workstreams: [one, two], requests: [aRequest({ workstreamId: two.id })] }));
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(after[1]?.status).toBe("asks you");
  });

  it("put the oldest request first", () => {
    const requests = [aRequest({ id: "r00000002", at: 20 }), aRequest({ id: "r00000001", at: 10 })];
    const [row] = createStandings()(aFleet({ workstreams: [one], requests }));
    expect(row?.requests.map(({ at }) => at)).toEqual([10, 20]);
  });

  it("are counted by status", () => {
    const rows = createStandings()(
      aFleet({ workstreams: [one, two, aWorkstream({ id: "w00000003", number: 3, phase: "ready" })] }),
    );
    expect(countStatuses(rows)).toEqual([
      { status: "working", count: 2 },
      { status: "ready", count: 1 },
    ]);
  });
});
