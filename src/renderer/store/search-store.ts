import { createStore } from "zustand/vanilla";
import type { Problem } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Item } from "../../contract/items.ts";
import type { SearchAnswer, SearchHit } from "../../contract/search.ts";
import type { Shelf, Store } from "./stores.ts";

export type SearchOrder = "best" | "newest";

/** What stands around a hit, as far as it was read. */
export type SearchContext =
  | { readonly kind: "busy" }
  | { readonly kind: "items"; readonly items: readonly Item[] }
  | { readonly kind: "ticket"; readonly title: string; readonly body: string }
  | { readonly kind: "problem"; readonly problem: Problem };

export interface SearchState {
  /** What stands in the field; outlives the page. */
  readonly text: string;
  readonly order: SearchOrder;
  /** What was found last, and for what. It stays visible while something newer is looked for. */
  readonly found: { readonly text: string; readonly answer: SearchAnswer } | undefined;
  readonly problem: Problem | undefined;
  readonly busy: boolean;
  /** The selected row. */
  readonly at: number;
  /** Whether what stands around the selected hit is shown. */
  readonly peek: boolean;
  readonly contexts: Readonly<Record<string, SearchContext>>;
  /** Searches that led somewhere, the newest first. */
  readonly recent: readonly string[];
}

const textKey = "cox.search";
const recentKey = "cox.searches";
export const mostRecent = 12;

export function createSearchStore(shelf: Shelf): Store<SearchState> {
  const store = createStore<SearchState>(() => ({
    text: (shelf.getItem(textKey) ?? "").slice(0, 500),
    order: "best",
    found: undefined,
    problem: undefined,
    busy: false,
    at: 0,
    peek: false,
    contexts: {},
    recent: readRecent(shelf),
  }));
  store.subscribe(({ text, recent }, before) => {
    if (text !== before.text) shelf.setItem(textKey, text);
    if (recent !== before.recent) shelf.setItem(recentKey, JSON.stringify(recent));
  });
  return store;
}

function readRecent(shelf: Shelf): string[] {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(recentKey) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter((each): each is string => typeof each === "string" && each !== "").slice(0, mostRecent);
  } catch {
    return [];
  }
}

type Found = SearchAnswer["workstreams"][number];

/** What can be selected: a hit, the rest of a workstream's hits, the next page, or an earlier search. */
export type SearchRow =
  | { readonly kind: "hit"; readonly id: string; readonly hit: SearchHit; readonly workstream: Found }
  | { readonly kind: "rest"; readonly id: string; readonly left: number; readonly workstream: Found }
  | { readonly kind: "page"; readonly id: string }
  | { readonly kind: "recent"; readonly id: string; readonly text: string };

/** The rows in the order in which they stand. */
export function searchRows({ text, found, recent }: Pick<SearchState, "text" | "found" | "recent">): SearchRow[] {
  if (text.trim() === "") return recent.map((each, at) => ({ kind: "recent", id: `recent-${String(at)}`, text: each }));
  if (found === undefined) return [];
  const { hits, workstreams, more } = found.answer;
  const rows = workstreams.flatMap((workstream): SearchRow[] => {
    const own = hits.filter(({ workstreamId }) => workstreamId === workstream.id);
    const left = workstream.found - own.length;
    const isLast = workstream === workstreams.at(-1);
    return [
      ...own.map((hit): SearchRow => ({ kind: "hit", id: hitKey(hit), hit, workstream })),
      // What is left of the last one may be on the next page.
      ...(left > 0 && !(isLast && more)
        ? [{ kind: "rest", id: `rest-${workstream.id}`, left, workstream } as const]
        : []),
    ];
  });
  return more ? [...rows, { kind: "page", id: "page" }] : rows;
}

export function hitKey({ workstreamId, kind, itemId, ordinal, at }: SearchHit): string {
  return `${workstreamId}-${kind}-${itemId ?? ""}-${String(ordinal)}-${String(at)}`;
}

/** A search in one workstream only. */
export function within(text: string, { number }: { readonly number: number }): string {
  const others = text.replaceAll(/(?<!\S)in:(?:"[^"]*"?|\S*)/giu, "").trim();
  return `in:${String(number)} ${others}`;
}

/** An answer with the page after it. */
export function withPage(before: SearchAnswer, page: SearchAnswer): SearchAnswer {
  const known = new Set<WorkstreamId>(before.workstreams.map(({ id }) => id));
  return {
    ...page,
    hits: [...before.hits, ...page.hits],
    workstreams: [...before.workstreams, ...page.workstreams.filter(({ id }) => !known.has(id))],
  };
}
