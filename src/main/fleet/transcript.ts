import type { Event } from "../../contract/events.ts";
import type { Item, ItemBody } from "../../contract/items.ts";
import { itemTextLimit } from "../../contract/items.ts";
import type { AgentItem } from "../agents/agent.ts";
import { itemWithoutSecret } from "./without-secret.ts";

/** How often the text of an item that still grows is stored, in milliseconds. */
const storeEvery = 1_000;

interface Growing {
  item: Item;
  /** Set when the stored item is behind. */
  behind: boolean;
  storedAt: number;
  /** Taken out when the item is told, not at each piece of it: searching a long text for each word is what costs. */
  secret?: string | undefined;
}

/**
 * Turns what an agent tells into the rows of one workstream's transcript: gives items their ordinals, joins streamed text,
 * and bounds how often a growing item is written. Returns events; records nothing itself.
 */
export interface Transcript {
  /** An item begun, changed or ended. */
  upsert(from: AgentItem, place: ItemPlace, now: number): Event[];
  /** Streamed text; stored with the next flush, without the secret, which may come in pieces. */
  grow(itemKey: string, text: string, secret?: string): void;
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

/** Most items that may be open at once; the oldest is ended when another begins. */
const mostOpen = 200;

/** `left` are items that an earlier engine began and did not see end. */
export function createTranscript(workstreamId: string, lastOrdinal: number, left: readonly Item[] = []): Transcript {
  const open = new Map<string, Growing>(left.map((item) => [item.id, { item, behind: false, storedAt: 0 }]));
  /** Where the items of the current turn stand: one that is told again after its end keeps its place. */
  const places = new Map<string, Pick<Item, "ordinal" | "at">>();
  let placesOf: string | undefined;
  let ordinal = lastOrdinal;

  function placeOf(id: string, turnId: string | undefined, now: number): Pick<Item, "ordinal" | "at"> {
    const known = turnId === placesOf ? places.get(id) : undefined;
    if (known !== undefined) return known;
    ordinal += 1;
    const place = { ordinal, at: now };
    if (turnId === undefined) return place;
    if (turnId !== placesOf) places.clear();
    placesOf = turnId;
    places.set(id, place);
    return place;
  }

  function begin(id: string, body: ItemBody, place: Partial<ItemPlace>, now: number): Item {
    return {
      id,
      workstreamId,
      ...(place.threadId === undefined ? {} : { threadId: place.threadId }),
      ...(place.turnId === undefined ? {} : { turnId: place.turnId }),
      ...placeOf(id, place.turnId, now),
      body,
    };
  }

  function store(growing: Growing, now: number): Event {
    growing.behind = false;
    growing.storedAt = now;
    return { type: "item.upserted", item: shown(growing) };
  }

  function end(id: string, growing: Growing, now: number): Event {
    open.delete(id);
    return { type: "item.upserted", item: { ...shown(growing), endedAt: now } };
  }

  function makeRoom(now: number): Event[] {
    const [oldest] = open;
    return oldest === undefined || open.size < mostOpen ? [] : [end(...oldest, now)];
  }

  return {
    upsert(from, place, now) {
      const id = itemKey(place.turnId, from.id);
      const known = open.get(id);
      const { truncated: _before, ...stood } = known?.item ?? begin(id, from.body, place, now);
      const item = { ...stood, body: from.body, ...(from.truncated ? { truncated: true } : {}) };
      const growing: Growing = { item, behind: true, storedAt: known?.storedAt ?? 0 };
      if (from.ended) return [end(id, growing, now)];
      const room = known === undefined ? makeRoom(now) : [];
      open.set(id, growing);
      return known === undefined && !isEmptyText(item.body) ? [...room, store(growing, now)] : room;
    },
    grow(id, text, secret) {
      const growing = open.get(id);
      if (growing === undefined) return;
      const { body } = growing.item;
      growing.secret = secret;
      const whole = append(body, text);
      const fits = bounded(whole);
      if (fits !== whole) growing.item = { ...growing.item, truncated: true };
      if (whole === body || isFull(body)) return;
      growing.item = { ...growing.item, body: fits };
      growing.behind = true;
    },
    flush(now) {
      return [...open.values()]
        .filter(
          (growing) =>
            growing.behind && Math.abs(now - growing.storedAt) >= storeEvery && !isEmptyText(growing.item.body),
        )
        .map((growing) => store(growing, now));
    },
    endTurn: (now) =>
      [...open].map(([id, growing]) =>
        end(id, { ...growing, item: { ...growing.item, body: cutOff(growing.item.body) } }, now),
      ),
    add(body, place, now) {
      return [{ type: "item.upserted", item: { ...begin(place.id, body, place, now), endedAt: now } }];
    },
  };
}

/** What was still running when its turn ended did not come to its own end. */
function cutOff(body: ItemBody): ItemBody {
  return "status" in body && body.status === "running" ? { ...body, status: "failed" } : body;
}

/** Agents number items per thread process; the turn makes them unique for good. */
export function itemKey(turnId: string, agentItemId: string): string {
  return `${turnId}:${agentItemId}`.slice(0, 300);
}

/** Streamed text begins empty and is worth a row only once there is some. */
function isEmptyText(body: ItemBody): boolean {
  return (body.kind === "message" || body.kind === "reasoning") && body.text === "";
}

/** While a command runs, no more of its output than this is written each second; the whole comes at its end. */
const growingOutput = 4_000;

/** Text streams into messages and reasoning at their end, and into the output of commands. */
function append(body: ItemBody, text: string): ItemBody {
  if (body.kind === "message" || body.kind === "reasoning") return { ...body, text: body.text + text };
  return body.kind === "command" ? { ...body, output: body.output + text } : body;
}

function shown({ item, secret }: Growing): Item {
  return secret === undefined ? item : { ...item, body: itemWithoutSecret(item.body, secret) };
}

/** The body itself, or as much of it as may be stored while it grows; the rest comes with the item's end. */
function bounded(body: ItemBody): ItemBody {
  if (body.kind === "message" || body.kind === "reasoning") {
    return body.text.length <= itemTextLimit ? body : { ...body, text: body.text.slice(0, itemTextLimit) };
  }
  if (body.kind !== "command" || body.output.length <= growingOutput) return body;
  return { ...body, output: body.output.slice(0, growingOutput) };
}

function isFull(body: ItemBody): boolean {
  if (body.kind === "message" || body.kind === "reasoning") return body.text.length >= itemTextLimit;
  return body.kind === "command" && body.output.length >= growingOutput;
}

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
