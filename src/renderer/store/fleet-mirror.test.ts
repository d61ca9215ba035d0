import { expect, it } from "vitest";
import type { FleetFrame } from "../../contract/procedures.ts";
import { applyFleetFrame, emptyMirror } from "./fleet-mirror.ts";
import { aFleet, aWorkstream } from "./sample-rows.ts";

const workstream = aWorkstream({ line: "reading" });
const snapshot: FleetFrame = { kind: "snapshot", seq: 7, state: aFleet({ workstreams: [workstream] }) };

function told(seq: number, line: string): FleetFrame {
  const event = { type: "line.told" as const, workstreamId: workstream.id, line };
  return { kind: "events", envelopes: [{ seq, at: seq, actor: { kind: "engine" }, v: 1, event }] };
}

it("takes a snapshot, then folds events above its seq", () => {
  const mirror = applyFleetFrame(applyFleetFrame(emptyMirror, snapshot), told(8, "editing"));
  expect(mirror.seq).toBe(8);
  expect(mirror.fleet.workstreams[workstream.id]?.line).toBe("editing");
  expect(mirror.lines[workstream.id]).toEqual(["reading", "editing"]);
});

it("skips events that the snapshot already held", () => {
  const before = applyFleetFrame(emptyMirror, snapshot);
  const after = applyFleetFrame(before, told(7, "editing"));
  expect(after.fleet).toBe(before.fleet);
  expect(after.seq).toBe(7);
});

it("keeps the lines it saw when a gap forces a new snapshot", () => {
  const before = applyFleetFrame(applyFleetFrame(emptyMirror, snapshot), told(8, "editing"));
  const state = aFleet({ workstreams: [aWorkstream({ line: "testing" })] });
  const after = applyFleetFrame(before, { kind: "snapshot", seq: 90, state });
  expect(after.lines[workstream.id]).toEqual(["reading", "editing", "testing"]);
});

it("keeps only the last lines", () => {
  let mirror = applyFleetFrame(emptyMirror, snapshot);
  for (let seq = 8; seq < 60; seq += 1) mirror = applyFleetFrame(mirror, told(seq, `line ${String(seq)}`));
  expect(mirror.lines[workstream.id]).toHaveLength(10);
  expect(mirror.lines[workstream.id]?.at(-1)).toBe("line 59");
});
