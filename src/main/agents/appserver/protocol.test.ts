import { expect, it } from "vitest";
import { parseNotification, threadResultSchema } from "./protocol.ts";

it("takes no id of a thread or a turn that a row could not keep", () => {
  const started = (id: string) => () =>
    parseNotification("turn/started", { threadId: "t", turn: { id, status: "inProgress" } });
  expect(started("x".repeat(200))).not.toThrow();
  expect(started("x".repeat(201))).toThrow();
  expect(threadResultSchema.safeParse({ thread: { id: "x".repeat(201) } }).success).toBe(false);
});
