import { holdsTurn } from "./requests.ts";
import { isReviewed } from "./review.ts";
import { holdingPhases, type AttentionItem, type AttentionKind, type FleetState } from "./states.ts";

/** As much of the fleet as says what waits for what. */
export type Surroundings = Pick<FleetState, "workstreams" | "requests">;

/** How much it costs to leave a kind alone, 1 to 9. */
const severity: Readonly<Record<AttentionKind, number>> = {
  approval: 9,
  question: 8,
  frozen: 7,
  failed: 7,
  /** Everything stops when it is full. */
  disk: 7,
  /** The later it is resolved the more of the work rests on it. */
  conflict: 7,
  stalled: 5,
  budget: 5,
  rounds: 5,
  harness: 5,
  consent: 5,
  policy: 4,
  /** Nobody waits for it: its work is done and safe. */
  ready: 3,
};

/** Of a question whose author goes on meanwhile. */
const patientSeverity = 4;

/** More of them make an item no more urgent than a kind that is worse by one grade. */
const mostDownstream = 5;

/** One reason for an item's place, with what it adds to its urgency. */
export interface RankPart {
  readonly of: "kind" | "waiting" | "downstream";
  readonly points: number;
  /** In words for the human. */
  readonly why: string;
}

export interface Rank {
  readonly score: number;
  readonly parts: readonly RankPart[];
  /** Whether it stands behind everything that is not. */
  readonly snoozedUntil: number | undefined;
}

/** Counted once for all items: who waits for a place in a project, and whose other attempt is done. */
interface Waiting {
  readonly queued: ReadonlyMap<string, number>;
  readonly readyAttempts: ReadonlyMap<string, number>;
}

function waitingIn({ workstreams }: Surroundings): Waiting {
  const queued = new Map<string, number>();
  const readyAttempts = new Map<string, number>();
  for (const workstream of Object.values(workstreams)) {
    const { projectId, phase, retryAt, frozen } = workstream;
    if (phase === "queued" && retryAt === undefined && frozen === undefined) add(queued, projectId);
    if (phase === "ready") add(readyAttempts, ticketOf(workstream));
  }
  return { queued, readyAttempts };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function ticketOf({ projectId, ticket }: FleetState["workstreams"][string]): string {
  return `${projectId} ${ticket.key}`;
}

/** Whether the workstream of an item stands still until the human acts. */
export function isStandingStill(item: AttentionItem, { workstreams, requests }: Surroundings): boolean {
  const workstream = item.workstreamId === undefined ? undefined : workstreams[item.workstreamId];
  if (workstream === undefined) return item.kind === "disk" || item.kind === "frozen";
  if (item.kind === "ready" || item.kind === "conflict") return false;
  const request = item.requestId === undefined ? undefined : requests[item.requestId];
  return request === undefined || holdsTurn(request) || workstream.phase === "asking";
}

interface Downstream {
  /** Workstreams that wait for the place this one holds. */
  readonly queued: number;
  /** Other attempts at its ticket that are done and can be compared once this one is. */
  readonly attempts: number;
}

function downstreamIn(item: AttentionItem, around: Surroundings, waiting: Waiting): Downstream {
  const workstream = item.workstreamId === undefined ? undefined : around.workstreams[item.workstreamId];
  if (workstream === undefined || !isStandingStill(item, around)) return { queued: 0, attempts: 0 };
  const holds = holdingPhases.has(workstream.phase);
  return {
    queued: holds ? (waiting.queued.get(workstream.projectId) ?? 0) : 0,
    attempts: waiting.readyAttempts.get(ticketOf(workstream)) ?? 0,
  };
}

/** Who else waits for each item, as far as the fleet's rows say. They are counted once for all that are asked about. */
export function countDownstream(around: Surroundings): (item: AttentionItem) => Downstream {
  const waiting = waitingIn(around);
  return (item) => downstreamIn(item, around, waiting);
}

function severityOf(item: AttentionItem, around: Surroundings): number {
  return item.kind === "question" && !isStandingStill(item, around) ? patientSeverity : severity[item.kind];
}

function waitedMinutes(item: AttentionItem, now: number): number {
  return Math.max(0, now - item.at) / 60_000;
}

/** Severity × 1000, 10 for each minute it has been waiting, 200 for each that waits for it. */
function urgency(item: AttentionItem, around: Surroundings, waiting: Waiting, now: number): number {
  const { queued, attempts } = downstreamIn(item, around, waiting);
  return (
    severityOf(item, around) * 1_000 + waitedMinutes(item, now) * 10 + Math.min(queued + attempts, mostDownstream) * 200
  );
}

function isSnoozed({ snoozedUntil }: AttentionItem, now: number): boolean {
  return snoozedUntil !== undefined && snoozedUntil > now;
}

/**
 * Most urgent first; equal ones in the order they came. Snoozed items come after all others until their time has come,
 * however long they wait. Does not change its argument.
 */
export function rankAttention(items: Iterable<AttentionItem>, around: Surroundings, now: number): AttentionItem[] {
  const waiting = waitingIn(around);
  return Array.from(items, (item) => ({ item, score: urgency(item, around, waiting, now) }))
    .sort(
      (a, b) =>
        Number(isSnoozed(a.item, now)) - Number(isSnoozed(b.item, now)) ||
        b.score - a.score ||
        a.item.at - b.item.at ||
        (a.item.id < b.item.id ? -1 : Number(a.item.id > b.item.id)),
    )
    .map(({ item }) => item);
}

const kindReasons: Readonly<Record<AttentionKind, string>> = {
  approval: "an author waits for a yes or no",
  question: "an author waits for an answer",
  frozen: "nothing acts on it until you do",
  failed: "it gave up",
  disk: "everything stops when the disk is full",
  stalled: "its agent gives no sign of life",
  budget: "it has nothing left to spend",
  rounds: "its author does not get past a gate",
  harness: "it changes how work is judged",
  consent: "a project asks for what only you can allow",
  policy: "a project's policy could not be read; the last good one holds",
  conflict: "its work no longer merges, and what is built on it makes that worse",
  ready: "its work is done and safe, and nobody waits for it",
};

/** Why an item stands where it stands: the parts of its urgency, which add up to its score. */
export function explainRank(item: AttentionItem, around: Surroundings, now: number): Rank {
  const { queued, attempts } = countDownstream(around)(item);
  const grade = severityOf(item, around);
  const patient = item.kind === "question" && grade === patientSeverity;
  const minutes = Math.floor(waitedMinutes(item, now));
  const parts: RankPart[] = [
    {
      of: "kind",
      points: grade * 1_000,
      why: patient ? "an author asks, and goes on meanwhile" : kindReasons[item.kind],
    },
    { of: "waiting", points: Math.round(waitedMinutes(item, now) * 10), why: `${counted(minutes, "minute")} waited` },
  ];
  if (queued + attempts > 0) {
    const told = [
      ...(queued > 0 ? [`${String(queued)} queued behind its place`] : []),
      ...(attempts > 0 ? [`${counted(attempts, "other attempt")} at its ticket ready to compare`] : []),
    ];
    parts.push({ of: "downstream", points: Math.min(queued + attempts, mostDownstream) * 200, why: told.join(", ") });
  }
  return {
    score: parts.reduce((sum, { points }) => sum + points, 0),
    parts,
    snoozedUntil: isSnoozed(item, now) ? item.snoozedUntil : undefined,
  };
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** What is wanted of the human, in the order in which it is asked. */
export const splits = ["blocking", "review", "land", "fyi", "snoozed"] as const;
export type Split = (typeof splits)[number];

const splitOfKind: Readonly<Record<Exclude<AttentionKind, "ready">, Split>> = {
  approval: "blocking",
  question: "blocking",
  frozen: "blocking",
  failed: "blocking",
  disk: "blocking",
  stalled: "blocking",
  budget: "blocking",
  rounds: "blocking",
  harness: "review",
  consent: "review",
  policy: "fyi",
  conflict: "land",
};

/**
 * The part of the queue that an item belongs to. Of muted workstreams, what nothing waits for counts as snoozed; what blocks
 * cannot be muted.
 */
export function splitOf(
  item: AttentionItem,
  around: Surroundings,
  now: number,
  muted: ReadonlySet<string> = new Set(),
): Split {
  if (isSnoozed(item, now)) return "snoozed";
  const split = splitByKind(item, around);
  return split === "fyi" && item.workstreamId !== undefined && muted.has(item.workstreamId) ? "snoozed" : split;
}

function splitByKind(item: AttentionItem, around: Surroundings): Split {
  if (item.kind === "question" && !isStandingStill(item, around)) return "fyi";
  if (item.kind !== "ready") return splitOfKind[item.kind];
  const workstream = item.workstreamId === undefined ? undefined : around.workstreams[item.workstreamId];
  return workstream !== undefined && isReviewed(workstream) ? "land" : "review";
}

/** What may need the human: of workstreams that were put away, nothing does. */
export function liveItems({ attention, workstreams }: Pick<FleetState, "attention" | "workstreams">): AttentionItem[] {
  return Object.values(attention).filter(({ workstreamId }) => {
    if (workstreamId === undefined) return true;
    const workstream = workstreams[workstreamId];
    return workstream !== undefined && workstream.phase !== "archived";
  });
}

/** What holds work up until the human acts, the oldest first: all that badges count, and notifications and sounds are for. */
export function blockingItems(fleet: Surroundings & Pick<FleetState, "attention">, now: number): AttentionItem[] {
  return liveItems(fleet)
    .filter((item) => splitOf(item, fleet, now) === "blocking")
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}
