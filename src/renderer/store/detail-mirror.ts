import { isDetail } from "../../contract/events.ts";
import type { TurnId } from "../../contract/ids.ts";
import type { Item } from "../../contract/items.ts";
import { foldReview } from "../../contract/review-fold.ts";
import type { Detail, DetailFrame } from "../../contract/procedures.ts";
import type { Spent, TurnFacts } from "../../contract/usage.ts";
import { withItem, withSnapshotItems, type TranscriptWindow } from "./transcript-window.ts";

/** One workstream in full, and the stretch of its transcript that is in memory. */
export interface DetailMirror extends Omit<Detail, "items" | "more" | "turns">, TranscriptWindow {
  readonly seq: number;
  readonly turns: Readonly<Record<TurnId, TurnFacts>>;
  /** What it had spent when that was last told. */
  readonly spent?: Spent;
}

type Told = Exclude<DetailFrame, { kind: "deltas" }>;

/** Takes one frame of a workstream's feed in; streamed text goes its own way. Anything before the first snapshot is dropped. */
export function applyDetailFrame(mirror: DetailMirror | undefined, frame: Told): DetailMirror | undefined {
  if (frame.kind === "snapshot") return withSnapshot(mirror, frame.detail, frame.seq);
  return mirror === undefined ? undefined : frame.envelopes.reduce(withEnvelope, mirror);
}

function withSnapshot(before: DetailMirror | undefined, detail: Detail, seq: number): DetailMirror {
  const { items, more, turns, ...rest } = detail;
  const spent = turns.at(-1)?.after;
  return {
    ...rest,
    ...withSnapshotItems(before, items, more),
    seq,
    turns: withTurns(before?.turns ?? {}, turns),
    ...(spent === undefined ? {} : { spent }),
  };
}

type DetailEnvelope = Extract<DetailFrame, { kind: "events" }>["envelopes"][number];

function withEnvelope(mirror: DetailMirror, { seq, at, event }: DetailEnvelope): DetailMirror {
  if (seq <= mirror.seq) return mirror;
  const next = { ...mirror, seq, review: foldReview(mirror.review, event, at) ?? mirror.review };
  switch (event.type) {
    case "usage.counted":
      return { ...next, spent: event.spent };
    case "turn.opened": {
      const { id, number, cause, startedAt } = event.turn;
      const before = mirror.spent === undefined ? {} : { before: mirror.spent };
      return { ...next, turns: { ...mirror.turns, [id]: { id, number, cause, openedAt: startedAt, ...before } } };
    }
    case "turn.ended": {
      const turn = mirror.turns[event.turnId];
      if (turn === undefined) return next;
      const after = mirror.spent === undefined ? {} : { after: mirror.spent };
      const problem = event.problem === undefined ? {} : { problem: event.problem.message };
      const ended: TurnFacts = { ...turn, endedAt: at, outcome: event.outcome, ...after, ...problem };
      return { ...next, turns: { ...mirror.turns, [turn.id]: ended } };
    }
    default:
  }
  if (!isDetail(event)) return next;
  switch (event.type) {
    case "item.upserted":
      return { ...next, ...withItem(mirror, event.item) };
    case "plan.updated":
      return { ...next, plan: event.steps };
    case "note.recorded":
      return { ...next, notes: [...mirror.notes, { at: event.at, text: event.text }].slice(-100) };
    default:
      return next;
  }
}

/** Adds what a page told of its turns, and forgets those of which nothing is in memory any more. */
export function withTurns(
  before: DetailMirror["turns"],
  told: readonly TurnFacts[],
  items?: readonly Item[],
): DetailMirror["turns"] {
  const all = { ...before, ...Object.fromEntries(told.map((turn) => [turn.id, turn])) };
  if (items === undefined) return all;
  const present = new Set(items.map(({ turnId }) => turnId));
  return Object.fromEntries(Object.entries(all).filter(([id, turn]) => present.has(id) || turn.endedAt === undefined));
}
