import type { AttentionItem, AttentionKind } from "./states.ts";

/** How much it costs to leave a kind alone, 1 to 9. */
const severity: Readonly<Record<AttentionKind, number>> = {
  approval: 9,
  question: 8,
  frozen: 7,
  failed: 7,
  /** Everything stops when it is full. */
  disk: 7,
  stalled: 5,
  budget: 5,
  rounds: 5,
  harness: 5,
  consent: 5,
  policy: 4,
  /** Nobody waits for it: its work is done and safe. */
  ready: 3,
};

/** How urgently an item needs the human: severity × 1000 + 10 for each minute it has been waiting. */
function urgency(item: AttentionItem, now: number): number {
  const waitedMinutes = Math.max(0, now - item.at) / 60_000;
  return severity[item.kind] * 1_000 + waitedMinutes * 10;
}

function isSnoozed({ snoozedUntil }: AttentionItem, now: number): boolean {
  return snoozedUntil !== undefined && snoozedUntil > now;
}

/**
 * Most urgent first; equal ones in the order they came. Snoozed items come after all others until their time has come,
 * however long they wait. Does not change its argument.
 */
export function rankAttention(items: Iterable<AttentionItem>, now: number): AttentionItem[] {
  return [...items].sort(
    (a, b) =>
      Number(isSnoozed(a, now)) - Number(isSnoozed(b, now)) ||
      urgency(b, now) - urgency(a, now) ||
      a.at - b.at ||
      (a.id < b.id ? -1 : Number(a.id > b.id)),
  );
}
