import { describe, expect, it } from "vitest";
import { calm, openFleet, policyWith, surveyOf } from "./test-stand.ts";

const minute = 60_000;

describe("time passing", () => {
  it("tells the human of an author that fell silent, until it speaks again", async () => {
    const { start, thread, clock, attention } = await openFleet({ policy: policyWith({ stallMinutes: 5 }) });
    const { id } = await start();
    await clock.pass(5 * minute);
    expect(attention()).toEqual([]);
    await clock.pass(minute);
    expect(attention()).toEqual(["stalled"]);
    await thread(id).say({ kind: "item", item: message("still here") });
    await clock.pass(1_000);
    expect(attention()).toEqual([]);
  });

  it("does not call an author silent while it streams text or waits for the human", async () => {
    const { start, thread, clock, attention } = await openFleet({ policy: policyWith({ stallMinutes: 1 }) });
    const { id } = await start();
    await thread(id).say({ kind: "item", item: message("a", false) });
    for (let nth = 0; nth < 4; nth += 1) {
      await clock.pass(50_000);
      await thread(id).say({ kind: "delta", itemId: "i1", text: "more " });
    }
    expect(attention()).toEqual([]);
    await thread(id).say({ kind: "request", requestKey: "k", body: approval });
    await clock.pass(5 * minute);
    expect(attention()).toEqual(["approval"]);
  });

  it("stops the work when its minutes are used up, though its author says nothing", async () => {
    const { start, row, thread, clock, attention } = await openFleet();
    const { id } = await start({ budget: { minutes: 2 } });
    await clock.pass(minute);
    expect(row(id).spent.minutes).toBeCloseTo(1);
    expect(row(id).phase).toBe("working");
    await clock.pass(minute + 10_000);
    expect(thread(id).interrupts).toBe(1);
    expect(row(id)).toMatchObject({ phase: "stopped", reason: "Budget used up: 2 of 2 minutes." });
    expect(attention()).toEqual(["budget"]);
  });

  it("does not count the time in which a request holds up the turn", async () => {
    const { fleet, start, row, thread, clock, journal } = await openFleet();
    const { id } = await start();
    await clock.pass(minute);
    await thread(id).say({ kind: "request", requestKey: "k1", body: approval });
    await thread(id).say({ kind: "request", requestKey: "k2", body: approval });
    await clock.pass(10 * minute);
    expect(row(id).spent.minutes).toBeCloseTo(1);
    const [first, second] = Object.keys(journal.state().requests);
    await fleet.answer(id, first ?? "", { kind: "accept" }, { actor: { kind: "human" } });
    await clock.pass(5 * minute);
    expect(row(id).spent.minutes).toBeCloseTo(1);
    await fleet.answer(id, second ?? "", { kind: "accept" }, { actor: { kind: "human" } });
    await calm();
    await clock.pass(minute);
    expect(row(id).spent.minutes).toBeCloseTo(2);
    expect(thread(id).answered).toEqual(["k1", "k2"]);
  });

  it("counts again when the agent no longer waits for its request", async () => {
    const { start, row, thread, clock } = await openFleet();
    const { id } = await start();
    await thread(id).say({ kind: "request", requestKey: "k1", body: approval });
    await clock.pass(minute);
    await thread(id).say({ kind: "request-gone", requestKey: "k1" });
    await clock.pass(minute);
    expect(row(id).spent.minutes).toBeCloseTo(1);
  });

  it("ends the process of an agent that does not end its turn, and takes its other threads up again", async () => {
    const { fleet, start, row, thread, clock, agent } = await openFleet();
    agent.behave = { interrupt: () => new Promise(() => undefined) };
    const { id } = await start();
    const other = await start();
    await fleet.stop(id, "Enough.", { actor: { kind: "human" } });
    await clock.pass(9_500);
    expect(agent.restarts).toBe(0);
    await clock.pass(1_000);
    expect(agent.restarts).toBe(1);
    expect(row(id)).toMatchObject({
      phase: "stopped",
      turn: { status: "interrupted", problem: { code: "CANCELLED" } },
    });
    expect(row(other.id)).toMatchObject({ phase: "working", turn: { status: "running", cause: "recovery" } });
    expect(thread(other.id).sent).toHaveLength(1);
    await clock.pass(minute);
    expect(agent.restarts).toBe(1);
  });

  it("measures one worktree at a time, and not more often than every five seconds", async () => {
    let looks = 0;
    let finish = () => {};
    const { start, thread, clock, worktree } = await openFleet({
      git: {
        survey: () => {
          looks += 1;
          return new Promise((resolve) => {
            finish = () => resolve({ ok: true, value: surveyOf(worktree, undefined) });
          });
        },
      },
    });
    const { id } = await start();
    const edit = { kind: "edit" as const, files: [], status: "completed" as const };
    for (let nth = 0; nth < 10; nth += 1) {
      await thread(id).say({ kind: "item", item: { id: `e${nth}`, body: edit, ended: true, truncated: false } });
      await clock.pass(1_000);
    }
    expect(looks).toBe(1);
    finish();
    await clock.pass(6_000);
    expect(looks).toBe(2);
  });
});

const approval = { kind: "command" as const, command: "ls", folder: "/", reason: "", offers: ["accept" as const] };

function message(text: string, ended = true) {
  return { id: "i1", body: { kind: "message" as const, text }, ended, truncated: false };
}
