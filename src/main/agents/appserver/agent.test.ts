import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { fail, ok, unwrap } from "../../../contract/errors.ts";
import type { Agent, AgentEvent, Thread, ThreadOptions } from "../agent.ts";
import { createAppServerAgent } from "./agent.ts";
import { machineClock } from "./clock.ts";

const program = fileURLToPath(new URL("fixtures/small-server.ts", import.meta.url));
const options: ThreadOptions = { folder: "/", confinement: { mode: "none" }, approvals: "never", env: {} };
const all = {
  steer: true,
  interrupt: true,
  resume: true,
  fork: true,
  approvals: true,
  questions: true,
  plan: true,
  usage: true,
  structured: true,
  tools: true,
  confinement: true,
};
const agents = new Set<Agent>();

function agent(): Agent {
  const made = createAppServerAgent({
    name: "small",
    launch: () => Promise.resolve(ok({ command: process.execPath, args: [program], env: {}, cwd: "/" })),
    capabilities: all,
    threadConfig: () => ({ start: {}, again: {}, turn: {} }),
    clock: machineClock,
    log: () => undefined,
  });
  agents.add(made);
  return made;
}

afterEach(async () => {
  await Promise.all([...agents].map((one) => one.close()));
  agents.clear();
});

function reader(thread: Thread) {
  const events = thread.events[Symbol.asyncIterator]();
  return async (): Promise<AgentEvent | undefined> => {
    const next = await events.next();
    return next.done === true ? undefined : next.value;
  };
}

describe("an agent behind the protocol", () => {
  it("keeps what is said of a thread before its id is known", async () => {
    const next = reader(unwrap(await agent().open(options)));
    expect(await next()).toMatchObject({ kind: "item", item: { body: { kind: "notice", text: "early words" } } });
  });

  it("opens one turn for a client id, however often it is sent", async () => {
    const thread = unwrap(await agent().open(options));
    const [first, second] = await Promise.all([thread.send("go", "k1"), thread.send("go", "k1")]);
    expect(first).toEqual({ ok: true, value: { agentTurnId: "turn-1" } });
    expect(second).toEqual(first);
    expect(await thread.send("go", "k1")).toEqual(first);
  });

  it("never turns a second send into a steer", async () => {
    const thread = unwrap(await agent().open(options));
    const [, busy] = await Promise.all([thread.send("go", "k1"), thread.send("more", "k2")]);
    expect(busy).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await thread.send("more", "k3")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    unwrap(await thread.interrupt());
    expect(await thread.send("more", "k4")).toEqual({ ok: true, value: { agentTurnId: "turn-2" } });
  });

  it("steers only the turn that runs", async () => {
    const thread = unwrap(await agent().open(options));
    unwrap(await thread.send("go", "k1"));
    expect(await thread.steer("left", "turn-0", "k2")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await thread.steer("left", "turn-1", "k3")).toEqual({ ok: true, value: undefined });
  });

  it("takes history from the server and sends nothing twice", async () => {
    const one = agent();
    const [resumed, twice] = await Promise.all([one.resume("thread-1", options), one.resume("thread-1", options)]);
    expect(twice).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    const thread = unwrap(resumed);
    expect(thread.history).toEqual([
      { agentTurnId: "turn-a", status: "completed", clientIds: ["c1"] },
      { agentTurnId: "turn-b", status: "interrupted", clientIds: ["c2", "c3"] },
    ]);
    expect(await thread.send("again", "c2")).toEqual({ ok: true, value: { agentTurnId: "turn-b" } });
  });

  it("tells a thread that is gone from one that cannot be opened", async () => {
    const one = agent();
    expect(await one.resume("thread-9", options)).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    unwrap(await one.open(options));
    expect(await one.resume("thread-1", options)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });

  it("ends its threads with `lost` when the process dies, and starts another for the next", async () => {
    const one = agent();
    const thread = unwrap(await one.open(options));
    const next = reader(thread);
    await next();
    const pid = one.processes()[0]?.pid ?? 0;
    process.kill(pid, "SIGKILL");
    expect(await next()).toMatchObject({ kind: "lost", problem: { code: "UNAVAILABLE" } });
    expect(await next()).toBeUndefined();
    expect(await thread.send("go", "k1")).toMatchObject({ ok: false });
    unwrap(await one.resume("thread-1", options));
    expect(one.processes()[0]?.pid).not.toBe(pid);
  });

  it("answers with the reason when there is nothing to launch", async () => {
    const none = createAppServerAgent({
      name: "none",
      launch: () => Promise.resolve(fail("UNAVAILABLE", "No program.", "Install it.")),
      capabilities: all,
      threadConfig: () => ({ start: {}, again: {}, turn: {} }),
      clock: machineClock,
      log: () => undefined,
    });
    expect(await none.open(options)).toMatchObject({ ok: false, error: { message: "No program." } });
  });

  it("is closed for good", async () => {
    const one = agent();
    unwrap(await one.open(options));
    await one.close();
    expect(one.processes()).toEqual([]);
    expect(await one.open(options)).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
  });
});
