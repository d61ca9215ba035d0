import type { AttentionItem, AttentionKind, FleetState, Workstream } from "../../contract/states.ts";
import type { Request } from "../../contract/requests.ts";

/** One thing that needs the human, before it has an id and a time. */
export interface Need {
  readonly kind: AttentionKind;
  readonly workstreamId?: string;
  readonly projectId?: string;
  readonly requestId?: string;
  readonly ask: string;
}

/** What needs a human, by a key that holds as long as the cause does. Pure; `stalled` names workstreams that fell silent. */
export function needs(state: FleetState, stalled: ReadonlySet<string>): Map<string, Need> {
  const found = new Map<string, Need>();
  for (const request of Object.values(state.requests)) addOldest(found, requestNeed(request));
  for (const workstream of Object.values(state.workstreams)) {
    for (const need of workstreamNeeds(workstream, stalled.has(workstream.id))) found.set(keyOf(need), need);
  }
  for (const project of Object.values(state.projects)) {
    const rejected = project.policy.rejected;
    if (rejected === undefined) continue;
    const need: Need = {
      kind: "policy",
      projectId: project.id,
      ask: short(`WORKFLOW.md was not taken: ${rejected.message}`),
    };
    found.set(keyOf(need), need);
  }
  return found;
}

/** At most one item per workstream and kind. */
export function keyOf(need: Pick<AttentionItem, "kind" | "workstreamId" | "projectId">): string {
  return `${need.kind}:${need.workstreamId ?? need.projectId ?? "fleet"}`;
}

function addOldest(found: Map<string, Need>, need: Need): void {
  if (!found.has(keyOf(need))) found.set(keyOf(need), need);
}

function requestNeed({ id, workstreamId, body }: Request): Need {
  switch (body.kind) {
    case "command":
      return { kind: "approval", workstreamId, requestId: id, ask: short(`allow ${body.command}`) };
    case "edit":
      return {
        kind: "approval",
        workstreamId,
        requestId: id,
        ask: short(`allow a change to ${body.paths.join(", ")}`),
      };
    case "tool":
      return { kind: "approval", workstreamId, requestId: id, ask: short(`allow the tool ${body.tool}`) };
    case "permissions":
      return { kind: "approval", workstreamId, requestId: id, ask: short(`allow ${body.wanted}`) };
    case "question":
      return { kind: "question", workstreamId, requestId: id, ask: short(body.questions[0]?.text ?? "a question") };
  }
}

function workstreamNeeds(workstream: Workstream, stalled: boolean): Need[] {
  const { id: workstreamId, phase, reason } = workstream;
  const found: Need[] = [];
  if (workstream.frozen !== undefined) found.push({ kind: "frozen", workstreamId, ask: short(workstream.frozen) });
  if (stalled) found.push({ kind: "stalled", workstreamId, ask: "no sign of life from the agent" });
  if (phase === "ready") found.push({ kind: "ready", workstreamId, ask: "ready" });
  if (phase === "failed") found.push({ kind: "failed", workstreamId, ask: short(reason ?? "it failed") });
  if (phase === "stopped" && reason?.startsWith(budgetReason) === true) {
    found.push({ kind: "budget", workstreamId, ask: short(reason) });
  }
  if (phase === "asking" && reason !== undefined) {
    found.push({
      kind: workstream.gates.clean?.verdict === "failed" ? "rounds" : "question",
      workstreamId,
      ask: short(reason),
    });
  }
  return found;
}

/** How every sentence about a used-up budget begins. */
export const budgetReason = "Budget used up";

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`;
}
