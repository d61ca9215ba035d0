import { createStore, type StoreApi } from "zustand/vanilla";
import type { AttentionKind, FleetState, Workstream } from "../../contract/states.ts";
import type { EngineState, Shelf } from "./stores.ts";

/**
 * What had happened to a workstream when the human last looked at it. Rows tell as much as that at any time, so a reload, a
 * new engine and a lost connection lose nothing.
 */
export interface Seen {
  /** Turns that had ended. */
  readonly turns: number;
  /** Ids of what it asked of the human. */
  readonly asked: readonly string[];
  /** Marked unread by the human. */
  readonly marked?: true;
}

export type SeenRows = Readonly<Record<string, Seen>>;

/** Workstreams remembered, those looked at last; their ids are of one home each, so several homes share the place. */
const mostRows = 400;
const mostAsked = 60;
const seenKey = "cox.seen";

/** Where a workstream stands, in as much as it is news. */
export function newsOf({ requests, attention }: FleetState, { id, turns, turn }: Workstream): Seen {
  const ended = turn === undefined || turn.endedAt !== undefined ? turns : Math.max(0, turns - 1);
  const asked = [...Object.values(requests), ...Object.values(attention)]
    .filter(({ workstreamId }) => workstreamId === id)
    .map((row) => row.id);
  return { turns: ended, asked: asked.slice(0, mostAsked) };
}

/** What happened since it was last looked at, in words; undefined when nothing did. */
export function unreadWords(fleet: FleetState, workstream: Workstream, seen: Seen | undefined): string | undefined {
  if (seen === undefined) return undefined;
  const now = newsOf(fleet, workstream);
  const turns = now.turns - seen.turns;
  const fresh = now.asked.filter((id) => !seen.asked.includes(id));
  const asks = new Set(fresh.map((id) => askInWords(fleet.attention[id]?.kind)));
  const words = [
    ...(turns > 0 ? [turns === 1 ? "a turn ended" : `${String(turns)} turns ended`] : []),
    ...asks,
    ...(seen.marked === true ? ["marked by you"] : []),
  ];
  return words.length === 0 ? undefined : words.join(", ");
}

/** Of a request there is no kind. */
function askInWords(kind: AttentionKind | undefined): string {
  switch (kind) {
    case undefined:
    case "approval":
    case "question":
      return "it asked for you";
    case "ready":
      return "it became ready";
    case "conflict":
      return "it came into conflict";
    default:
      return "it cannot go on without you";
  }
}

/** Takes note of workstreams not known yet: what was there when they were first seen is no news. */
export function withNew(rows: SeenRows, fleet: FleetState): SeenRows {
  const added = Object.values(fleet.workstreams).filter(({ id }) => rows[id] === undefined);
  if (added.length === 0) return rows;
  return bounded({ ...rows, ...Object.fromEntries(added.map((row) => [row.id, newsOf(fleet, row)])) });
}

/** Takes note of one that is looked at. The same rows when that is no news. */
export function withLook(rows: SeenRows, fleet: FleetState, id: string): SeenRows {
  const workstream = fleet.workstreams[id];
  if (workstream === undefined) return rows;
  const news = newsOf(fleet, workstream);
  if (JSON.stringify(rows[id]) === JSON.stringify(news)) return rows;
  const { [id]: _before, ...others } = rows;
  return bounded({ ...others, [id]: news });
}

function bounded(rows: SeenRows): SeenRows {
  const entries = Object.entries(rows);
  return entries.length <= mostRows ? rows : Object.fromEntries(entries.slice(-mostRows));
}

/**
 * What was seen, kept for the next page. `looked` tells which workstream is in front of the human now, if one is; what happens to
 * it is seen as it happens.
 */
export function createSeenStore(
  shelf: Shelf,
  engine: Pick<StoreApi<EngineState>, "subscribe" | "getState">,
): StoreApi<SeenRows> & { look(id: string | undefined): void } {
  const store = createStore<SeenRows>(() => readSeen(shelf));
  let looked: string | undefined;
  let known: Pick<FleetState, "workstreams" | "requests" | "attention"> | undefined;

  function take(fleet: FleetState): void {
    const rows = withNew(store.getState(), fleet);
    store.setState(looked === undefined ? rows : withLook(rows, fleet, looked), true);
  }

  store.subscribe((rows, before) => {
    if (rows !== before) shelf.setItem(seenKey, JSON.stringify(rows));
  });
  engine.subscribe(({ seq, fleet }) => {
    const same =
      fleet.workstreams === known?.workstreams &&
      fleet.requests === known.requests &&
      fleet.attention === known.attention;
    if (seq === undefined || same) return;
    known = fleet;
    take(fleet);
  });
  return {
    ...store,
    look(id) {
      if (id === looked) return;
      looked = id;
      const { seq, fleet } = engine.getState();
      if (seq !== undefined) take(fleet);
    },
  };
}

/** What an earlier page kept; what is damaged is dropped. */
function readSeen(shelf: Shelf): SeenRows {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(seenKey) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return bounded(Object.fromEntries(Object.entries(kept).flatMap(([id, row]) => (isSeen(row) ? [[id, row]] : []))));
  } catch {
    return {};
  }
}

function isSeen(row: unknown): row is Seen {
  if (typeof row !== "object" || row === null || !("turns" in row) || !("asked" in row)) return false;
  const { turns, asked } = row;
  return typeof turns === "number" && Array.isArray(asked) && asked.every((id) => typeof id === "string");
}
