import { describe, expect, it } from "vitest";
import { itemBodySchema, itemTextLimit } from "../../../contract/items.ts";
import type { AgentEvent } from "../agent.ts";
import { parseNotification } from "./protocol.ts";
import { freshView, translate } from "./translate.ts";
import type { View } from "./translate.ts";

const threadId = "thread";
const turnId = "turn";

/** Translates notifications as they would come, one after the other. */
function play(...told: readonly (readonly [string, Readonly<Record<string, unknown>>])[]) {
  let view: View = freshView;
  const events: AgentEvent[] = [];
  for (const [method, params] of told) {
    const notification = parseNotification(method, { threadId, turnId, ...params });
    if (notification === undefined) throw new Error(`${method} is not read`);
    const translation = translate(view, notification);
    view = translation.view;
    events.push(...translation.events);
  }
  return { events, view };
}

const command = (more: Readonly<Record<string, unknown>>) => ({
  item: {
    type: "commandExecution",
    id: "c",
    command: "/bin/bash -c 'make  test'",
    cwd: "/w",
    status: "inProgress",
    aggregatedOutput: null,
    ...more,
  },
});
const completed = (status: string, error: unknown = null) =>
  ["turn/completed", { turn: { id: turnId, status, error } }] as const;

describe("translating what the server tells", () => {
  it("keeps the command exactly, and replaces streamed output by the whole", () => {
    const { events } = play(
      ["item/started", command({})],
      ["item/commandExecution/outputDelta", { itemId: "c", delta: "tick" }],
      ["item/completed", command({ status: "failed", aggregatedOutput: "tick\ntock\n", exitCode: 2, durationMs: 12 })],
    );
    const body = { kind: "command", command: "/bin/bash -c 'make  test'", folder: "/w" };
    expect(events).toEqual([
      {
        kind: "item",
        item: { id: "c", ended: false, truncated: false, body: { ...body, status: "running", output: "" } },
      },
      { kind: "delta", itemId: "c", text: "tick" },
      {
        kind: "item",
        item: {
          id: "c",
          ended: true,
          truncated: false,
          body: { ...body, status: "failed", output: "tick\ntock\n", exitCode: 2, durationMs: 12 },
        },
      },
    ]);
  });

  it.each([
    ["failed", "failed"],
    ["interrupted", "declined"],
  ])("closes what is still open when a turn ends as %s", (outcome, status) => {
    const { events, view } = play(["item/started", command({})], completed(outcome));
    expect(events.slice(1)).toEqual([
      expect.objectContaining({
        kind: "item",
        item: expect.objectContaining({
          id: "c",
          ended: true,
          body: expect.objectContaining({ status }) as unknown,
        }) as unknown,
      }),
      { kind: "turn-ended", agentTurnId: turnId, outcome },
    ]);
    expect(view.open.size).toBe(0);
  });

  it("bounds output to what an item may hold and says so", () => {
    const { events } = play([
      "item/completed",
      command({ status: "completed", aggregatedOutput: `first${"😀".repeat(itemTextLimit)}last` }),
    ]);
    const [event] = events;
    if (event?.kind !== "item" || event.item.body.kind !== "command") throw new Error("no command");
    expect(event.item.truncated).toBe(true);
    expect(itemBodySchema.safeParse(event.item.body).success).toBe(true);
    expect(event.item.body.output).toMatch(/^first[^]*characters left out[^]*last$/);
    expect(event.item.body.output.isWellFormed()).toBe(true);
  });

  it("tells an edit's files, and bounds their number", () => {
    const changes = Array.from({ length: 501 }, (_, index) => ({
      path: `/w/${index}`,
      kind: { type: "update", move_path: null },
      diff: "",
    }));
    const { events } = play([
      "item/completed",
      { item: { type: "fileChange", id: "e", changes, status: "completed" } },
    ]);
    expect(events).toMatchObject([{ item: { truncated: true, body: { kind: "edit", status: "completed" } } }]);
    const [event] = events;
    expect(event?.kind === "item" && event.item.body.kind === "edit" && event.item.body.files.length).toBe(500);
  });

  it("names where a file is moved to, since that is written too", () => {
    const changes = [{ path: "/w/a.ts", kind: { type: "update", move_path: "/home/me/.bashrc" }, diff: "" }];
    const { events } = play(["item/started", { item: { type: "fileChange", id: "e", changes, status: "inProgress" } }]);
    expect(events).toMatchObject([
      {
        item: {
          body: {
            kind: "edit",
            files: [
              { path: "/w/a.ts", change: "deleted" },
              { path: "/home/me/.bashrc", change: "added" },
            ],
          },
        },
      },
    ]);
  });

  it("gives a tool's text, or its error", () => {
    const call = { type: "mcpToolCall", id: "m", server: "cox", tool: "status", arguments: { a: 1 } };
    const { events } = play(
      [
        "item/completed",
        {
          item: {
            ...call,
            status: "completed",
            result: { content: [{ type: "text", text: "fine" }, { type: "image" }] },
          },
        },
      ],
      ["item/completed", { item: { ...call, status: "failed", error: { message: "no" } } }],
    );
    expect(events).toMatchObject([
      {
        item: {
          body: {
            kind: "tool",
            tool: "cox.status",
            arguments: '{"a":1}',
            status: "completed",
            result: 'fine\n{"type":"image"}',
          },
        },
      },
      { item: { body: { status: "failed", result: "no" } } },
    ]);
  });

  it("leaves the sender's own words and unknown items out", () => {
    const { events } = play(
      ["item/completed", { item: { type: "userMessage", id: "u", clientId: "k", content: [] } }],
      ["item/completed", { item: { type: "somethingNew", id: "s" } }],
    );
    expect(events).toEqual([]);
  });

  it("says that the thread was compacted", () => {
    const { events } = play(["item/completed", { item: { type: "contextCompaction", id: "k" } }]);
    expect(events.map((event) => event.kind)).toEqual(["item", "compacted"]);
  });

  it.each([
    [{ responseTooManyFailedAttempts: { httpStatusCode: 429 } }, "TOO_MANY"],
    [{ httpConnectionFailed: { httpStatusCode: 401 } }, "UNAUTHENTICATED"],
    ["unauthorized", "UNAUTHENTICATED"],
    ["contextWindowExceeded", "TOO_LARGE"],
    ["other", "UNAVAILABLE"],
    [null, "UNAVAILABLE"],
  ])("classes the failure %j as %s", (codexErrorInfo, code) => {
    const { events } = play(
      completed("failed", { message: "went wrong\nin detail", codexErrorInfo, additionalDetails: null }),
    );
    expect(events).toMatchObject([
      {
        kind: "turn-ended",
        outcome: "failed",
        problem: { code, message: "went wrong", cause: "went wrong\nin detail" },
      },
    ]);
  });

  it("carries plan, usage and rate limits over", () => {
    const { events } = play(
      [
        "turn/plan/updated",
        {
          plan: [
            { step: "a", status: "completed" },
            { step: "b", status: "inProgress" },
          ],
        },
      ],
      [
        "thread/tokenUsage/updated",
        {
          tokenUsage: {
            total: { totalTokens: 4, inputTokens: 3, cachedInputTokens: 2, outputTokens: 1 },
            modelContextWindow: 100,
          },
        },
      ],
      [
        "account/rateLimits/updated",
        { rateLimits: { limitName: "weekly", primary: { usedPercent: 120, resetsAt: 10 }, secondary: null } },
      ],
      ["account/rateLimits/updated", { rateLimits: { primary: null } }],
    );
    expect(events).toEqual([
      {
        kind: "plan",
        steps: [
          { text: "a", status: "done" },
          { text: "b", status: "running" },
        ],
      },
      { kind: "usage", tokens: { input: 3, cached: 2, output: 1, total: 4 }, contextWindow: 100 },
      { kind: "rate-limits", limits: [{ name: "weekly (primary)", usedPercent: 100, resetsAt: 10_000 }] },
    ]);
  });

  it("refuses a message whose used field has the wrong type", () => {
    expect(() => parseNotification("turn/completed", { threadId, turn: { id: 1 } })).toThrow(/invalid/i);
  });
});
