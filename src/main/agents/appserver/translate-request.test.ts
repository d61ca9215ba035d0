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

function asked(method: string, params: Readonly<Record<string, unknown>>) {
  const request = parseServerRequest(method, { threadId, itemId: "e", ...params });
  if (request === undefined) throw new Error(`${method} is not answered`);
  const body = translateRequest(request, new Map([[edit.id, edit]]));
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
    expect(body).toMatchObject({ kind: "edit", paths: ["/w/a", "/w"] });
    expect(answer({ kind: "accept-for-thread" })).toMatchObject({
      value: { result: { decision: "acceptForSession" } },
    });
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
