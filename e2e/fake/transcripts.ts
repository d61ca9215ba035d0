import { transcriptBlock, type Item } from "../../src/contract/items.ts";
import type { Detail, TranscriptPage } from "../../src/contract/procedures.ts";
import type { Workstream } from "../../src/contract/states.ts";
import { noTokens, type Spent, type TurnFacts, type Usage } from "../../src/contract/usage.ts";

interface Asked {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly around?: number | undefined;
  readonly limit: number;
}

/** A page of a transcript as the engine would tell it; ordinals count from 1 without gaps. */
export function pageOf({ items: all, turns }: Detail, asked: Asked): TranscriptPage {
  const last = all.at(-1)?.ordinal ?? 0;
  const [from, to] = stretch(asked, last);
  const items = all.slice(from, to);
  return { items, more: from > 0, newer: from + items.length < last, last, turns: turnsOf(turns, items) };
}

function stretch({ before, after, around, limit }: Asked, last: number): [from: number, to: number] {
  if (around !== undefined) {
    const middle = Math.max(0, around - 1 - Math.floor(limit / 2));
    const from = middle - (middle % transcriptBlock);
    return [from, from + limit];
  }
  if (after !== undefined) return [after, after + limit];
  const end = before === undefined ? last : before - 1;
  return [Math.max(0, end - limit), end];
}

/** What a subscription begins with. */
export function newestOf(detail: Detail): Detail {
  const last = detail.items.at(-1)?.ordinal ?? 0;
  const over = Math.max(0, last - 100) % transcriptBlock;
  const { items, more, turns } = pageOf(detail, { limit: 100 + over });
  return { ...detail, items, more, turns };
}

function turnsOf(turns: readonly TurnFacts[], items: readonly Item[]): TurnFacts[] {
  const present = new Set(items.map(({ turnId }) => turnId));
  return turns.filter(({ id }) => present.has(id));
}

export function findIn(
  { items }: Detail,
  { text, from, way }: { readonly text: string; readonly from: number; readonly way: "older" | "newer" },
): { found?: number; to: number; done: boolean } {
  const wanted = text.toLowerCase();
  const inWay = way === "older" ? items.slice(0, Math.max(0, from - 1)).toReversed() : items.slice(from);
  const slice = inWay.slice(0, 2_000);
  const found = slice.find(({ body }) => JSON.stringify(body).toLowerCase().includes(wanted))?.ordinal;
  const to = slice.at(-1)?.ordinal ?? from;
  return found === undefined ? { to, done: slice.length === inWay.length } : { found, to: found, done: false };
}

/** So many tokens, most of them read. */
export function spent(total: number, minutes: number): Spent {
  const output = Math.floor(total / 8);
  const input = total - output;
  return { tokens: { ...noTokens, input, cached: Math.floor(input / 2), output, total }, minutes };
}

export function usageOf({ spent: all, budget, phase }: Workstream, { turns }: Detail): Usage {
  return {
    spent: all,
    budget,
    turns: turns.slice(-200),
    moreTurns: turns.length > 200,
    phases: [
      { phase: "working", ms: 1_260_000 },
      { phase: "asking", ms: 340_000 },
      { phase: "gating", ms: 9_000 },
      ...(["working", "asking", "gating"].includes(phase) ? [] : [{ phase, ms: 120_000 }]),
    ],
    since: Date.now() - 1_800_000,
    human: {
      focusedMs: 48_300,
      commands: [
        { name: "workstream.steer", count: 3, focusedMs: 31_000 },
        { name: "workstream.answer", count: 2, focusedMs: 17_300 },
      ],
      continues: 1,
    },
  };
}
