import { describe, expect, it } from "vitest";
import { ok } from "../../contract/errors.ts";
import { aRow, createHandClock, openFleet, policyWith, stateOf } from "./test-stand.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const start = 1_800_000_000_000;
const fleetAt = (more: Parameters<typeof openFleet>[0] = {}) => openFleet({ clock: createHandClock(start), ...more });
const message = (text: string, ended = true) => ({
  id: "i1",
  ended,
  truncated: false,
  body: { kind: "message" as const, text },
});

const project = {
  id: aRow(1).projectId,
  name: "repo",
  root: "/repo",
  gitDir: "/repo/.git",
  defaultBranch: "main",
  identity: true,
  openedAt: 0,
  policy: { source: "embedded" as const },
};

describe.each([
  ["back by a month", -30 * day],
  ["back by a day", -day],
  ["forward by a day", day],
  ["forward by a month", 30 * day],
])("a clock that is set %s", (_name, ms) => {
  it("neither makes an author silent nor spends its minutes", async () => {
    const { start, row, thread, clock, attention } = await fleetAt({ policy: policyWith({ stallMinutes: 5 }) });
    const { id } = await start({ budget: { minutes: 60 } });
    await clock.pass(minute);
    clock.jump(ms);
    await clock.pass(minute);
    expect(row(id).spent.minutes).toBeCloseTo(2, 0);
    expect(row(id).phase).toBe("working");
    expect(attention()).toEqual([]);
    await clock.pass(4 * minute);
    expect(attention()).toEqual(["stalled"]);
    await thread(id).say({ kind: "item", item: message("still here") });
    await clock.pass(1_000);
    expect(attention()).toEqual([]);
  });

  it("never makes a failed try wait longer than the longest pause", async () => {
    const { start, row, thread, clock } = await fleetAt();
    const { id } = await start();
    const turn = () => thread(id).sent.length;
    await thread(id).end("failed");
    expect(turn()).toBe(1);
    clock.jump(ms);
    await clock.pass(5 * minute + 1_000);
    expect(turn()).toBe(2);
    expect(row(id).turn?.cause).toBe("retry");
  });

  it("leaves a verdict younger than the turn it judges, so that the work does not go in circles", async () => {
    const turn = {
      id: "t00000000001",
      number: 1,
      cause: "ticket",
      status: "completed",
      startedAt: start,
      endedAt: start - ms,
    } as const;
    const place = { ...aRow(1).place, gitDir: "/repo/.git/worktrees/work-1" };
    const from = {
      ...stateOf(aRow(1, { phase: "working", turn, turns: 1, place })),
      projects: { [project.id]: project },
    };
    const { row, clock } = await fleetAt({ from });
    await clock.pass(1_000);
    expect(row(aRow(1).id).frozen).toBeUndefined();
    expect(row(aRow(1).id).phase).toBe("ready");
  });

  it("has a turn that refuses to end ended in its time", async () => {
    const { fleet, agent, start, clock } = await fleetAt();
    agent.behave = { interrupt: () => Promise.resolve(ok(undefined)) };
    const { id } = await start();
    await fleet.stop(id, undefined, { actor: { kind: "human" } });
    clock.jump(ms);
    await clock.pass(5_000);
    expect(agent.restarts).toBe(0);
    await clock.pass(6_000);
    expect(agent.restarts).toBe(1);
  });

  it("stores what grows all the same", async () => {
    const { start, thread, clock, journal } = await fleetAt();
    const { id } = await start();
    await thread(id).say({ kind: "item", item: message("one", false) });
    await clock.pass(2_000);
    clock.jump(ms);
    await thread(id).say({ kind: "delta", itemId: "i1", text: " and two" });
    await clock.pass(2_000);
    const texts = journal.told.flatMap(({ event }) =>
      event.type === "item.upserted" ? [JSON.stringify(event.item)] : [],
    );
    expect(texts.at(-1)).toContain("one and two");
  });
});
