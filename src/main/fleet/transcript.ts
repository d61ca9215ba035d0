import type { Event } from "../../contract/events.ts";
import type { Item, ItemBody } from "../../contract/items.ts";
import { itemTextLimit } from "../../contract/items.ts";
import type { AgentItem } from "../agents/agent.ts";

/** How often the text of an item that still grows is stored, in milliseconds. */
const storeEvery = 1_000;

interface Growing {
  item: Item;
  /** Set when the stored item is behind. */
  behind: boolean;
  storedAt: number;
}

/**
 * Turns what an agent tells into the rows of one workstream's transcript: gives items their ordinals, joins streamed text,
 * and bounds how often a growing item is written. Returns events; records nothing itself.
 */
export interface Transcript {
  /** An item begun, changed or ended. */
  upsert(from: AgentItem, place: ItemPlace, now: number): Event[];
  /** Streamed text; stored with the next flush. */
  grow(itemKey: string, text: string): void;
  /** What grew and was not written for a second. */
  flush(now: number): Event[];
  /** What is still open when its turn ends is stored as it stands. */
  endTurn(now: number): Event[];
  /** An item of the engine's own: words sent, a hook's output. */
  add(body: ItemBody, place: Partial<ItemPlace> & { readonly id: string }, now: number): Event[];
}

export interface ItemPlace {
  readonly workstreamId: string;
  readonly threadId: string;
  readonly turnId: string;
}

export function createTranscript(workstreamId: string, lastOrdinal: number): Transcript {
  const open = new Map<string, Growing>();
  let ordinal = lastOrdinal;

  function begin(id: string, body: ItemBody, place: Partial<ItemPlace>, now: number): Item {
    ordinal += 1;
    return {
      id,
      workstreamId,
      ...(place.threadId === undefined ? {} : { threadId: place.threadId }),
      ...(place.turnId === undefined ? {} : { turnId: place.turnId }),
      ordinal,
      at: now,
      body,
    };
  }

  function store(growing: Growing, now: number): Event {
    growing.behind = false;
    growing.storedAt = now;
    return { type: "item.upserted", item: growing.item };
  }

  return {
    upsert(from, place, now) {
      const id = itemKey(place.turnId, from.id);
      const known = open.get(id);
      const item = {
        ...(known?.item ?? begin(id, from.body, place, now)),
        body: from.body,
        ...(from.truncated ? { truncated: true } : {}),
      };
      if (from.ended) {
        open.delete(id);
        return [{ type: "item.upserted", item: { ...item, endedAt: now } }];
      }
      const growing: Growing = { item, behind: true, storedAt: known?.storedAt ?? 0 };
      open.set(id, growing);
      // Streamed text begins empty and is worth a row only once there is some.
      if (known === undefined && !isText(from.body)) return [store(growing, now)];
      return [];
    },
    grow(id, text) {
      const growing = open.get(id);
      if (growing === undefined) return;
      const grown = append(growing.item.body, text);
      if (grown === growing.item.body) return;
      growing.item = { ...growing.item, body: grown };
      growing.behind = true;
    },
    flush(now) {
      return [...open.values()]
        .filter((growing) => growing.behind && now - growing.storedAt >= storeEvery)
        .map((growing) => store(growing, now));
    },
    endTurn(now) {
      const ended = [...open.values()].map((growing): Event => ({
        type: "item.upserted",
        item: { ...growing.item, endedAt: now },
      }));
      open.clear();
      return ended;
    },
    add(body, place, now) {
      return [{ type: "item.upserted", item: { ...begin(place.id, body, place, now), endedAt: now } }];
    },
  };
}

/** Agents number items per thread process; the turn makes them unique for good. */
export function itemKey(turnId: string, agentItemId: string): string {
  return `${turnId}:${agentItemId}`;
}

function isText(body: ItemBody): boolean {
  return body.kind === "message" || body.kind === "reasoning";
}

/** Text streams into messages and reasoning at their end, and into the output of commands; what passes the bound waits for the item's end. */
function append(body: ItemBody, text: string): ItemBody {
  if (body.kind === "message" || body.kind === "reasoning") {
    return body.text.length >= itemTextLimit ? body : { ...body, text: (body.text + text).slice(0, itemTextLimit) };
  }
  if (body.kind === "command") {
    return body.output.length >= growingOutput
      ? body
      : { ...body, output: (body.output + text).slice(0, growingOutput) };
  }
  return body;
}

/** While a command runs, no more of its output than this is written each second; the whole comes at its end. */
const growingOutput = 4_000;

/** The one line a tile shows for an item; undefined for items that say nothing by themselves. */
export function lineOf(body: ItemBody): string | undefined {
  switch (body.kind) {
    case "words":
      return undefined;
    case "message":
    case "reasoning":
    case "notice":
      return oneLine(body.text);
    case "command":
      return oneLine(`$ ${body.command}`);
    case "edit":
      return oneLine(`edited ${body.files.map((file) => file.path).join(", ")}`);
    case "tool":
      return oneLine(`used ${body.tool}`);
  }
}

function oneLine(text: string): string | undefined {
  const line = text.slice(0, 2_000).replaceAll(/\s+/g, " ").trim();
  if (line === "") return undefined;
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
