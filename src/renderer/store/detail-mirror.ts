import { isDetail } from "../../contract/events.ts";
import type { Item, ItemBody } from "../../contract/items.ts";
import { itemTextLimit } from "../../contract/items.ts";
import { foldReview } from "../../contract/review-fold.ts";
import type { Detail, DetailFrame } from "../../contract/procedures.ts";

/** One workstream in full, as far as its transcript was read. Items are in the order of their ordinals. */
export interface DetailMirror extends Detail {
  readonly seq: number;
}

/** Takes one frame of a workstream's feed in. Anything before the first snapshot is dropped. */
export function applyDetailFrame(mirror: DetailMirror | undefined, frame: DetailFrame): DetailMirror | undefined {
  if (frame.kind === "snapshot") return { ...frame.detail, seq: frame.seq };
  if (mirror === undefined) return undefined;
  if (frame.kind === "deltas") {
    const items = frame.deltas.reduce((before, delta) => withDelta(before, delta.itemId, delta.text), mirror.items);
    return { ...mirror, items };
  }
  return frame.envelopes.reduce(withEnvelope, mirror);
}

type DetailEnvelope = Extract<DetailFrame, { kind: "events" }>["envelopes"][number];

function withEnvelope(mirror: DetailMirror, { seq, event, at }: DetailEnvelope): DetailMirror {
  if (seq <= mirror.seq) return mirror;
  const next = { ...mirror, seq, review: foldReview(mirror.review, event, at) ?? mirror.review };
  if (!isDetail(event)) return next;
  switch (event.type) {
    case "item.upserted":
      return { ...next, items: withItem(mirror.items, event.item) };
    case "plan.updated":
      return { ...next, plan: event.steps };
    case "note.recorded":
      return { ...next, notes: [...mirror.notes, { at: event.at, text: event.text }].slice(-100) };
    default:
      return next;
  }
}

/** Puts an item in its place; what was streamed for it so far is replaced by what the engine holds. */
function withItem(items: Item[], item: Item): Item[] {
  const known = items.findLastIndex((other) => other.id === item.id);
  if (known !== -1) return items.with(known, item);
  const before = items.findLastIndex((other) => other.ordinal < item.ordinal);
  return items.toSpliced(before + 1, 0, item);
}

function withDelta(items: Item[], id: string, text: string): Item[] {
  const at = items.findLastIndex((item) => item.id === id);
  const item = items[at];
  if (item === undefined) return items;
  return items.with(at, { ...item, body: withText(item.body, text) });
}

function withText(body: ItemBody, text: string): ItemBody {
  switch (body.kind) {
    case "message":
    case "reasoning":
      return { ...body, text: (body.text + text).slice(0, itemTextLimit) };
    case "command":
      return { ...body, output: (body.output + text).slice(-itemTextLimit) };
    case "tool":
      return { ...body, result: (body.result + text).slice(0, itemTextLimit) };
    case "words":
    case "edit":
    case "notice":
      return body;
  }
}

/** Adds an older page in front. */
export function withOlder(mirror: DetailMirror, page: { items: Item[]; more: boolean }): DetailMirror {
  const first = mirror.items[0]?.ordinal ?? Infinity;
  return { ...mirror, items: [...page.items.filter((item) => item.ordinal < first), ...mirror.items], more: page.more };
}
