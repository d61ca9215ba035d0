import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import { isGoOn } from "./go-on.ts";
import { created, enveloped, localStorage, temporaryFolder, workstreamId } from "./test-stand.ts";

let folder: string;
let remove: () => void;

beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => remove());

const id = workstreamId(1);
const spent = (total: number) => ({ tokens: { input: total, cached: 0, output: 0, total }, minutes: total / 100 });
const turn = (number: number) => ({
  id: `t0000000${String(number)}`,
  number,
  cause: "human" as const,
  status: "sending" as const,
  startedAt: 900,
});
const opened = (number: number): Event => ({ type: "turn.opened", workstreamId: id, turn: turn(number), round: false });
const ended = (number: number): Event => ({
  type: "turn.ended",
  workstreamId: id,
  turnId: turn(number).id,
  outcome: "completed",
});
const counted = (total: number): Event => ({ type: "usage.counted", workstreamId: id, spent: spent(total) });
const moved = (phase: "working" | "asking" | "stopped" | "failed"): Event => ({
  type: "workstream.moved",
  workstreamId: id,
  phase,
});

describe("usage", () => {
  it("tells what each turn cost, over a restart too, and of one that runs what it has cost so far", () => {
    const before = localStorage(folder);
    const events = [created(1), counted(10), opened(1), counted(110), ended(1), opened(2), counted(150)];
    unwrap(before.ask("commit", enveloped(events), []));
    expect(unwrap(before.ask("usage", id, 2_000)).turns).toMatchObject([
      { number: 1, before: spent(10), after: spent(110), outcome: "completed" },
      { number: 2, before: spent(110), after: spent(150) },
    ]);
    before.close();
    const after = localStorage(folder);
    unwrap(after.ask("commit", enveloped([counted(170), ended(2)], events.length), []));
    expect(unwrap(after.ask("usage", id, 2_000)).turns[1]).toMatchObject({ before: spent(110), after: spent(170) });
    after.close();
  });

  it("goes without what an old row does not have", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([created(1), opened(1), ended(1)]), []));
    storage.db.exec("UPDATE turns SET spent_before = NULL, spent_after = NULL");
    const [only] = unwrap(storage.ask("usage", id, 2_000)).turns;
    expect(only).toMatchObject({ number: 1, outcome: "completed" });
    expect(only).not.toHaveProperty("before");
    storage.close();
  });

  it("adds up the time in each phase, the last one until now", () => {
    const storage = localStorage(folder);
    // Events are a millisecond apart, from 1,000 on.
    unwrap(storage.ask("commit", enveloped([created(1), moved("asking"), moved("working"), moved("asking")]), []));
    expect(unwrap(storage.ask("usage", id, 1_103))).toMatchObject({
      since: 1_000,
      phases: [
        { phase: "asking", ms: 101 },
        { phase: "working", ms: 2 },
      ],
    });
    storage.close();
  });

  it("counts the human's commands and attention, and what only said to go on", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([created(1), moved("failed"), moved("stopped")]), []));
    let number = 0;
    const record = (name: string, at: number, input: object, more: object = {}) => {
      number += 1;
      const human = {
        id: `c0000000${String(number)}`,
        at,
        name,
        actor: { kind: "human" as const },
        surface: "window" as const,
      };
      unwrap(storage.ask("recordCommand", { ...human, workstreamId: id, input: JSON.stringify(input), ...more }));
    };
    record("workstream.steer", 1_001, { text: "Continue." }, { focusedMs: 1_500 });
    record("workstream.steer", 1_001, { text: "Use jitter, please." }, { focusedMs: 500 });
    record("workstream.retry", 1_001, {});
    record("workstream.retry", 1_002, {});
    record("workstream.note", 1_002, {}, { actor: { kind: "workstream", id } });
    expect(unwrap(storage.ask("usage", id, 2_000)).human).toEqual({
      focusedMs: 2_000,
      continues: 2,
      commands: [
        { name: "workstream.retry", count: 2, focusedMs: 0 },
        { name: "workstream.steer", count: 2, focusedMs: 2_000 },
      ],
    });
    storage.close();
  });

  it("knows what says no more than to go on", () => {
    for (const text of [
      "continue",
      "Go on.",
      "ok, continue please",
      "keep going!",
      "Please proceed with the ticket",
      "yes",
    ]) {
      expect([text, isGoOn(JSON.stringify({ text }))]).toEqual([text, true]);
    }
    for (const text of ["Continue with the second approach", "go on strike", "use jitter", "no", ""]) {
      expect([text, isGoOn(JSON.stringify({ text }))]).toEqual([text, false]);
    }
    expect(isGoOn('{"text":"cont')).toBe(false);
  });
});
