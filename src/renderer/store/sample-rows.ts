import type { Request } from "../../contract/requests.ts";
import { emptyFleetState, type AttentionItem, type FleetState, type Workstream } from "../../contract/states.ts";
import { noTokens } from "../../contract/usage.ts";

/** Rows for tests: whole and valid, so that a test says only what it is about. */
export function aWorkstream(change: Partial<Workstream> = {}): Workstream {
  return {
    id: "w00000001",
    projectId: "p00000001",
    number: 1,
    name: "pay-retry",
    ticket: { key: "pay-retry.md", title: "Retry payments once" },
    attempt: 1,
    agent: "scripted",
    phase: "working",
    place: { branch: "cox/1/pay-retry", folder: "pay-retry", path: "/worktrees/pay-retry", base: "main" },
    turns: 0,
    rounds: 0,
    failures: 0,
    line: "",
    lineAt: 0,
    heardAt: 0,
    spent: { tokens: noTokens, minutes: 0 },
    tokensBefore: noTokens,
    budget: {},
    gates: {},
    createdAt: 0,
    ...change,
  };
}

export function aRequest(change: Partial<Request> = {}): Request {
  return {
    id: "r00000001",
    workstreamId: "w00000001",
    turnId: "t00000001",
    at: 0,
    body: {
      kind: "command",
      command: "pnpm add undici",
      folder: "/worktrees/pay-retry",
      reason: "",
      offers: ["accept", "accept-for-thread", "decline", "cancel"],
    },
    ...change,
  };
}

export function anAttentionItem(change: Partial<AttentionItem> = {}): AttentionItem {
  return {
    id: "a00000001",
    kind: "approval",
    workstreamId: "w00000001",
    ask: "Allow pnpm add undici",
    at: 0,
    ...change,
  };
}

export function aFleet(rows: {
  workstreams?: readonly Workstream[];
  requests?: readonly Request[];
  attention?: readonly AttentionItem[];
}): FleetState {
  const byId = <T extends { id: string }>(list: readonly T[] = []): Record<string, T> =>
    Object.fromEntries(list.map((row) => [row.id, row]));
  return {
    ...emptyFleetState,
    workstreams: byId(rows.workstreams),
    requests: byId(rows.requests),
    attention: byId(rows.attention),
  };
}
