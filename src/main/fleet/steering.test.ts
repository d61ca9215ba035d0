import { describe, expect, it } from "vitest";
import { fail, ok, unwrap } from "../../contract/errors.ts";
import { noTokens } from "../../contract/usage.ts";
import { aRow, calm, createAgent, expectWholeTranscript, human, openFleet, stateOf } from "./test-stand.ts";

const noTurn = fail("CONFLICT", "That turn is not running any more.", "Send the words as a new turn.");
const approval = { kind: "command" as const, command: "ls", folder: "/", reason: "", offers: ["accept" as const] };

describe("words for an author", () => {
  it("open the next turn, in their order, when the turn they were meant for has just ended", async () => {
    const { fleet, start, row, thread, agent, journal } = await openFleet();
    agent.behave = { steer: () => Promise.resolve(noTurn) };
    const { id } = await start();
    unwrap(await fleet.steer(id, "First.", "now", human));
    unwrap(await fleet.steer(id, "Second.", "next", human));
    unwrap(await fleet.steer(id, "Third.", "now", human));
    await calm();
    expect(thread(id).sent).toHaveLength(1);
    await thread(id).end();
    expect(thread(id).sent[1]?.words).toBe("First.\n\nSecond.\n\nThird.");
    expect(row(id)).toMatchObject({ turns: 2, turn: { cause: "human", status: "running" } });
    expect(journal.state().words).toEqual({});
    expectWholeTranscript(journal, id);
  });

  it("are taken back while they wait, and never once they are delivered", async () => {
    const { fleet, start, thread, journal } = await openFleet();
    const { id } = await start();
    unwrap(await fleet.steer(id, "Keep this.", "next", human));
    const { wordsId } = unwrap(await fleet.steer(id, "Not this.", "next", human));
    await calm();
    expect(unwrap(await fleet.unsay(id, undefined, human))).toEqual({ text: "Not this.", when: "next" });
    expect((await fleet.unsay(id, wordsId, human)).ok).toBe(false);
    await thread(id).end();
    expect(thread(id).sent[1]?.words).toBe("Keep this.");
    expect(await fleet.unsay(id, undefined, human)).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    expectWholeTranscript(journal, id);
  });

  it("go into the running turn one after the other", async () => {
    const { fleet, start, thread, row } = await openFleet();
    const { id } = await start();
    await Promise.all(["One.", "Two.", "Three."].map((text) => fleet.steer(id, text, "now", human)));
    await calm();
    expect(thread(id).steered).toEqual(["One.", "Two.", "Three."]);
    expect(row(id).turns).toBe(1);
  });

  it("end the running turn first when they interrupt", async () => {
    const { fleet, start, thread } = await openFleet();
    const { id } = await start();
    unwrap(await fleet.steer(id, "Stop that.", "interrupt", human));
    await calm();
    expect(thread(id).interrupts).toBe(1);
    expect(thread(id).sent[1]?.words).toBe("Stop that.");
  });

  it("find no lock that a git killed in the last turn left behind", async () => {
    const cleared: string[] = [];
    const clearDeadLocks = (_place: unknown, id: string) => Promise.resolve(cleared.push(id));
    const { fleet, start, thread } = await openFleet({ deps: { clearDeadLocks } });
    const { id } = await start();
    await thread(id).end();
    unwrap(await fleet.steer(id, "More.", "now", human));
    await calm();
    expect(cleared).toEqual([]);
    await thread(id).end("failed");
    unwrap(await fleet.steer(id, "Try it so.", "now", human));
    await calm();
    expect(cleared).toEqual([id]);
  });

  it("do not wait for the next try of a turn that failed", async () => {
    const { fleet, start, thread, row } = await openFleet();
    const { id } = await start();
    await thread(id).end("failed");
    expect(row(id).retryAt).toBeGreaterThan(0);
    unwrap(await fleet.steer(id, "Try it so.", "now", human));
    await calm();
    expect(thread(id).sent[1]?.words).toBe("Try it so.");
  });
});

describe("an interrupt", () => {
  it("ends with its turn, however that ended, and does not reach the next", async () => {
    const { fleet, start, row, thread, agent, clock } = await openFleet();
    let refuse = (): void => undefined;
    agent.behave = {
      send: () => new Promise((resolve) => (refuse = () => resolve(fail("UNAVAILABLE", "Not now.", "Wait.")))),
    };
    const { id } = await start();
    unwrap(await fleet.interrupt(id, human));
    refuse();
    await calm();
    expect(row(id)).toMatchObject({ turn: { status: "failed" } });
    expect(row(id).intent).toBeUndefined();
    await clock.pass(11_000);
    expect(thread(id).interrupts).toBe(0);
    expect(row(id).turns).toBe(2);
  });

  it("that comes while the thread is taken up after a crash is not lost", async () => {
    const agent = createAgent();
    let opened = (): void => undefined;
    agent.opening = () => new Promise((resolve) => (opened = () => resolve(ok(undefined))));
    const { from, id } = atWork("running");
    const { fleet, row, attention } = await openFleet({ from, agent });
    unwrap(await fleet.interrupt(id, human));
    opened();
    await calm();
    expect(row(id)).toMatchObject({ phase: "asking", turns: 1, turn: { status: "interrupted" } });
    expect(row(id).intent).toBeUndefined();
    expect(agent.threads[0]?.sent).toEqual([]);
    expect(attention()).toEqual(["question"]);
  });

  it("of a turn that never reached the agent needs no agent to end it", async () => {
    const agent = createAgent();
    let opened = (): void => undefined;
    agent.opening = () => new Promise((resolve) => (opened = () => resolve(ok(undefined))));
    const { from, id } = atWork("sending");
    const { fleet, row, clock } = await openFleet({ from, agent });
    unwrap(await fleet.stop(id, undefined, human));
    opened();
    agent.behave = { interrupt: () => Promise.resolve(ok(undefined)) };
    await clock.pass(15_000);
    expect(row(id)).toMatchObject({ phase: "stopped", turn: { status: "interrupted" } });
    expect(agent.restarts).toBe(0);
    expect(agent.threads.flatMap((thread) => thread.sent)).toEqual([]);
  });

  it("tells the human why the work stands, also after an approval that was cancelled", async () => {
    const { fleet, start, row, thread, attention, journal } = await openFleet();
    const { id } = await start();
    const body = { ...approval, offers: ["accept" as const, "cancel" as const] };
    await thread(id).say({ kind: "request", requestKey: "k", body });
    const [request] = Object.keys(journal.state().requests);
    expect(row(id).phase).toBe("asking");
    await thread(id).end("interrupted");
    expect(journal.state().requests[request ?? ""]).toBeUndefined();
    expect(row(id)).toMatchObject({ phase: "asking", reason: "Interrupted; it waits for your words." });
    expect(attention()).toEqual(["question"]);
    unwrap(await fleet.steer(id, "Without it.", "now", human));
    await calm();
    expect(attention()).toEqual([]);
  });
});

describe("after a crash", () => {
  it("a turn that never arrived is sent again under its own id", async () => {
    const { from, id, turnId, items } = atWork("sending");
    const { row, agent } = await openFleet({ from, items });
    expect(agent.threads[0]?.sent).toEqual([{ words: "Work on it.", clientId: turnId }]);
    expect(row(id)).toMatchObject({ turns: 1, turn: { status: "running" } });
  });

  it("a turn that was running goes on by a new one, and words that had arrived are not said again", async () => {
    const agent = createAgent();
    const { from, id, turnId } = atWork("running");
    const words = {
      id: "m0000000001",
      workstreamId: id,
      text: "Use tabs.",
      from: { kind: "human" as const },
      when: "now" as const,
      cause: "human" as const,
      at: 1,
    };
    agent.history = [{ agentTurnId: "x", clientIds: [turnId, words.id], status: "interrupted" }];
    const { row, journal } = await openFleet({ from: { ...from, words: { [words.id]: words } }, agent });
    expect(journal.state().words).toEqual({});
    expect(row(id)).toMatchObject({ turns: 2, turn: { cause: "recovery", status: "running" } });
    expect(agent.threads[0]?.sent[0]?.words).not.toContain("Use tabs.");
  });

  it("a turn that had ended meanwhile is not repeated", async () => {
    const agent = createAgent();
    const { from, id, turnId } = atWork("running");
    agent.history = [{ agentTurnId: "x", clientIds: [turnId], status: "completed" }];
    const { row } = await openFleet({ from, agent });
    expect(row(id)).toMatchObject({ phase: "ready", turns: 1 });
    expect(agent.threads[0]?.sent).toEqual([]);
  });

  it("a turn whose sending was not answered is not taken for failed: the agent is asked", async () => {
    const { start, row, agent, clock } = await openFleet();
    agent.behave = { send: () => Promise.resolve(fail("TIMED_OUT", "No answer.", "Wait.")) };
    const { id } = await start();
    agent.behave = {};
    agent.history = [{ agentTurnId: "x", clientIds: [row(id).turn?.id ?? ""], status: "completed" }];
    expect(agent.threads[0]?.closed).toBe(true);
    await clock.pass(5_000);
    expect(row(id)).toMatchObject({ phase: "ready", turns: 1 });
  });

  it("stopped work is not taken up by any agent", async () => {
    const { from, id } = atWork("running", "stopped");
    const { row, agent } = await openFleet({ from });
    expect(agent.threads).toEqual([]);
    expect(row(id).turn?.status).toBe("interrupted");
  });
});

/** A fleet as a crash left it: one workstream whose turn was under way. */
function atWork(status: "sending" | "running", phase: "working" | "stopped" = "working") {
  const turnId = "t0000000001";
  const base = aRow(1);
  const place = { ...base.place, gitDir: "/repo/.git/worktrees/work-1", commit: "a".repeat(40) };
  const turn = { id: turnId, number: 1, cause: "ticket" as const, status, startedAt: 1 };
  const row = aRow(1, { phase, place, threadId: "thread-1", turns: 1, turn, spent: { tokens: noTokens, minutes: 0 } });
  const project = {
    id: row.projectId,
    name: "repo",
    root: "/repo",
    gitDir: "/repo/.git",
    defaultBranch: "main",
    identity: true,
    openedAt: 0,
    policy: { source: "embedded" as const },
  };
  const body = { kind: "words" as const, from: "engine" as const, text: "Work on it." };
  const items = [{ id: `${turnId}:words`, workstreamId: row.id, turnId, ordinal: 1, at: 1, endedAt: 1, body }];
  return { from: { ...stateOf(row), projects: { [project.id]: project } }, id: row.id, turnId, items };
}
