import { call, ORPCError } from "@orpc/server";
import { describe, expect, it } from "vitest";
import { contract, type Access } from "../../contract/procedures.ts";
import type { Principal, PrincipalKind } from "../../contract/principals.ts";
import type { CallContext } from "./access.ts";
import { createStand, own, project, requestId, sibling } from "./test-stand.ts";

/** An input that each procedure takes. */
const inputs: Readonly<Record<string, unknown>> = {
  "engine.hello": undefined,
  "engine.doctor": undefined,
  "engine.tally": undefined,
  "secret.list": undefined,
  "secret.set": { name: "OPENAI_API_KEY", value: "v" },
  "secret.remove": { name: "GITHUB_TOKEN" },
  "feed.fleet": {},
  "feed.workstream": { workstreamId: own },
  "project.open": { path: "/demo" },
  "project.openDemo": {},
  "project.close": { projectId: project },
  "project.list": undefined,
  "project.pool": { projectId: project },
  "worktree.refill": { on: false },
  "project.allow": { projectId: project, loosening: "no-confinement", allow: true },
  "ticket.list": { projectId: project },
  "workstream.start": { text: "do it" },
  "workstream.list": undefined,
  "workstream.show": { workstreamId: own },
  "workstream.transcript": { workstreamId: own },
  "workstream.diff": { workstreamId: own },
  "workstream.changes": { workstreamId: own },
  "workstream.filePatch": { workstreamId: own, path: "a" },
  "workstream.fileLines": { workstreamId: own, base: "a".repeat(40), path: "a", from: 1, count: 1 },
  "workstream.commits": { workstreamId: own },
  "workstream.picture": { workstreamId: own, path: "a.png", side: "new" },
  "workstream.steer": { workstreamId: own, text: "left" },
  "workstream.answer": { workstreamId: own, requestId, decision: { kind: "accept" } },
  "workstream.unsay": { workstreamId: own },
  "workstream.mention": { workstreamId: own, what: "file", text: "t" },
  "workstream.find": { workstreamId: own, text: "t", from: 9, way: "older" },
  "workstream.usage": { workstreamId: own },
  "workstream.interrupt": { workstreamId: own },
  "workstream.stop": { workstreamId: own },
  "workstream.retry": { workstreamId: own },
  "workstream.waive": { workstreamId: own, gate: "harness", digest: "d" },
  "workstream.archive": { workstreamId: own },
  "workstream.compare": { workstreamId: own },
  "workstream.between": { workstreamId: own, otherId: sibling },
  "workstream.keep": { workstreamId: own, over: [sibling], why: "smaller" },
  "workstream.unarchive": { workstreamId: own },
  "workstream.setBudget": { workstreamId: own, budget: { tokens: 5 } },
  "workstream.ask": {
    workstreamId: own,
    questions: [{ id: "q", header: "h", text: "t", options: [], freeText: true }],
  },
  "workstream.note": { workstreamId: own, text: "n" },
  "workstream.plan": { workstreamId: own, steps: [{ text: "s", status: "pending" }] },
  "review.show": { workstreamId: own },
  "review.send": { workstreamId: own, summary: "s" },
  "review.answer": { workstreamId: own, number: 1, text: "t" },
  "review.resolve": { workstreamId: own, number: 1 },
  "review.view": { workstreamId: own, hunks: ["h".repeat(32)] },
  "terminal.open": { workstreamId: own, cols: 80, rows: 24 },
  "terminal.list": {},
  "terminal.attach": { terminalId: "x00000001" },
  "terminal.ack": { terminalId: "x00000001", reader: 1, at: 5 },
  "terminal.write": { terminalId: "x00000001", text: "ls" },
  "terminal.resize": { terminalId: "x00000001", cols: 80, rows: 24 },
  "terminal.previews": { workstreamIds: [own], rows: 8 },
  "terminal.close": { terminalId: "x00000001" },
  "worktree.list": undefined,
  "worktree.adopt": { path: "/by-hand", text: "do it" },
  "worktree.release": { workstreamId: own },
  "worktree.reclaimable": { workstreamId: own },
  "worktree.reclaim": { workstreamId: own, folders: ["node_modules"] },
  "disk.use": undefined,
  "disk.measure": undefined,
  "workstream.pause": { workstreamId: own },
  "workstream.delete": { workstreamId: own },
  "vault.deleted": undefined,
  "vault.restore": { workstreamId: own },
  "reader.invite": {},
  "reader.dismiss": {},
  "agent.list": undefined,
  "agent.install": { agent: "codex" },
  "attention.list": undefined,
  "attention.snooze": { attentionId: "a00000001", until: 5 },
  "attention.clear": { attentionId: "a00000001" },
  "attention.restore": { attentionId: "a00000001" },
  "settings.read": undefined,
  "settings.change": { set: { theme: "dark" } },
  "search.find": { text: "x" },
};

const procedures = Object.entries(contract).flatMap(([group, members]) =>
  Object.entries(members).map(([name, procedure]) => ({
    name: `${group}.${name}`,
    callers: (procedure["~orpc"].meta as Access).callers,
  })),
);

const principals: Record<PrincipalKind, Principal> = {
  human: { kind: "human" },
  reader: { kind: "reader" },
  workstream: { kind: "workstream", id: own },
};

/** `ok`, or the code of the error. */
async function ask(stand: ReturnType<typeof createStand>, name: string, input: unknown, principal: Principal) {
  const [group = "", member = ""] = name.split(".");
  const procedure = (stand.router as never)[group][member];
  const context: CallContext = { principal, surface: "script" };
  try {
    const output = await call(procedure, input as never, { context });
    if (typeof output === "object" && output !== null && "return" in output) await (output as AsyncGenerator).return(0);
    return "ok";
  } catch (thrown) {
    return thrown instanceof ORPCError ? thrown.code : String(thrown);
  }
}

describe("who may call what", () => {
  it("has an input here for every procedure of the contract", () => {
    expect(procedures.map(({ name }) => name).sort()).toEqual(Object.keys(inputs).sort());
  });

  it("lets a workstream do only what it needs for itself", () => {
    const open = procedures.filter(({ callers }) => callers.includes("workstream")).map(({ name }) => name);
    expect(open).toEqual([
      "engine.hello",
      "workstream.show",
      "workstream.transcript",
      "workstream.diff",
      "workstream.ask",
      "workstream.note",
      "workstream.plan",
      "review.show",
      "review.answer",
    ]);
  });

  it("lets a reader change nothing", async () => {
    const stand = createStand();
    for (const { name } of procedures) await ask(stand, name, inputs[name], principals.reader);
    expect(stand.asked).toEqual([]);
    expect(stand.records).toEqual([]);
    stand.close();
  });

  for (const { name, callers } of procedures) {
    for (const kind of ["human", "reader", "workstream"] as const) {
      const may = callers.includes(kind);
      it(`${may ? "answers" : "refuses"} ${name} to a ${kind}`, async () => {
        const stand = createStand();
        expect(await ask(stand, name, inputs[name], principals[kind])).toBe(may ? "ok" : "FORBIDDEN");
        if (!may) expect([stand.asked, stand.records]).toEqual([[], []]);
        stand.close();
      });
    }
  }

  for (const { name, callers } of procedures) {
    const input = inputs[name];
    if (typeof input !== "object" || input === null || !("workstreamId" in input)) continue;
    it(`refuses ${name} to a workstream that names a sibling`, async () => {
      const stand = createStand();
      expect(callers).toBeDefined();
      expect(await ask(stand, name, { ...input, workstreamId: sibling }, principals.workstream)).toBe("FORBIDDEN");
      expect(await ask(stand, name, { ...input, workstreamId: [own] }, principals.workstream)).toBe("FORBIDDEN");
      expect([stand.asked, stand.records]).toEqual([[], []]);
      stand.close();
    });
  }
});
