import { describe, expect, it } from "vitest";
import { fail, ok } from "../../contract/errors.ts";
import { noTokens, type Tokens } from "../../contract/usage.ts";
import { calm, expectWholeTranscript, openFleet, policyWith } from "./test-stand.ts";

const tokens = (total: number): Tokens => ({ input: total, cached: 0, output: 0, total });
const usage = (total: number) => ({ kind: "usage" as const, tokens: tokens(total) });
const approval = { kind: "command" as const, command: "ls", folder: "/", reason: "", offers: ["accept" as const] };

describe("what an agent tells", () => {
  it("becomes items, a line and a plan", async () => {
    const { start, row, thread, journal } = await openFleet();
    const { id } = await start();
    const files = [{ path: `${row(id).place.path}/src/a.ts`, change: "modified" as const }];
    const edit = { kind: "edit" as const, files, status: "completed" as const };
    await thread(id).say(
      { kind: "item", item: { id: "1", body: edit, ended: true, truncated: false } },
      { kind: "plan", steps: [{ text: "Mend it", status: "running" }] },
      { kind: "compacted" },
    );
    expect(row(id).line).toBe("edited src/a.ts");
    expect(journal.events("plan.updated")).toMatchObject([{ steps: [{ text: "Mend it" }] }]);
    expect(journal.events("item.upserted").map(({ item }) => item.body.kind)).toEqual(["words", "edit", "notice"]);
    expectWholeTranscript(journal, id);
  });

  it("goes on record without the capability that the author's commands hold", async () => {
    const env = { COXSWAIN_CAPABILITY: "s3cr3t-token" };
    const openDoors = () => Promise.resolve(ok({ url: "http://127.0.0.1:1/mcp", env }));
    const { start, thread, journal, fleet } = await openFleet({ deps: { openDoors } });
    const { id } = await start();
    const streamed: string[] = [];
    fleet.onDelta(({ text }) => streamed.push(text));
    const command = { kind: "command" as const, command: "env", folder: "/", status: "running" as const, output: "" };
    const message = { kind: "message" as const, text: "It is s3cr3t-token." };
    const tool = { kind: "tool" as const, tool: "t", arguments: "s3cr3t-token", status: "completed" as const };
    const agentTurnId = journal.events("turn.started").at(-1)?.agentTurnId ?? "";
    await thread(id).say(
      { kind: "item", item: { id: "1", body: command, ended: false, truncated: false } },
      { kind: "delta", itemId: "1", text: "A=s3cr3t-token B=s3cr" },
      { kind: "delta", itemId: "1", text: "3t-token" },
      { kind: "item", item: { id: "2", body: message, ended: true, truncated: false } },
      { kind: "item", item: { id: "3", body: { ...tool, result: "s3cr3t-token" }, ended: true, truncated: false } },
      { kind: "turn-ended", agentTurnId, outcome: "completed" },
    );
    const bodies = journal.events("item.upserted").map(({ item }) => item.body);
    expect(bodies).toContainEqual(expect.objectContaining({ output: "A=[capability] B=[capability]" }));
    expect(JSON.stringify([bodies, journal.events("line.told")])).not.toContain("s3cr3t-token");
    expect(streamed[0]).toBe("A=[capability] B=s3cr");
  });

  it("about the end of another turn is not taken for the end of this one", async () => {
    const { start, row, thread } = await openFleet();
    const { id } = await start();
    await thread(id).say({ kind: "turn-ended", agentTurnId: "of another", outcome: "completed" });
    expect(row(id).turn?.status).toBe("running");
  });

  it("about the last turn once more does not end the one that is being sent", async () => {
    const { start, row, thread, agent, worktree } = await openFleet();
    worktree.clean = false;
    let answer = (): void => undefined;
    let sends = 0;
    agent.behave = {
      send: () =>
        (sends += 1) === 1
          ? Promise.resolve(ok({ agentTurnId: "one" }))
          : new Promise((resolve) => (answer = () => resolve(ok({ agentTurnId: "two" })))),
    };
    const { id } = await start();
    const end = { kind: "turn-ended" as const, agentTurnId: "one", outcome: "completed" as const };
    await thread(id).say(end);
    expect(row(id)).toMatchObject({ turns: 2, turn: { status: "sending" } });
    await thread(id).say(end);
    expect(row(id).turn?.status).toBe("sending");
    answer();
    await calm();
    expect(row(id).turn).toMatchObject({ status: "running", agentTurnId: "two" });
  });

  it("of a turn's whole life before its sending was answered is taken as it is", async () => {
    const { start, row, thread, agent } = await openFleet();
    let answer = (): void => undefined;
    agent.behave = { send: () => new Promise((resolve) => (answer = () => resolve(ok({ agentTurnId: "one" })))) };
    const { id } = await start();
    await thread(id).say({ kind: "turn-ended", agentTurnId: "one", outcome: "completed" });
    answer();
    await calm();
    expect(row(id)).toMatchObject({ phase: "ready", turns: 1, turn: { status: "completed" } });
  });

  it("is given up and asked for anew when it could not be stored", async () => {
    const { start, row, thread, journal, clock, agent } = await openFleet();
    const { id } = await start();
    const first = thread(id);
    const { record } = journal;
    journal.record = () => Promise.resolve(fail("TOO_MANY", "The disk is slow.", "Wait."));
    await first.end();
    journal.record = record;
    expect(first.closed).toBe(true);
    agent.history = [{ agentTurnId: "x", clientIds: [row(id).turn?.id ?? ""], status: "completed" }];
    await clock.pass(11_000);
    expect(row(id)).toMatchObject({ phase: "ready", turns: 1 });
  });
});

describe("tokens", () => {
  it("are the thread's own count, and stop the work when the budget is used up", async () => {
    const { start, row, thread } = await openFleet();
    const { id } = await start({ budget: { tokens: 1_000 } });
    await thread(id).say(usage(400), usage(900));
    expect(row(id)).toMatchObject({ phase: "working", spent: { tokens: { total: 900 } } });
    await thread(id).say(usage(1_000));
    expect(row(id)).toMatchObject({ phase: "stopped", reason: "Budget used up: 1000 of 1000 tokens." });
  });

  it("are never given back by a thread that counts from zero again", async () => {
    const { start, row, thread } = await openFleet();
    const { id } = await start();
    await thread(id).say(usage(500), usage(20), usage(50));
    expect(row(id).spent.tokens.total).toBe(550);
    await thread(id).die();
    expect(row(id).turn).toMatchObject({ status: "running", cause: "recovery" });
    await thread(id).say(usage(100), usage(200));
    expect(row(id).spent.tokens.total).toBe(750);
  });

  it("are not counted twice for a thread that goes on counting", async () => {
    const { start, row, thread } = await openFleet();
    const { id } = await start();
    await thread(id).say(usage(500));
    await thread(id).die();
    await thread(id).say(usage(600));
    expect(row(id).spent.tokens.total).toBe(600);
  });

  it("cost what policy says for the model", async () => {
    const models = { big: { input: 2, cached: 0.5, output: 10 } };
    const policy = policyWith({ prices: { currency: "USD", models } });
    const { start, row, thread } = await openFleet({ policy });
    const { id } = await start({ model: "big", budget: { money: 5 } });
    const spent = { input: 1_000_000, cached: 400_000, output: 100_000, total: 1_100_000 };
    await thread(id).say({ kind: "usage", tokens: spent });
    expect(row(id).spent.money).toBeCloseTo(0.6 * 2 + 0.4 * 0.5 + 0.1 * 10);
    await thread(id).say({ kind: "usage", tokens: { ...spent, output: 500_000, total: 1_500_000 } });
    expect(row(id)).toMatchObject({ phase: "stopped", reason: "Budget used up: 6.40 of 5." });
    expect(row(id).tokensBefore).toEqual(noTokens);
  });
});

describe("requests", () => {
  it("of a flood are declined beyond what a human could answer", async () => {
    const { start, thread, journal } = await openFleet();
    const { id } = await start();
    for (let nth = 0; nth < 60; nth += 1)
      await thread(id).say({ kind: "request", requestKey: `k${nth}`, body: approval });
    expect(Object.keys(journal.state().requests)).toHaveLength(50);
    expect(thread(id).answered).toHaveLength(10);
  });

  it("are withdrawn with their turn", async () => {
    const { start, thread, journal, row } = await openFleet();
    const { id } = await start();
    await thread(id).say({ kind: "request", requestKey: "k", body: approval });
    expect(row(id).phase).toBe("asking");
    await thread(id).die();
    expect(journal.state().requests).toEqual({});
  });
});
