import {
  countDownstream,
  isStandingStill,
  liveItems,
  rankAttention,
  splitOf,
  splits,
  type Split,
} from "../../contract/attention.ts";
import type { AttentionId } from "../../contract/ids.ts";
import type { Request } from "../../contract/requests.ts";
import type { AttentionItem, FleetState } from "../../contract/states.ts";
import { counted } from "./format.ts";
import type { Listed, QueueState } from "./queue-store.ts";

/** One line of the queue: plain values, so that it is drawn again only when what it shows has changed. */
export interface QueueRow {
  readonly id: AttentionId;
  readonly item: AttentionItem;
  readonly number: number | undefined;
  readonly name: string;
  readonly ask: string;
  /** What it costs to let it wait. */
  readonly cost: string;
  readonly suggestion: string | undefined;
  /** Whether it was settled elsewhere, and only keeps its place until the order is applied. */
  readonly gone: boolean;
}

export interface QueueView {
  readonly rows: readonly QueueRow[];
  readonly counts: Readonly<Record<Split, number>>;
  /** How many arrived in this split since the order was applied. */
  readonly arrived: number;
}

const clockStep = 10_000;

/** The time as the queue takes it: in steps, so that all who ask within one are told the same. */
export function queueNow(): number {
  return Math.floor(Date.now() / clockStep) * clockStep;
}

/** Puts everything in its order anew. What was selected stays so, or gives way to what took its place. */
export function listAnew(state: QueueState, fleet: FleetState, now: number): QueueState {
  const listed = rankAttention(liveItems(fleet), fleet, now)
    .map((item) => ({ item, split: splitOf(item, fleet, now, state.muted) }))
    .filter(({ item, split }) => state.away.get(item.id) !== split);
  const selected = rowIn(state, rowsOf(state, fleet, now))?.id ?? state.selected;
  return { ...state, listed, selected, mine: new Set() };
}

/**
 * What the fleet's news change by themselves: where nothing is left that could move under the cursor, what is new is shown
 * at once, and so is what the human asked back.
 */
export function takeNews(before: QueueState, fleet: FleetState, now: number): QueueState {
  const state = forgetSettled(before, fleet, now);
  const back = liveItems(fleet).filter(
    (item) => state.welcome.has(item.id) && splitOf(item, fleet, now, state.muted) !== "snoozed",
  );
  const [first] = back;
  if (first !== undefined) {
    const welcome = new Set([...state.welcome].filter((id) => !back.some((item) => item.id === id)));
    const split = splitOf(first, fleet, now, state.muted);
    const away = new Map([...state.away].filter(([id]) => !back.some((item) => item.id === id)));
    return { ...listAnew({ ...state, welcome, away, split }, fleet, now), selected: first.id };
  }
  if (rowsOf(state, fleet, now).some(({ gone }) => !gone)) return state;
  const anew = listAnew(state, fleet, now);
  return anew.listed.length === 0 && state.listed.length === 0 ? state : anew;
}

/** What was decided and has left the place it was decided in need not be hidden any longer. */
function forgetSettled(state: QueueState, fleet: FleetState, now: number): QueueState {
  const left = [...state.away].filter(([id, split]) => {
    const item = fleet.attention[id];
    return item !== undefined && splitOf(item, fleet, now, state.muted) === split;
  });
  return left.length === state.away.size ? state : { ...state, away: new Map(left) };
}

/** Hides what was decided, selects what comes next, and applies the order. */
export function putAside(
  state: QueueState,
  fleet: FleetState,
  now: number,
  decided: ReadonlySet<AttentionId>,
): QueueState {
  const rows = rowsOf(state, fleet, now);
  const at = rows.findIndex(({ id }) => id === rowIn(state, rows)?.id);
  const left = (row: QueueRow): boolean => !decided.has(row.id) && !row.gone;
  const here = rows[at];
  const next =
    here !== undefined && left(here)
      ? here
      : (rows.slice(at + 1).find(left) ?? rows.slice(0, Math.max(0, at)).findLast(left));
  const away = new Map(state.away);
  for (const id of decided) {
    const item = fleet.attention[id];
    if (item !== undefined) away.set(id, splitOf(item, fleet, now, state.muted));
  }
  return listAnew({ ...state, away, marked: new Set(), selected: next?.id, why: false }, fleet, now);
}

/** Shows again what was hidden, for what was meant to become of it did not. */
export function takeBack(state: QueueState, fleet: FleetState, now: number, ids: ReadonlySet<AttentionId>): QueueState {
  const away = new Map([...state.away].filter(([id]) => !ids.has(id)));
  return listAnew({ ...state, away }, fleet, now);
}

/** The rows of the present split, in the order that was last applied. */
function rowsOf(state: QueueState, fleet: FleetState, now: number): QueueRow[] {
  const downstream = countDownstream(fleet);
  return state.listed.flatMap(({ item: before, split }) => {
    if (split !== state.split) return [];
    const item = fleet.attention[before.id];
    const gone = item === undefined || !isShown(item, fleet) || splitOf(item, fleet, now, state.muted) !== split;
    if (gone && isMine(before, state)) return [];
    if (!gone && state.away.get(before.id) === split) return [];
    const shown = item ?? before;
    const elsewhere = item !== undefined && isShown(item, fleet) ? "in another split" : "settled";
    return [rowOf(shown, fleet, gone ? elsewhere : costOf(shown, fleet, downstream(shown)), gone)];
  });
}

function isShown(item: AttentionItem, fleet: FleetState): boolean {
  return liveItems({ attention: { [item.id]: item }, workstreams: fleet.workstreams }).length > 0;
}

function isMine({ id, workstreamId, projectId, requestId }: AttentionItem, { mine, away }: QueueState): boolean {
  return away.has(id) || [workstreamId, projectId, requestId].some((about) => about !== undefined && mine.has(about));
}

function rowOf(item: AttentionItem, fleet: FleetState, cost: string, gone: boolean): QueueRow {
  const workstream = item.workstreamId === undefined ? undefined : fleet.workstreams[item.workstreamId];
  const project = item.projectId === undefined ? undefined : fleet.projects[item.projectId];
  const request = item.requestId === undefined ? undefined : fleet.requests[item.requestId];
  return {
    id: item.id,
    item,
    number: workstream?.number,
    name: workstream?.name ?? project?.name ?? "the fleet",
    ask: item.kind === "ready" && workstream !== undefined ? readyLine(workstream) : item.ask,
    cost,
    suggestion: request === undefined ? undefined : suggestedAnswer(request)?.label,
    gone,
  };
}

function readyLine({ diff, ticket }: FleetState["workstreams"][string]): string {
  if (diff === undefined) return ticket.title;
  return `+${String(diff.added)} −${String(diff.removed)} in ${counted(diff.files, "file")} · ${ticket.title}`;
}

function costOf(
  item: AttentionItem,
  fleet: FleetState,
  { queued, attempts }: ReturnType<ReturnType<typeof countDownstream>>,
): string {
  if (queued > 0) return `${String(queued)} queued behind`;
  if (attempts > 0) return `holds up ${String(attempts)}`;
  if (isStandingStill(item, fleet)) return "stands still";
  return item.kind === "ready" ? "done" : "goes on";
}

/** The answer that the author itself recommends; it marks at most one. */
export function suggestedAnswer({ body }: Request): { readonly number: number; readonly label: string } | undefined {
  if (body.kind !== "question" || body.questions.length !== 1) return undefined;
  const options = body.questions[0]?.options ?? [];
  const marked = options.filter(({ label }) => recommended.test(label));
  const [only] = marked;
  if (only === undefined || marked.length > 1) return undefined;
  return { number: options.indexOf(only) + 1, label: only.label.replace(recommended, "").trim() };
}

const recommended = /\s*\(recommended\)\s*$/i;

/** The row that keys act on: the selected one, else the one that took its place. */
export function rowIn(state: QueueState, rows: readonly QueueRow[]): QueueRow | undefined {
  const exact = rows.find(({ id }) => id === state.selected);
  if (exact !== undefined) return exact;
  const places = new Map(state.listed.map(({ item }, at) => [item.id, at]));
  const was = state.selected === undefined ? undefined : places.get(state.selected);
  if (was === undefined) return rows[0];
  return rows.find(({ id }) => (places.get(id) ?? -1) > was) ?? rows.at(-1);
}

/** The queue as it is shown. Rows, and the whole, keep their identity as long as they say the same. */
export type ReadQueue = (state: QueueState, fleet: FleetState, now: number) => QueueView;

export function createReadQueue(): ReadQueue {
  let asked: { state: QueueState; fleet: FleetState; now: number } | undefined;
  let last: QueueView = { rows: [], counts: countIn([], new Map()), arrived: 0 };
  return (state, fleet, now) => {
    if (asked?.state === state && asked.fleet === fleet && asked.now === now) return last;
    asked = { state, fleet, now };
    const known = new Map(last.rows.map((row) => [row.id, row]));
    const rows = rowsOf(state, fleet, now).map((row) => keepIfSame(known.get(row.id), row));
    const live = liveItems(fleet).map((item) => ({ item, split: splitOf(item, fleet, now, state.muted) }));
    const counts = countIn(live, state.away);
    const listed = new Set(state.listed.filter(({ split }) => split === state.split).map(({ item }) => item.id));
    const arrived = live.filter(({ item, split }) => split === state.split && !listed.has(item.id)).length;
    const same =
      arrived === last.arrived &&
      splits.every((split) => counts[split] === last.counts[split]) &&
      rows.length === last.rows.length &&
      rows.every((row, at) => row === last.rows[at]);
    if (!same) last = { rows, counts, arrived };
    return last;
  };
}

function countIn(live: readonly Listed[], away: ReadonlyMap<AttentionId, Split>): Record<Split, number> {
  const counts: Record<Split, number> = { blocking: 0, review: 0, land: 0, fyi: 0, snoozed: 0 };
  for (const { item, split } of live) if (away.get(item.id) !== split) counts[split] += 1;
  return counts;
}

function keepIfSame(before: QueueRow | undefined, row: QueueRow): QueueRow {
  const same =
    before !== undefined &&
    before.item === row.item &&
    before.name === row.name &&
    before.ask === row.ask &&
    before.cost === row.cost &&
    before.suggestion === row.suggestion &&
    before.gone === row.gone;
  return same ? before : row;
}
