import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EngineClient } from "../client.ts";
import { createActions } from "./actions.ts";
import { createFocusClock } from "./focus-clock.ts";
import { aRequest, aWorkstream } from "./sample-rows.ts";
import { createStores } from "./stores.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Call = (input: object) => Promise<object>;

function stand(client: object | undefined) {
  let time = 0;
  const stores = createStores({ getItem: () => null, setItem: () => {}, removeItem: () => {} });
  const focus = createFocusClock(() => time);
  let keys = 0;
  const actions = createActions({
    stores,
    focus,
    client: () => client as EngineClient | undefined,
    newKey: () => `key-000${String((keys += 1))}`,
    page: { history: { pushState: () => {} } as unknown as History },
  });
  return { stores, focus, actions, pass: (ms: number) => (time += ms) };
}

describe("a command", () => {
  it("says how long its ask had the human's attention, and carries a key", async () => {
    const answer = vi.fn<Call>(() => Promise.resolve({}));
    const { actions, focus, pass } = stand({ workstream: { answer } });
    const request = aRequest();
    focus.look(request.id);
    pass(2_500);
    await actions.answer(request, { kind: "accept" });
    expect(answer).toHaveBeenCalledWith({
      workstreamId: request.workstreamId,
      requestId: request.id,
      decision: { kind: "accept" },
      focusedMs: 2_500,
      commandKey: "key-0001",
    });
  });

  it("is repeated after a broken connection under the same key", async () => {
    const steer = vi
      .fn<Call>()
      .mockRejectedValueOnce(new Error("socket closed"))
      .mockResolvedValue({ wordsId: "m00000001" });
    const { actions, stores } = stand({ workstream: { steer } });
    await actions.steer(aWorkstream(), "go on", "now", "draft");
    const [notice] = stores.view.getState().notices;
    expect(notice?.tone).toBe("failed");
    notice?.again?.();
    await vi.waitFor(() => expect(steer).toHaveBeenCalledTimes(2));
    expect(steer.mock.calls[0]).toEqual(steer.mock.calls[1]);
  });

  it("tells the same words again under the same key once, when it is not known whether they arrived", async () => {
    const steer = vi.fn<Call>().mockRejectedValue(new Error("socket closed"));
    const { actions, stores } = stand({ workstream: { steer } });
    const send = (text: string) => actions.steer(aWorkstream(), text, "now", "draft");
    await send("go on");
    expect(stores.draft.getState().drafts["draft"]).toBe("go on");
    await send("go on");
    await send("go on");
    // What was thrown away and is written an hour later is meant anew.
    actions.setDraft("draft", "");
    await send("go on");
    const keys = steer.mock.calls.map(([input]) => Reflect.get(input, "commandKey"));
    expect(keys).toEqual(["key-0001", "key-0001", "key-0003", "key-0004"]);
  });

  it("gives the words back when they could not be sent", async () => {
    const { actions, stores } = stand(undefined);
    await actions.steer(aWorkstream(), "do not lose me", "now", "draft");
    expect(stores.draft.getState().drafts["draft"]).toBe("do not lose me");
    expect(stores.view.getState().notices[0]?.text).toContain("Not connected");
  });
});

describe("an answer", () => {
  it("is sent once, however often the key is pressed", async () => {
    let settle = () => {};
    const answer = vi.fn<Call>(() => new Promise((resolve) => (settle = () => resolve({}))));
    const { actions } = stand({ workstream: { answer } });
    const first = actions.answer(aRequest(), { kind: "accept" });
    await actions.answer(aRequest(), { kind: "accept" });
    settle();
    await first;
    expect(answer).toHaveBeenCalledTimes(1);
  });

  it("to several questions is sent when the last one was answered", async () => {
    const answer = vi.fn<Call>(() => Promise.resolve({}));
    const { actions } = stand({ workstream: { answer } });
    const question = (id: string) => ({ id, header: "", text: "", options: [], freeText: true });
    const request = aRequest({ body: { kind: "question", waits: true, questions: [question("q1"), question("q2")] } });
    await actions.pick(request, "q1", ["yes"]);
    expect(answer).not.toHaveBeenCalled();
    await actions.pick(request, "q2", ["no"]);
    expect(answer).toHaveBeenCalledWith(
      expect.objectContaining({ decision: { kind: "answers", answers: { q1: ["yes"], q2: ["no"] } } }),
    );
  });
});

describe("a budget", () => {
  const spent = { tokens: { input: 100, cached: 0, output: 0, total: 100 }, minutes: 5 };
  const used = aWorkstream({ phase: "stopped", spent, budget: { tokens: 100 } });

  it("that is set takes up again only what it had stopped", async () => {
    const setBudget = vi.fn<Call>(() => Promise.resolve({}));
    const retry = vi.fn<Call>(() => Promise.resolve({}));
    const { actions } = stand({ workstream: { setBudget, retry } });
    await actions.setBudget(aWorkstream({ spent, budget: { tokens: 200 } }), { tokens: 300 });
    expect(retry).not.toHaveBeenCalled();
    await actions.setBudget(used, { tokens: 300 });
    expect(setBudget).toHaveBeenCalledTimes(2);
    expect(retry).toHaveBeenCalledWith(expect.objectContaining({ workstreamId: used.id }));
  });

  it("that could not be set takes nothing up again", async () => {
    const retry = vi.fn<Call>();
    const { actions } = stand({ workstream: { setBudget: () => Promise.reject(new Error("socket closed")), retry } });
    await actions.setBudget(used, { tokens: 300 });
    expect(retry).not.toHaveBeenCalled();
  });
});
