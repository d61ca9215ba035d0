import { describe, expect, it } from "vitest";
import { itemTextLimit } from "../../../contract/items.ts";
import type { AgentEvent } from "../agent.ts";
import { createEventQueue, queueLimit } from "./event-queue.ts";

const delta = (itemId: string, text: string): AgentEvent => ({ kind: "delta", itemId, text });
const item = (id: string): AgentEvent => ({
  kind: "item",
  item: { id, ended: true, truncated: false, body: { kind: "message", text: "whole" } },
});
const started = (agentTurnId: string): AgentEvent => ({ kind: "turn-started", agentTurnId });

async function readAll(fill: (push: (event: AgentEvent) => void) => void) {
  let overflows = 0;
  const queue = createEventQueue(() => overflows++);
  fill((event) => queue.push(event));
  queue.end();
  const events: AgentEvent[] = [];
  for await (const event of queue.events) events.push(event);
  return { events, overflows };
}

describe("the queue of events", () => {
  it("merges streamed text of an item for a slow reader and keeps everything else in order", async () => {
    const { events } = await readAll((push) => {
      push(started("t"));
      push(delta("a", "1"));
      push(delta("b", "x"));
      push(delta("a", "2"));
      push(started("u"));
      push(delta("a", "3"));
    });
    expect(events).toEqual([started("t"), delta("a", "123"), delta("b", "x"), started("u")]);
  });

  it("drops streamed text that the item itself has replaced", async () => {
    const { events } = await readAll((push) => {
      push(delta("a", "1"));
      push(item("a"));
      push(delta("a", "2"));
    });
    expect(events).toEqual([item("a"), delta("a", "2")]);
  });

  it("keeps the newest text when more is streamed than an item may hold", async () => {
    const { events } = await readAll((push) => {
      push(delta("a", "x".repeat(itemTextLimit)));
      push(delta("a", "end"));
    });
    const [only] = events;
    expect(only?.kind === "delta" && only.text.length).toBe(itemTextLimit);
    expect(only?.kind === "delta" && only.text.endsWith("xend")).toBe(true);
  });

  it("hands an event to a reader that waits", async () => {
    const queue = createEventQueue(() => undefined);
    const reader = queue.events[Symbol.asyncIterator]();
    const first = reader.next();
    queue.push(started("t"));
    expect(await first).toEqual({ done: false, value: started("t") });
    queue.push(delta("a", "1"));
    expect(await reader.next()).toEqual({ done: false, value: delta("a", "1") });
    queue.push(delta("a", "2"));
    expect(await reader.next()).toEqual({ done: false, value: delta("a", "2") });
  });

  it("loses the thread, once and as its last event, when far too much waits", async () => {
    const { events, overflows } = await readAll((push) => {
      for (let index = 0; index < queueLimit + 50; index++) push(started(`t${index}`));
    });
    expect(overflows).toBe(1);
    expect(events.length).toBe(queueLimit + 2);
    expect(events.at(-1)).toMatchObject({ kind: "lost", problem: { code: "TOO_MANY" } });
  });
});
