import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../../contract/errors.ts";
import { createTestStand, isKind, messages, threadOptions, turnEnded, watch, type TestStand } from "./test-stand.ts";

let stand: TestStand;
beforeEach(async () => {
  stand = await createTestStand();
});
afterEach(async () => {
  await stand.close();
});

describe("the scripted agent", () => {
  it("edits, runs and commits in a linked worktree", async () => {
    const worktree = await stand.worktree("happy");
    const watched = watch(unwrap(await stand.agent().open(threadOptions(worktree, "happy"))));
    const turn = await watched.send("Add a greeting", "c1");
    const end = await watched.next(turnEnded(turn));
    expect(end.outcome).toBe("completed");
    expect(await stand.git(worktree, "log", "-1", "--format=%s|%an")).toBe(
      "Add a greeting with its check|Scripted agent",
    );
    expect(await stand.git(worktree, "status", "--porcelain")).toBe("");
    expect(await stand.git(join(stand.folder, "repository"), "status", "--porcelain")).toBe("");
    expect(messages(watched.events).at(-1)).toContain("committed");
    expect(watched.events.filter(isKind("plan"))).toHaveLength(3);
    expect(watched.events.findLast(isKind("usage"))?.tokens).toEqual({
      input: 12_600,
      cached: 8_300,
      output: 850,
      total: 13_450,
    });
  });
});
