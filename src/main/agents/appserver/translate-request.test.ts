import { describe, expect, it } from "vitest";
import { requestBodySchema } from "../../../contract/requests.ts";
import type { Decision } from "../../../contract/requests.ts";
import type { AgentItem } from "../agent.ts";
import { parseServerRequest } from "./protocol.ts";
import { translateDecision, translateRequest } from "./translate-request.ts";

const threadId = "thread";
const edit: AgentItem = {
  id: "e",
  ended: false,
  truncated: false,
  body: { kind: "edit", status: "running", files: [{ path: "/w/a", change: "added" }] },
};

function asked(method: string, params: Readonly<Record<string, unknown>>, item = edit) {
  const request = parseServerRequest(method, { threadId, itemId: "e", ...params });
  if (request === undefined) throw new Error(`${method} is not answered`);
  const body = translateRequest(request, new Map([[item.id, item]]));
  const answer = (decision: Decision) => {
    if (body === undefined) throw new Error("nothing was asked");
    return translateDecision(request, body, decision);
  };
  if (body !== undefined) expect(requestBodySchema.safeParse(body).success).toBe(true);
  return { body, answer };
}

describe("requests of the server", () => {
  it("offers what the agent takes for a command, and declining", () => {
    const available = ["accept", { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["x"] } }, "cancel"];
    const { body, answer } = asked("item/commandExecution/requestApproval", {
      command: "rm  -r x",
      cwd: "/w",
      reason: null,
      availableDecisions: available,
    });
    expect(body).toEqual({
      kind: "command",
      command: "rm  -r x",
      folder: "/w",
      reason: "",
      offers: ["accept", "decline", "cancel"],
    });
    expect(answer({ kind: "accept" })).toEqual({
      ok: true,
      value: { result: { decision: "accept" }, endsTurn: false },
    });
    expect(answer({ kind: "decline", reason: "no" })).toMatchObject({ value: { result: { decision: "decline" } } });
    expect(answer({ kind: "accept-for-thread" })).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
    expect(answer({ kind: "answers", answers: { x: ["y"] } })).toMatchObject({
      ok: false,
      error: { code: "BAD_REQUEST" },
    });
  });

  it("takes an edit's paths from its item", () => {
    const { body, answer } = asked("item/fileChange/requestApproval", { grantRoot: "/w" });
    expect(body).toMatchObject({ kind: "edit", paths: ["/w/a"], opens: "/w" });
    expect(answer({ kind: "accept-for-thread" })).toMatchObject({
      value: { result: { decision: "acceptForSession" } },
    });
  });

  it("offers no consent to what it cannot show whole", () => {
    const refusals = ["decline", "cancel"];
    const long = asked("item/commandExecution/requestApproval", {
      command: `true ${"x".repeat(20_000)} ; evil`,
      cwd: "/w",
    });
    expect(long.body).toMatchObject({ kind: "command", offers: refusals });
    expect(long.answer({ kind: "accept" })).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
    expect(asked("item/commandExecution/requestApproval", { cwd: "/w" }).body).toMatchObject({ offers: refusals });
    const write = [...Array.from({ length: 500 }, (_, at) => `/w/folder-${at}`), "/root/.ssh"];
    const rights = asked("item/permissions/requestApproval", { permissions: { fileSystem: { write } } });
    expect(rights.body).toMatchObject({ kind: "permissions", offers: refusals });
    expect(rights.answer({ kind: "accept" })).toMatchObject({ ok: false });
    expect(asked("item/fileChange/requestApproval", { itemId: "unknown" }).body).toMatchObject({ offers: refusals });
    const files = Array.from({ length: 300 }, (_, at) => ({ path: `/w/${at}`, change: "added" as const }));
    const many = { ...edit, body: { kind: "edit" as const, status: "running" as const, files } };
    expect(asked("item/fileChange/requestApproval", {}, many).body).toMatchObject({ offers: refusals });
  });

  it("shows the rights that a command brings along", () => {
    const additionalPermissions = { network: { enabled: true }, fileSystem: null };
    const { body, answer } = asked("item/commandExecution/requestApproval", {
      command: "ls",
      cwd: "/w",
      additionalPermissions,
    });
    const wanted = JSON.stringify({ permissions: additionalPermissions, command: "ls", folder: "/w" });
    expect(body).toMatchObject({ kind: "permissions", wanted });
    expect(answer({ kind: "accept" })).toMatchObject({ value: { result: { decision: "accept" } } });
    const typed = asked("item/commandExecution/requestApproval", { kind: "stdin", command: "yes", cwd: "/w" });
    expect(typed.body).toMatchObject({ kind: "permissions", wanted: expect.stringContaining('"kind":"stdin"') });
  });

  it("grants exactly the permissions that were wanted, or none", () => {
    const permissions = { network: { enabled: true }, fileSystem: null };
    const { body, answer } = asked("item/permissions/requestApproval", { permissions, reason: "to fetch" });
    expect(body).toMatchObject({ kind: "permissions", wanted: JSON.stringify(permissions) });
    expect(answer({ kind: "accept" })).toMatchObject({
      value: { result: { permissions: { network: { enabled: true } }, scope: "turn" } },
    });
    expect(answer({ kind: "cancel" })).toEqual({
      ok: true,
      value: { result: { permissions: {}, scope: "turn" }, endsTurn: true },
    });
  });

  it("asks a question in its own words and sends the answers by question", () => {
    const questions = [
      { id: "db", header: "Store", question: "Which?", isOther: false, options: [{ label: "A", description: "a" }] },
      { id: "why", header: "", question: "Why?", isOther: false, options: null },
    ];
    const { body, answer } = asked("item/tool/requestUserInput", { questions });
    expect(body).toMatchObject({
      kind: "question",
      waits: true,
      questions: [
        { id: "db", freeText: false },
        { id: "why", freeText: true, options: [] },
      ],
    });
    expect(answer({ kind: "answers", answers: { db: ["A"] } })).toMatchObject({
      value: { result: { answers: { db: { answers: ["A"] }, why: { answers: [] } } } },
    });
    expect(answer({ kind: "accept" })).toMatchObject({ ok: false });
  });

  it("asks about a tool call, and lets a tool server's form pass nobody by", () => {
    const meta = {
      codex_approval_kind: "mcp_tool_call",
      persist: ["session", "always"],
      tool_name: "write",
      tool_params: { a: 1 },
    };
    const { body, answer } = asked("mcpServer/elicitation/request", {
      serverName: "cox",
      mode: "form",
      message: "Allow?",
      _meta: meta,
    });
    expect(body).toEqual({
      kind: "tool",
      tool: "cox.write",
      arguments: '{"a":1}',
      reason: "Allow?",
      offers: ["accept", "accept-for-thread", "decline", "cancel"],
    });
    expect(answer({ kind: "accept-for-thread" })).toMatchObject({
      value: { result: { action: "accept", _meta: { persist: "session" } } },
    });
    expect(
      asked("mcpServer/elicitation/request", { serverName: "cox", mode: "url", _meta: null }).body,
    ).toBeUndefined();
  });
});
