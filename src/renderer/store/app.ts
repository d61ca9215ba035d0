import { createContext, use } from "react";
import { useStore } from "zustand";
import { liveItems, rankAttention } from "../../contract/attention.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Request } from "../../contract/requests.ts";
import type { Settings } from "../../contract/settings.ts";
import type { AttentionItem, FleetState, Workstream } from "../../contract/states.ts";
import type { Worktree } from "../../contract/worktrees.ts";
import type { Actions } from "./actions.ts";
import type { FocusClock } from "./focus-clock.ts";
import { shownStandings, type GridState } from "./grid-store.ts";
import type { Mirror } from "./mirror.ts";
import type { CompareState } from "./compare-store.ts";
import type { SearchState } from "./search-store.ts";
import { queueNow, rowIn, type QueueRow, type QueueView, type ReadQueue } from "./queue.ts";
import type { QueueState } from "./queue-store.ts";
import type { Standing, Standings } from "./standing.ts";
import type {
  DetailState,
  DraftState,
  EngineState,
  ReviewingState,
  SetupState,
  Stores,
  TerminalsState,
  TerminalState,
  ViewState,
  WorktreesState,
} from "./stores.ts";
import type { Surfaces } from "./surfaces.ts";
import { unreadWords } from "./unread.ts";

/** Everything a screen or a key needs, made once by main.tsx. */
export interface App {
  readonly stores: Stores;
  readonly actions: Actions;
  readonly mirror: Mirror;
  readonly surfaces: Surfaces;
  readonly focus: FocusClock;
  readonly standings: Standings;
  readonly queue: ReadQueue;
}

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = use(AppContext);
  if (app === undefined) throw new Error("A screen was drawn outside the app.");
  return app;
}

export function useEngine<T>(select: (state: EngineState) => T): T {
  return useStore(useApp().stores.engine, select);
}

/** Whether a command can be sent now: the engine is there, and this window may do more than look. */
export function canAct({ link, reader }: Pick<EngineState, "link" | "reader">): boolean {
  return link.kind === "open" && !reader;
}

export function useDetail<T>(select: (state: DetailState) => T): T {
  return useStore(useApp().stores.detail, select);
}

export function useReviewing<T>(select: (state: ReviewingState) => T): T {
  return useStore(useApp().stores.review, select);
}

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useApp().stores.view, select);
}

export function useQueue<T>(select: (state: QueueState) => T): T {
  return useStore(useApp().stores.queue, select);
}

export function useSettings<T>(select: (settings: Settings) => T): T {
  return useStore(useApp().stores.settings, select);
}

export function useSetup<T>(select: (state: SetupState) => T): T {
  return useStore(useApp().stores.setup, select);
}

/** Whether the fleet is known and no project is open: nothing can be worked on then. */
export function isBare({ seq, fleet }: Pick<EngineState, "seq" | "fleet">): boolean {
  return seq !== undefined && Object.keys(fleet.projects).length === 0;
}

export function useCompare<T>(select: (state: CompareState) => T): T {
  return useStore(useApp().stores.compare, select);
}

export function useSearch<T>(select: (state: SearchState) => T): T {
  return useStore(useApp().stores.search, select);
}

export function useGrid<T>(select: (state: GridState) => T): T {
  return useStore(useApp().stores.grid, select);
}

/** What happened to a workstream since the human last looked at it, in words. */
export function useUnread(id: WorkstreamId): string | undefined {
  const seen = useStore(useApp().stores.seen, (rows) => rows[id]);
  return useEngine(({ fleet }) => {
    const workstream = fleet.workstreams[id];
    return workstream === undefined ? undefined : unreadWords(fleet, workstream, seen);
  });
}

export function useWorktrees<T>(select: (state: WorktreesState) => T): T {
  return useStore(useApp().stores.worktrees, select);
}

export function useTerminals<T>(select: (state: TerminalsState) => T): T {
  return useStore(useApp().stores.terminal, select);
}

export function useTerminal(id: WorkstreamId): TerminalState | undefined {
  return useTerminals(({ terminals }) => terminals[id]);
}

/** The rows that verbs of the queue act on: those that are marked, else the selected one. */
export function targetRows(app: App): readonly QueueRow[] {
  const { marked } = app.stores.queue.getState();
  const chosen = readQueue(app).rows.filter(({ id, gone }) => marked.has(id) && !gone);
  const row = currentRow(app);
  return chosen.length > 0 ? chosen : row === undefined ? [] : [row];
}

/** In the order in which they are shown: project by project, those of workstreams first. */
export function shownWorktrees({ stores }: Pick<App, "stores">): readonly Worktree[] {
  return stores.worktrees.getState().all ?? [];
}

/** The worktree that keys act on: the selected one, else the first. */
export function currentWorktree(app: Pick<App, "stores">): Worktree | undefined {
  const all = shownWorktrees(app);
  const { worktree } = app.stores.view.getState();
  return all.find(({ path }) => path === worktree) ?? all[0];
}

/** The workstream that works in a worktree, as far as it is known here. */
export function workstreamIn({ stores }: Pick<App, "stores">, worktree: Worktree): Workstream | undefined {
  return workstreamOf(stores.engine.getState().fleet, worktree);
}

/** As it stands in the fleet, or as it was put away. */
export function workstreamOf({ workstreams }: FleetState, worktree: Worktree): Workstream | undefined {
  const { workstreamId, putAway } = worktree;
  return workstreamId === undefined ? undefined : (workstreams[workstreamId] ?? putAway);
}

export function useDraft(key: string): string {
  return useStore(useApp().stores.draft, ({ drafts }: DraftState) => drafts[key] ?? "");
}

/** A draft, and whether another window wrote it last. */
export function useDraftState(key: string): { readonly text: string; readonly elsewhere: boolean } {
  const { draft } = useApp().stores;
  return {
    text: useStore(draft, ({ drafts }) => drafts[key] ?? ""),
    elsewhere: useStore(draft, (state) => state.elsewhere.has(key)),
  };
}

export function useStandings(): readonly Standing[] {
  const { standings } = useApp();
  return useEngine((state) => standings(state.fleet));
}

/** What the grid shows: what its filter lets through, in the order of their numbers. */
export function gridStandings(app: Pick<App, "stores" | "standings">): readonly Standing[] {
  const { engine, grid } = app.stores;
  return shownStandings(app.standings(engine.getState().fleet), grid.getState());
}

/** The workstreams that a verb for several acts on: the chosen ones, else the one that keys act on. */
export function chosenStandings(app: App): readonly Standing[] {
  const { chosen } = app.stores.grid.getState();
  const several = allStandings(app).filter(({ workstream }) => chosen.has(workstream.id));
  const one = currentStanding(app);
  return several.length > 0 || one === undefined ? several : [one];
}

export function allStandings(app: App): readonly Standing[] {
  return app.standings(app.stores.engine.getState().fleet);
}

/** The workstream that keys act on: the open one, else the selected tile's. */
export function currentStanding(app: App): Standing | undefined {
  const { route, selected } = app.stores.view.getState();
  const wanted = route.screen === "queue" ? currentRow(app)?.item.workstreamId : selected;
  return allStandings(app).find(({ workstream }) =>
    route.screen === "workstream" ? workstream.number === route.number : workstream.id === wanted,
  );
}

/** The request that answer keys act on: the one the selected item is about, else the oldest of the current workstream. */
export function currentRequest(app: App): Request | undefined {
  const { engine, view } = app.stores;
  if (view.getState().route.screen !== "queue") return currentStanding(app)?.requests[0];
  const requestId = currentRow(app)?.item.requestId;
  return requestId === undefined ? undefined : engine.getState().fleet.requests[requestId];
}

/** The queue as it stands, for keys and screens alike. */
export function readQueue({ stores, queue }: App): QueueView {
  return queue(stores.queue.getState(), stores.engine.getState().fleet, queueNow());
}

/** The row of the queue that keys act on; undefined when it was settled elsewhere. */
export function currentRow(app: App): QueueRow | undefined {
  const row = rowIn(app.stores.queue.getState(), readQueue(app).rows);
  return row?.gone === true ? undefined : row;
}

/** What needs the human now, most urgent first; snoozed items and those of what was put away are left out. */
export function urgentItems(fleet: FleetState, now: number): AttentionItem[] {
  return rankAttention(liveItems(fleet), fleet, now).filter(({ snoozedUntil = 0 }) => snoozedUntil <= now);
}
