import type { Event } from "../../contract/events.ts";
import { conflictInWords } from "../../contract/forecast.ts";
import { projectIdSchema, workstreamIdSchema, type AttentionId } from "../../contract/ids.ts";
import {
  restingPhases,
  type AttentionItem,
  type AttentionKind,
  type FleetState,
  type Loosening,
  type Project,
  type Workstream,
} from "../../contract/states.ts";
import type { Request } from "../../contract/requests.ts";
import { shellWord } from "../../contract/shell-word.ts";
import type { Loaded } from "../storage/storage.ts";

/** One thing that needs the human, before it has an id and a time. */
export interface Need {
  readonly kind: AttentionKind;
  readonly workstreamId?: string;
  readonly projectId?: string;
  readonly requestId?: string;
  readonly ask: string;
}

/** What the engine knows beside the rows. */
export interface Signs {
  /** Workstreams that fell silent. */
  readonly stalled: ReadonlySet<string>;
  /** Stored rows that could not be read. */
  readonly damaged: Loaded["damaged"];
  /** What is said of a disk that is nearly full. */
  readonly low: string | undefined;
}

/** What needs a human, by a key that holds as long as the cause does. Pure. */
export function needs(state: FleetState, { stalled, damaged, low }: Signs): Map<string, Need> {
  const found = new Map<string, Need>();
  const add = (need: Need) => {
    if (!found.has(keyOf(need))) found.set(keyOf(need), need);
  };
  // The first of a kind stands for all of its workstream; what the author waits for comes before what the engine says.
  for (const request of Object.values(state.requests).sort(byAge)) add(requestNeed(request));
  for (const workstream of Object.values(state.workstreams)) {
    for (const need of workstreamNeeds(workstream, stalled.has(workstream.id))) add(need);
  }
  for (const need of damageNeeds(damaged)) add(need);
  if (low !== undefined) add({ kind: "disk", ask: short(low) });
  for (const project of Object.values(state.projects)) {
    for (const need of projectNeeds(project)) add(need);
  }
  return found;
}

function byAge(a: Request, b: Request): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1);
}

/**
 * What brings the items that are `present` into line with what is `wanted`. One the human put away (no item, though its
 * cause was `known`) stays away until its cause has gone and come again. Pure but for the ids it asks for.
 */
export function attentionChanges(
  present: Iterable<AttentionItem>,
  known: ReadonlyMap<string, Need>,
  wanted: ReadonlyMap<string, Need>,
  made: { readonly at: number; readonly newId: () => AttentionId },
): Event[] {
  const changes: Event[] = [];
  const kept = new Set<string>();
  for (const item of present) {
    const need = wanted.get(keyOf(item));
    if (need !== undefined && isSame(need, item) && !kept.has(keyOf(item))) kept.add(keyOf(item));
    else changes.push({ type: "attention.cleared", attentionId: item.id });
  }
  for (const [key, need] of wanted) {
    const before = known.get(key);
    const putAway = before !== undefined && isSame(before, need);
    if (!kept.has(key) && !putAway)
      changes.push({ type: "attention.raised", item: { id: made.newId(), at: made.at, ...need } });
  }
  return changes;
}

/** Whether both have the same cause. How it is put may change with the cause: such an item is another one. */
function isSame(one: Need, other: Need | AttentionItem): boolean {
  return one.requestId === other.requestId && one.ask === other.ask;
}

/** At most one item per workstream and kind. */
export function keyOf(need: Pick<AttentionItem, "kind" | "workstreamId" | "projectId">): string {
  return `${need.kind}:${need.workstreamId ?? need.projectId ?? "fleet"}`;
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
  const { id: workstreamId, phase, reason, place, forecast } = workstream;
  const found: Need[] = [];
  if (workstream.frozen !== undefined) found.push({ kind: "frozen", workstreamId, ask: short(workstream.frozen) });
  if (stalled) found.push({ kind: "stalled", workstreamId, ask: "no sign of life from the agent" });
  const conflict = forecast && conflictInWords(forecast, place.base, 3);
  if (conflict !== undefined && !restingPhases.includes(phase))
    found.push({ kind: "conflict", workstreamId, ask: short(conflict) });
  if (phase === "ready") found.push({ kind: "ready", workstreamId, ask: "ready" });
  if (phase === "failed") found.push({ kind: "failed", workstreamId, ask: short(reason ?? "it failed") });
  if (phase === "stopped" && reason?.startsWith(budgetReason) === true) {
    found.push({ kind: "budget", workstreamId, ask: short(reason) });
  }
  if (phase === "asking" && reason !== undefined) {
    found.push({
      kind: askingKind(workstream),
      workstreamId,
      ask: short(reason),
    });
  }
  return found;
}

function projectNeeds({ id: projectId, name, policy, allowed = [] }: Project): Need[] {
  const found: Need[] = [];
  if (policy.rejected !== undefined) {
    found.push({ kind: "policy", projectId, ask: short(`${name}: ${policy.rejected.message}`) });
  }
  const wanted = (policy.asks ?? []).filter((loosening) => !allowed.includes(loosening));
  if (wanted.length > 0) {
    const asks = wanted.map((loosening) => looseningNames[loosening]).join(" and ");
    const words = wanted.map((loosening) => `\`cox allow ${loosening} --project ${shellWord(name)}\``).join(" and ");
    const next = `Until ${words} they are held as usual.`;
    found.push({ kind: "consent", projectId, ask: short(`${name}: its WORKFLOW.md asks for ${asks}. ${next}`) });
  }
  return found;
}

const looseningNames: Readonly<Record<Loosening, string>> = {
  "no-confinement": "authors that nothing confines",
  "unconfined-commands": "hooks that nothing confines",
};

/** Attention is reckoned anew and limits are told anew, so only the other rows are missed by anybody. */
function damageNeeds(damaged: Loaded["damaged"]): Need[] {
  const missed = damaged.filter(({ table }) => table !== "attention" && table !== "rateLimits");
  const own = missed.flatMap(({ table, id }): Need[] => {
    const ask = short(`${id} could not be read from the database and is left alone. Run \`cox doctor\`.`);
    if (table === "workstreams" && isId(workstreamIdSchema, id)) return [{ kind: "frozen", workstreamId: id, ask }];
    if (table === "projects" && isId(projectIdSchema, id)) return [{ kind: "frozen", projectId: id, ask }];
    return [];
  });
  const others = missed.length - own.length;
  if (others === 0) return own;
  const ask = `${others} stored rows (requests, words, settings) could not be read. Run \`cox doctor\`, and say again what is missing.`;
  return [...own, { kind: "frozen", ask }];
}

/** The key of a damaged row may be damaged as well. */
function isId(schema: typeof workstreamIdSchema, id: string): boolean {
  return schema.safeParse(id).success;
}

function askingKind(workstream: Workstream): AttentionKind {
  const { gates, reason } = workstream;
  if (gates.harness?.verdict === "pending" && gates.harness.why === reason) return "harness";
  return isAboutRounds(workstream) ? "rounds" : "question";
}

/** Whether it asks because the clean gate failed once too often, and not because of what happened in a turn since. */
function isAboutRounds({ gates, turn }: Workstream): boolean {
  return gates.clean?.verdict === "failed" && gates.clean.at >= (turn?.endedAt ?? 0);
}

/** How every sentence about a used-up budget begins. */
export const budgetReason = "Budget used up";

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`;
}
