import { createStore, type StoreApi } from "zustand/vanilla";
import type { Problem } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { DiffFile } from "../../contract/diffs.ts";
import type { Standing, Status } from "./standing.ts";
import type { Shelf } from "./stores.ts";

export const densities = ["compact", "comfortable", "roomy"] as const;
export type Density = (typeof densities)[number];

export const filters = ["all", "needs you", "running", "resting"] as const;
export type Filter = (typeof filters)[number];

/** What a tile shows of its workstream: what its author does, or the human's terminal where something happens in it. */
const shown = ["lines", "terminal"] as const;

/** How the grid is looked at. */
export interface GridState {
  readonly density: Density;
  readonly shows: (typeof shown)[number];
  readonly filter: Filter;
  /** What names, titles and lines have to hold, in any case. */
  readonly text: string;
  /** Chosen for what is done to several at once. */
  readonly chosen: ReadonlySet<WorkstreamId>;
  /** The tile that has grown over its neighbours, and whether it says what its numbers mean. */
  readonly enlarged: { readonly id: WorkstreamId; readonly words: boolean } | undefined;
  /** Of the enlarged workstream. */
  readonly files: { readonly id: WorkstreamId; readonly all: readonly DiffFile[] } | undefined;
  readonly filesProblem: Problem | undefined;
}

const densityKey = "cox.grid.density";
const showsKey = "cox.grid.shows";

export function createGridStore(shelf: Shelf): StoreApi<GridState> {
  const store = createStore<GridState>(() => ({
    density: densities.find((density) => density === shelf.getItem(densityKey)) ?? "comfortable",
    shows: shown.find((name) => name === shelf.getItem(showsKey)) ?? "lines",
    filter: "all",
    text: "",
    chosen: new Set(),
    enlarged: undefined,
    files: undefined,
    filesProblem: undefined,
  }));
  store.subscribe(({ density, shows }, before) => {
    if (density !== before.density) shelf.setItem(densityKey, density);
    if (shows !== before.shows) shelf.setItem(showsKey, shows);
  });
  return store;
}

const running: ReadonlySet<Status> = new Set(["working", "gating", "landing"]);
const resting: ReadonlySet<Status> = new Set(["ready", "landed", "stopped"]);

/** Whether a filter lets a workstream through. */
export function fitsFilter({ status, attention, requests }: Standing, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "needs you":
      return attention.length > 0 || requests.length > 0;
    case "running":
      return running.has(status);
    case "resting":
      return resting.has(status);
  }
}

/** What is shown of all standings: the same order, and so the order of their numbers. */
export function shownStandings(
  standings: readonly Standing[],
  { filter, text }: Pick<GridState, "filter" | "text">,
): readonly Standing[] {
  const wanted = text.trim().toLowerCase();
  if (filter === "all" && wanted === "") return standings;
  return standings.filter((standing) => fitsFilter(standing, filter) && holds(standing, wanted));
}

function holds({ workstream, status, line }: Standing, wanted: string): boolean {
  const { name, number, ticket, place } = workstream;
  return [name, `#${String(number)}`, ticket.title, ticket.key, place.branch, status, line].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}
