import { rankAttention } from "../../contract/attention.ts";
import type { Request } from "../../contract/requests.ts";
import type { AttentionItem, AttentionKind, FleetState, Phase, Workstream } from "../../contract/states.ts";
import { sizeOnDisk } from "../../contract/size.ts";
import { clock } from "./format.ts";

/** Where a workstream stands, in the closed set that the human sees. */
export const statuses = ["working", "asks you", "blocked", "gating", "ready", "landing", "landed", "stopped"] as const;
export type Status = (typeof statuses)[number];

/** A workstream with everything about it that waits for the human. */
export interface Standing {
  readonly workstream: Workstream;
  readonly status: Status;
  /** Unanswered requests, oldest first. */
  readonly requests: readonly Request[];
  /** Most urgent first. */
  readonly attention: readonly AttentionItem[];
  /** What it does or waits for, in one line. */
  readonly line: string;
  /** Whether its status is working and nobody works on it yet: it waits for a place, its worktree or the next try. */
  readonly still: boolean;
  /** Since when it needs the human, or since when its turn runs. */
  readonly since: number;
}

const blocking: ReadonlySet<AttentionKind> = new Set(["failed", "stalled", "budget", "rounds", "frozen"]);

const statusOfPhase: Readonly<Record<Phase, Status>> = {
  queued: "working",
  preparing: "working",
  working: "working",
  asking: "asks you",
  gating: "gating",
  ready: "ready",
  landing: "landing",
  landed: "landed",
  rework: "working",
  stopped: "stopped",
  failed: "blocked",
  archived: "stopped",
  paused: "stopped",
  deleting: "stopped",
};

function statusOf(workstream: Workstream, requests: readonly Request[], attention: readonly AttentionItem[]): Status {
  if (workstream.frozen !== undefined) return "blocked";
  const plain = statusOfPhase[workstream.phase];
  if (plain === "stopped" || plain === "landed") return plain;
  if (requests.length > 0) return "asks you";
  if (attention.some((item) => blocking.has(item.kind))) return "blocked";
  return plain;
}

export function standingOf(
  workstream: Workstream,
  requests: readonly Request[],
  attention: readonly AttentionItem[],
): Standing {
  const status = statusOf(workstream, requests, attention);
  return {
    workstream,
    status,
    requests,
    attention,
    line: lineOf(workstream, status, requests[0], attention[0]),
    still: status === "working" && (isBefore(workstream) || workstream.retryAt !== undefined),
    since: sinceOf(workstream, status, requests[0], attention[0]),
  };
}

function isBefore({ phase }: Workstream): boolean {
  return phase === "queued" || phase === "preparing";
}

function lineOf(workstream: Workstream, status: Status, request?: Request, item?: AttentionItem): string {
  if (request !== undefined && status === "asks you") return askLine(request);
  if (workstream.frozen !== undefined) return `frozen: ${workstream.frozen}`;
  if (status === "blocked") return item?.ask ?? workstream.reason ?? "It cannot go on by itself.";
  if (status === "asks you") return workstream.reason ?? item?.ask ?? "It waits for you.";
  if (status === "stopped") return workstream.reason ?? restLine(workstream);
  return waitLine(workstream, status) ?? (workstream.line || (workstream.reason ?? workstream.ticket.title));
}

function restLine({ phase, freed }: Workstream): string {
  if (phase === "deleting") return "being deleted";
  if (phase !== "paused") return "Stopped.";
  if (freed === undefined) return "giving up its folder";
  return freed.bytes === undefined ? "paused" : `paused; ${sizeOnDisk(freed.bytes)} freed`;
}

/** What one that is still waits for. */
function waitLine(workstream: Workstream, status: Status): string | undefined {
  if (workstream.phase === "queued") return workstream.reason ?? "waiting for a place";
  if (workstream.phase === "preparing") return workstream.reason ?? "setting up the worktree";
  if (status === "working" && workstream.retryAt !== undefined) return nextTry(workstream, workstream.retryAt);
  return undefined;
}

function nextTry({ turn }: Workstream, at: number): string {
  const why = turn?.problem === undefined ? "" : `: ${turn.problem.message}`;
  return `trying again at ${clock(at)}${why}`;
}

/** The ask of a request in one line. */
export function askLine({ body }: Request): string {
  switch (body.kind) {
    case "command":
      return `allow ${body.command}`;
    case "edit":
      return `allow changes to ${body.paths.length === 1 ? (body.paths[0] ?? "") : `${String(body.paths.length)} files`}`;
    case "tool":
      return `allow the tool ${body.tool}`;
    case "permissions":
      return `allow ${body.wanted}`;
    case "question":
      return body.questions[0]?.text ?? "A question";
  }
}

function sinceOf(workstream: Workstream, status: Status, request?: Request, item?: AttentionItem): number {
  if (status === "asks you" && request !== undefined) return request.at;
  if (item !== undefined) return item.at;
  const { turn } = workstream;
  return turn?.endedAt ?? turn?.startedAt ?? workstream.createdAt;
}

/** Every workstream that is not put away, in the order of its number. Rows that did not change keep their identity. */
export type Standings = (fleet: FleetState) => readonly Standing[];

export function createStandings(): Standings {
  let lastFleet: FleetState | undefined;
  let last: readonly Standing[] = [];
  return (fleet) => {
    if (fleet === lastFleet) return last;
    const known = new Map(last.map((standing) => [standing.workstream.id, standing]));
    const requests = Map.groupBy(oldestFirst(Object.values(fleet.requests)), (request) => request.workstreamId);
    const attention = Map.groupBy(rankAttention(Object.values(fleet.attention), fleet, 0), (item) => item.workstreamId);
    lastFleet = fleet;
    last = Object.values(fleet.workstreams)
      .filter((workstream) => workstream.phase !== "archived")
      .toSorted((a, b) => a.number - b.number)
      .map((workstream) =>
        keepIfSame(
          known.get(workstream.id),
          workstream,
          requests.get(workstream.id) ?? [],
          attention.get(workstream.id) ?? [],
        ),
      );
    return last;
  };
}

function oldestFirst(requests: readonly Request[]): Request[] {
  return requests.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function keepIfSame(
  before: Standing | undefined,
  workstream: Workstream,
  requests: readonly Request[],
  attention: readonly AttentionItem[],
): Standing {
  const same =
    before !== undefined &&
    before.workstream === workstream &&
    sameRows(before.requests, requests) &&
    sameRows(before.attention, attention);
  return same ? before : standingOf(workstream, requests, attention);
}

function sameRows<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((row, at) => row === b[at]);
}

/** How many workstreams stand where, leaving out what does not occur. */
export function countStatuses(standings: readonly Standing[]): { status: Status; count: number }[] {
  return statuses
    .map((status) => ({ status, count: standings.filter((standing) => standing.status === status).length }))
    .filter(({ count }) => count > 0);
}
