import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../../contract/errors.ts";
import { createTestStand, isKind, messages, threadOptions, turnEnded, watch, type TestStand } from "./test-stand.ts";
import type { Decision } from "../../../contract/requests.ts";
import type { ThreadOptions } from "../agent.ts";

let stand: TestStand;
beforeEach(async () => {
  stand = await createTestStand(process.env["PATH"] ?? "");
});
afterEach(async () => {
  await stand.close();
});

async function open(scenario: string, more: Partial<ThreadOptions> = {}) {
  const worktree = await stand.worktree(scenario);
  const agent = stand.agent();
  const watched = watch(unwrap(await agent.open(threadOptions(worktree, scenario, more))));
  return { ...watched, agent, worktree, watched };
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

const lastCommit = (worktree: string) => stand.git(worktree, "log", "-1", "--format=%s");

describe("the scripted agent", () => {
  it("edits, runs and commits in a linked worktree", async () => {
    const { worktree, send, next, events } = await open("happy");
    const end = await next(turnEnded(await send("Add a greeting", "c1")));
    expect(end.outcome).toBe("completed");
    expect(await stand.git(worktree, "log", "-1", "--format=%s|%an")).toBe(
      "Add a greeting with its check|Scripted agent",
    );
    expect(await stand.git(worktree, "status", "--porcelain")).toBe("");
    expect(await stand.git(join(stand.folder, "repository"), "status", "--porcelain")).toBe("");
    expect(messages(events).at(-1)).toContain("committed");
    expect(events.filter(isKind("plan"))).toHaveLength(3);
    expect(events.findLast(isKind("usage"))?.tokens).toEqual({
      input: 12_600,
      cached: 8_300,
      output: 850,
      total: 13_450,
    });
  });

  it("makes a check fail, then fixes it", async () => {
    const { send, next, events, worktree } = await open("flaky");
    expect((await next(turnEnded(await send("Add", "c1")))).outcome).toBe("completed");
    const codes = events.flatMap((event) =>
      event.kind === "item" && event.item.ended && event.item.body.kind === "command" ? [event.item.body.exitCode] : [],
    );
    expect(codes).toEqual([1, 0, 0]);
    expect(await lastCommit(worktree)).toBe("Add two numbers, with a check");
  });

  it("names the scenarios there are when it is asked for another", async () => {
    const { send, next } = await open("no-such");
    const end = await next(turnEnded(await send("Go", "c1")));
    expect(end.outcome).toBe("failed");
    expect(end.problem?.message).toContain("There is no scenario no-such.");
    expect(end.problem?.message).toContain("scripted-happy");
  });

  it("refuses to promise a confinement", async () => {
    const confinement = { mode: "workspace-write", writable: [], readOnly: [], hidden: [] } as const;
    const opened = await stand.agent().open(threadOptions(stand.folder, "happy", { confinement }));
    expect(opened).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  });

  it("says that it edited a file and did not", async () => {
    const { send, next, events, worktree } = await open("lie");
    await next(turnEnded(await send("Go", "c1")));
    const edit = events.find(isKind("item", ({ item }) => item.ended && item.body.kind === "edit"));
    expect(edit?.item.body).toMatchObject({ status: "completed" });
    expect(await exists(join(worktree, "scripted-lie.md"))).toBe(false);
    expect(await stand.git(worktree, "status", "--porcelain")).toBe("");
  });

  it("plays two thousand items", async () => {
    const { send, next, events } = await open("long");
    await next(turnEnded(await send("Go", "c1")));
    expect(messages(events)).toHaveLength(1_000);
    expect(messages(events).at(-1)).toBe("Part 1000 is looked at.");
  });

  it("keeps a flood's item bounded", async () => {
    const { send, next, events, worktree } = await open("flood");
    await next(turnEnded(await send("Go", "c1")));
    const flood = events.find(isKind("item", ({ item }) => item.ended && item.body.kind === "command"));
    expect(flood?.item.truncated).toBe(true);
    expect(await lastCommit(worktree)).toBe("Survive a flood");
  });

  it("commits what is left over when it is asked to", async () => {
    const { send, next, worktree } = await open("uncommitted");
    await next(turnEnded(await send("Go", "c1")));
    expect(await stand.git(worktree, "status", "--porcelain")).toContain("scripted-uncommitted.md");
    await next(turnEnded(await send("Please commit your work.", "c2")));
    expect(await stand.git(worktree, "status", "--porcelain")).toBe("");
    const before = await stand.git(worktree, "rev-parse", "HEAD");
    expect((await next(turnEnded(await send("Thank you", "c3")))).outcome).toBe("completed");
    expect(await stand.git(worktree, "rev-parse", "HEAD")).toBe(before);
  });

  it("gives commands the allow-listed environment and nothing else", async () => {
    const scenarios = await stand.scenarios({ env: "steps:\n  - run: { command: env > env.txt }" });
    const agent = stand.agent({
      scenarios: [scenarios],
      env: { PATH: process.env["PATH"] ?? "", HOME: "/", SECRET: "x" },
    });
    const worktree = await stand.worktree("env");
    const { send, next } = watch(unwrap(await agent.open(threadOptions(worktree, "env", { env: { PORT: "4000" } }))));
    await next(turnEnded(await send("Go", "c1")));
    const names = (await readFile(join(worktree, "env.txt"), "utf8")).split("\n").map((line) => line.split("=")[0]);
    expect(names).toEqual(expect.arrayContaining(["PATH", "HOME", "PORT"]));
    expect(names).not.toContain("SECRET");
  });

  it("plays fifteen threads at once, each in its own worktree", async () => {
    const agent = stand.agent();
    const names = Array.from({ length: 15 }, (_, index) => `many-${index}`);
    const worktrees: string[] = [];
    for (const name of names) worktrees.push(await stand.worktree(name));
    const threads = await Promise.all(worktrees.map((path) => agent.open(threadOptions(path, "happy"))));
    const ends = threads.map(async (thread, index) => {
      const watched = watch(unwrap(thread));
      return watched.next(turnEnded(await watched.send("Add a greeting", `c-${index}`)));
    });
    expect((await Promise.all(ends)).map(({ outcome }) => outcome)).toEqual(names.map(() => "completed"));
    for (const worktree of worktrees) {
      expect(await stand.git(worktree, "rev-list", "--count", "main..HEAD")).toBe("1");
      expect(await stand.git(worktree, "status", "--porcelain")).toBe("");
    }
  });
});

describe("an approval", () => {
  async function decide(decision: Decision) {
    const opened = await open("approve");
    const turn = await opened.send("Go", "c1");
    const request = await opened.next(isKind("request"));
    expect(request.body).toMatchObject({
      kind: "command",
      offers: ["accept", "accept-for-thread", "decline", "cancel"],
    });
    unwrap(await opened.thread.answer(request.requestKey, decision));
    return { ...opened, end: await opened.next(turnEnded(turn)) };
  }
  const permission = (worktree: string) => readFile(join(worktree, "scripted-permission.txt"), "utf8");

  it("that is accepted runs the command", async () => {
    const { worktree, end } = await decide({ kind: "accept" });
    expect(end.outcome).toBe("completed");
    expect(await permission(worktree)).toBe("allowed\n");
    expect(await lastCommit(worktree)).toBe("Record that the command was allowed");
  });

  it("that is declined goes another way", async () => {
    const { worktree, end } = await decide({ kind: "decline" });
    expect(end.outcome).toBe("completed");
    expect(await permission(worktree)).toBe("declined\n");
  });

  it("that is cancelled ends the turn, and the next turn goes on behind it", async () => {
    const { worktree, end, send, next } = await decide({ kind: "cancel" });
    expect(end.outcome).toBe("interrupted");
    expect(await exists(join(worktree, "scripted-permission.txt"))).toBe(false);
    const again = await next(turnEnded(await send("Go on", "c2")));
    expect(again.outcome).toBe("completed");
    expect(await exists(join(worktree, "scripted-permission.txt"))).toBe(false);
  });

  it("is not asked for under the policy never", async () => {
    const { worktree, send, next, events } = await open("approve", { approvals: "never" });
    await next(turnEnded(await send("Go", "c1")));
    expect(await permission(worktree)).toBe("allowed\n");
    expect(events.some(isKind("request"))).toBe(false);
  });

  it("is asked for edits and commands alike under the policy untrusted", async () => {
    const { worktree, send, next, thread, events } = await open("uncommitted", { approvals: "untrusted" });
    const turn = await send("Go", "c1");
    const request = await next(isKind("request"));
    expect(request.body).toMatchObject({ kind: "edit", paths: [join(worktree, "scripted-uncommitted.md")] });
    unwrap(await thread.answer(request.requestKey, { kind: "decline" }));
    await next(turnEnded(turn));
    expect(await stand.git(worktree, "status", "--porcelain")).toBe("");
    expect(events.findLast(isKind("item", ({ item }) => item.body.kind === "edit"))?.item.body).toMatchObject({
      status: "declined",
    });
  });

  it("that nobody answered goes when the turn is interrupted", async () => {
    const { thread, send, next } = await open("approve");
    const turn = await send("Go", "c1");
    const { requestKey } = await next(isKind("request"));
    unwrap(await thread.interrupt());
    await next(isKind("request-gone", (event) => event.requestKey === requestKey));
    expect((await next(turnEnded(turn))).outcome).toBe("interrupted");
  });
});

describe("a question", () => {
  it("is answered with an option, whose branch is played", async () => {
    const { thread, send, next, worktree } = await open("ask");
    const turn = await send("Go", "c1");
    const { requestKey, body } = await next(isKind("request"));
    expect(body).toMatchObject({ kind: "question", questions: [{ id: "store", freeText: true }] });
    unwrap(await thread.answer(requestKey, { kind: "answers", answers: { store: ["Folder"] } }));
    expect((await next(turnEnded(turn))).outcome).toBe("completed");
    expect(await stand.git(worktree, "show", "--name-only", "--format=%s")).toContain("scripted-notes/first.md");
  });

  it("that is answered in other words is repeated back", async () => {
    const { thread, send, next, events } = await open("ask");
    const turn = await send("Go", "c1");
    const { requestKey } = await next(isKind("request"));
    unwrap(await thread.answer(requestKey, { kind: "answers", answers: { store: ["In my head"] } }));
    await next(turnEnded(turn));
    expect(messages(events)).toContain("Noted: In my head");
  });
});

describe("steering", () => {
  it("reaches the running turn and changes what is committed", async () => {
    const { thread, send, next, events, worktree } = await open("steer");
    const turn = await send("Go", "c1");
    await next(isKind("item", ({ item }) => item.ended && item.body.kind === "message"));
    unwrap(await thread.steer("use the back door", turn, "s1"));
    await next(turnEnded(turn));
    expect(messages(events)).toContain("I change course: use the back door");
    expect(await stand.git(worktree, "show", "HEAD:scripted-steer.md")).toContain("use the back door");
  });

  it("is refused when the turn is over", async () => {
    const { thread, send, next } = await open("happy");
    const turn = await send("Go", "c1");
    await next(turnEnded(turn));
    expect(await thread.steer("too late", turn, "s1")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });
});

describe("a thread's tools", () => {
  it("are called at the endpoint the thread was opened with", async () => {
    const endpoint = await stand.toolsEndpoint();
    const scenarios = await stand.scenarios({
      tool: "steps:\n  - tool: { name: status, arguments: { of: me } }\n  - tool: { name: missing }",
    });
    const worktree = await stand.worktree("tool");
    const options = threadOptions(worktree, "tool", { tools: { url: endpoint.url } });
    const { send, next, events } = watch(unwrap(await stand.agent({ scenarios: [scenarios] }).open(options)));
    expect((await next(turnEnded(await send("Go", "c1")))).outcome).toBe("completed");
    expect(endpoint.calls).toEqual([
      { name: "status", arguments: { of: "me" } },
      { name: "missing", arguments: {} },
    ]);
    const tools = events.flatMap((event) => (event.kind === "item" && event.item.ended ? [event.item.body] : []));
    expect(tools).toEqual([
      { kind: "tool", tool: "cox.status", arguments: '{"of":"me"}', status: "completed", result: "all is well" },
      { kind: "tool", tool: "cox.missing", arguments: "{}", status: "failed", result: "There is no such tool." },
    ]);
  });
});
