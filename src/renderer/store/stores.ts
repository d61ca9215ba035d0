import { createStore, type StoreApi } from "zustand/vanilla";
import type { Check } from "../../contract/check.ts";
import type { AttentionId, ProjectId, RequestId, WorkstreamId } from "../../contract/ids.ts";
import type { DiffPlace, DiffSince } from "../../contract/diffs.ts";
import type { PoolStatus } from "../../contract/pool.ts";
import type { Problem } from "../../contract/errors.ts";
import type { Terminal } from "../../contract/terminals.ts";
import type { HostNotice } from "../../contract/host.ts";
import type { DiskUse, Worktree, WorktreeList } from "../../contract/worktrees.ts";
import type { Settings } from "../../contract/settings.ts";
import type { LinkState } from "../client.ts";
import type { AgentCard } from "./abilities.ts";
import type { DetailMirror } from "./detail-mirror.ts";
import { keepDiffLook, readDiffLook } from "./diff-look.ts";
import type { DiffState } from "./diff-state.ts";
import { readComments, writeComments, type CommentDrafts } from "./comment-drafts.ts";
import type { PreviewedRows } from "./follow-previews.ts";
import { emptyMirror, type FleetMirror } from "./fleet-mirror.ts";
import { createCompareStore, type CompareState } from "./compare-store.ts";
import { createSearchStore, type SearchState } from "./search-store.ts";
import { createGridStore, type GridState } from "./grid-store.ts";
import { createQueueStore, type QueueState } from "./queue-store.ts";
import { createSettingsStore } from "./settings-store.ts";
import { keepDrafts, readDrafts } from "./drafts.ts";
import { createPlaces, type Places } from "./places.ts";
import { createSent, type Sent } from "./sent.ts";
import { createPace } from "./pace.ts";
import { createStreams, type Streams } from "./streams.ts";
import { createSeenStore } from "./unread.ts";

/** The mirror of the engine: what it last said, and whether it still speaks. */
export interface EngineState extends FleetMirror {
  readonly link: LinkState;
  /** When the engine last said anything. */
  readonly heardAt: number | undefined;
  /** Why the fleet cannot be read although the connection is open. */
  readonly feedProblem: Problem | undefined;
  /** The agents there are; empty until the engine has told. */
  readonly agents: readonly AgentCard[];
  /** Whether the engine lets this window only look. */
  readonly reader: boolean;
}

export interface DetailState {
  readonly details: Readonly<Record<WorkstreamId, DetailMirror>>;
  /** Why a workstream cannot be read. */
  readonly problems: Readonly<Record<WorkstreamId, Problem>>;
  readonly diffs: Readonly<Record<WorkstreamId, DiffState>>;
  /** Workstreams of whose transcript a page is being fetched. */
  readonly paging: ReadonlySet<WorkstreamId>;
}

export const tabs = ["transcript", "terminal", "diff", "plan", "usage"] as const;
export type Tab = (typeof tabs)[number];

/** Workstreams are addressed by number: it is short, never changes and is known before the fleet is. */
export type Route =
  | { readonly screen: "queue" }
  | { readonly screen: "grid" }
  | { readonly screen: "worktrees" }
  | { readonly screen: "search" }
  | { readonly screen: "welcome" }
  | { readonly screen: "settings" }
  /** All attempts at the ticket of a workstream. */
  | { readonly screen: "compare"; readonly number: number }
  | {
      readonly screen: "workstream";
      readonly number: number;
      readonly tab: Tab;
      /** The ordinal of an item of the transcript that is to be shown. */
      readonly item?: number;
    };

/** Exactly where the human was. */
export interface Spot {
  readonly route: Route;
  readonly selected: WorkstreamId | undefined;
  readonly queue: Pick<QueueState, "split" | "selected" | "peeking">;
  readonly focus: FocusSpot | undefined;
  /** The item that the human was brought to last. */
  readonly brought: AttentionId;
}

/** What had the focus: which of the things in its region that can have it, and where the caret stood. */
export interface FocusSpot {
  readonly region: string;
  readonly at: number;
  readonly caret: readonly [number, number] | undefined;
}

/** The places that show all that goes on. */
export type Home = Extract<Route, { readonly screen: "queue" | "grid" }>;

export type Overlay =
  | "palette"
  | "keys"
  | "start"
  | "stop"
  | "broadcast"
  | "budget"
  | "delete"
  | "project"
  | "adopt"
  | "reclaim"
  | "waive"
  | "keep"
  | "files"
  | "since"
  | "consent"
  | "doctor"
  | "rebind"
  | "reset-keys"
  | "export-settings"
  | "import-settings"
  | "review";

/** A confirmation or failure of what the human just did. */
export interface Notice {
  readonly id: number;
  readonly tone: "done" | "failed";
  readonly text: string;
  readonly next?: string;
  readonly again?: () => void;
  readonly undo?: () => void;
}

export interface ViewState {
  readonly route: Route;
  /** Where the human was before being taken to what is most urgent. */
  readonly spot: Spot | undefined;
  /** Where a workstream is left for: where the human was among all of them before. */
  readonly home: Home;
  /** The selected tile's workstream. */
  readonly selected: WorkstreamId | undefined;
  /** The path of the worktree that was selected last. */
  readonly worktree: string | undefined;
  readonly overlay: Overlay | undefined;
  /** The folder that a link or another start of the program asks to open; only the human opens it. */
  readonly offered: string | undefined;
  /** The project whose ask was opened last, until the human goes elsewhere. */
  readonly consent: ProjectId | undefined;
  /** What the desktop host says above the page. */
  readonly hostNotice: HostNotice | undefined;
  /** Whether the one-line steer is open on the grid. */
  readonly steering: boolean;
  /** The request whose decline waits for a reason. */
  readonly declining: RequestId | undefined;
  /** Requests whose text is visible to the last character, long enough to have been seen. */
  readonly whole: RequestId | undefined;
  /** Requests whose answer is on its way. */
  readonly sending: ReadonlySet<RequestId>;
  /** Options chosen so far in requests with several questions, by question. */
  readonly picked: Readonly<Record<RequestId, Readonly<Record<string, string[]>>>>;
  /** Keys of a sequence that is not complete yet. */
  readonly pendingKeys: string;
  /** The part of the screen that has the focus, where it changes what keys mean. */
  readonly region: "composer" | "question" | "ask" | "shell" | undefined;
  readonly notices: readonly Notice[];
  /** Told to screen readers. */
  readonly announcement: string;
  /** The item that was asked for last, and how often one was: the same one can be asked for again. */
  readonly shown: { readonly workstreamId: WorkstreamId; readonly ordinal: number; readonly times: number } | undefined;
  readonly diffStyle: "unified" | "split";
  /** What was chosen in the palette, the last first. It survives a reload. */
  readonly recent: readonly string[];
  /** The ticket that the start dialog begins with. */
  readonly ticket: string | undefined;
  /** The setting to begin with when the settings are opened. */
  readonly setting: string | undefined;
  /** The command that is to get another key. */
  readonly rebinding: string | undefined;
  /** Whether lines that differ in white space only are shown as different. */
  readonly diffWhitespace: boolean;
  /** What diffs are taken against. A workstream that is not named has all since its base. */
  readonly diffSince: Readonly<Record<WorkstreamId, DiffSince>>;
  /** Where in each diff the reader was last. */
  readonly diffPlaces: Readonly<Record<WorkstreamId, DiffPlace>>;
}

/** What is said about diffs and was not sent yet, and where the human is in it. Comments survive a reload. */
export interface ReviewingState {
  readonly comments: CommentDrafts;
  /** The thread or comment that keys act on. */
  readonly mark: string | undefined;
  /** The one that is being written in. */
  readonly writing: string | undefined;
  /** Whether only what was not viewed yet is shown. */
  readonly onlyUnviewed: boolean;
}

/** How a workstream's terminal stands with this window. */
export type TerminalState =
  | { readonly kind: "opening" }
  | { readonly kind: "live"; readonly terminal: Terminal }
  /** `engine`: it ended because the engine did. */
  | { readonly kind: "ended"; readonly why: "exited" | "closed" | "engine"; readonly exitCode?: number | undefined }
  | { readonly kind: "refused"; readonly problem: Problem };

export interface TerminalsState {
  readonly terminals: Readonly<Record<WorkstreamId, TerminalState>>;
  /** The last rows of each, while they are followed. */
  readonly previews: Readonly<Record<WorkstreamId, PreviewedRows>>;
}

/** Words not sent yet, by what they are for. They survive a reload. */
export interface DraftState {
  readonly drafts: Readonly<Record<string, string>>;
  /** Those that another window wrote last. */
  readonly elsewhere: ReadonlySet<string>;
}

/** What was told of the worktrees and the disk when last asked. */
export interface WorktreesState {
  /** Undefined until the engine has told. */
  readonly all: readonly Worktree[] | undefined;
  readonly unlisted: WorktreeList["unlisted"];
  readonly use: DiskUse | undefined;
  /** What is kept ready for next starts, by project. */
  readonly pools: Readonly<Record<ProjectId, PoolStatus>>;
  readonly problem: Problem | undefined;
  /** While it is being measured. */
  readonly progress:
    | { readonly done: number; readonly total: number; readonly files: number; readonly bytes: number }
    | undefined;
}

/** What the engine rests on, as it was last looked at, and an installation under way. */
export interface SetupState {
  /** Undefined while it is looked at. */
  readonly found: readonly Check[] | Problem | undefined;
  /** How many lines the installer said, and the last of them. */
  readonly install: { readonly lines: number; readonly line: string } | undefined;
  readonly openingDemo: boolean;
}

export type Store<T> = StoreApi<T>;

export interface Stores {
  readonly engine: Store<EngineState>;
  readonly detail: Store<DetailState>;
  readonly view: Store<ViewState>;
  readonly draft: Store<DraftState>;
  readonly review: Store<ReviewingState>;
  readonly worktrees: Store<WorktreesState>;
  readonly search: Store<SearchState>;
  readonly compare: Store<CompareState>;
  readonly settings: Store<Settings>;
  /** Text that streams into items, between one writing of them and the next. */
  readonly streams: Streams;
  /** Where each transcript was left. */
  readonly places: Places;
  readonly sent: Sent;
  readonly setup: Store<SetupState>;
  readonly terminal: Store<TerminalsState>;
  readonly grid: Store<GridState>;
  readonly seen: ReturnType<typeof createSeenStore>;
  readonly queue: Store<QueueState>;
}

/** Where small texts outlive the page. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export function createStores(shelf: Shelf): Stores {
  const engine = createStore<EngineState>(() => ({
    ...emptyMirror,
    link: { kind: "connecting" },
    heardAt: undefined,
    feedProblem: undefined,
    agents: [],
    reader: false,
  }));
  const settings = createSettingsStore(shelf, engine);
  const detail = createStore<DetailState>(() => ({ details: {}, problems: {}, diffs: {}, paging: new Set() }));
  const view = createStore<ViewState>(() => ({
    route: { screen: "queue" },
    home: { screen: "queue" },
    spot: undefined,
    selected: undefined,
    worktree: undefined,
    overlay: undefined,
    offered: undefined,
    consent: undefined,
    hostNotice: undefined,
    steering: false,
    declining: undefined,
    whole: undefined,
    sending: new Set(),
    picked: {},
    pendingKeys: "",
    region: undefined,
    notices: [],
    announcement: "",
    ...readDiffLook(shelf, settings.getState()),
    diffSince: {},
    shown: undefined,
    recent: readRecent(shelf),
    ticket: undefined,
    setting: undefined,
    rebinding: undefined,
  }));
  keepDiffLook(shelf, view);
  const draft = createStore<DraftState>(() => ({ drafts: readDrafts(shelf), elsewhere: new Set() }));
  draft.subscribe(({ drafts }) => keepDrafts(shelf, drafts));
  view.subscribe(({ recent }, before) => {
    if (recent !== before.recent) shelf.setItem(recentKey, JSON.stringify(recent));
  });
  const review = createStore<ReviewingState>(() => ({
    comments: readComments(shelf),
    mark: undefined,
    writing: undefined,
    onlyUnviewed: false,
  }));
  review.subscribe(({ comments }, before) => {
    if (comments !== before.comments) writeComments(shelf, before.comments, comments);
  });
  const worktrees = createStore<WorktreesState>(() => ({
    all: undefined,
    unlisted: [],
    use: undefined,
    pools: {},
    problem: undefined,
    progress: undefined,
  }));
  const streams = createStreams(
    createPace({
      now: () => performance.now(),
      nextFrame,
      afterFrame: (run) => void setTimeout(run),
      wait: (run, ms) => void setTimeout(run, ms),
    }),
  );
  const setup = createStore<SetupState>(() => ({ found: undefined, install: undefined, openingDemo: false }));
  const terminal = createStore<TerminalsState>(() => ({ terminals: {}, previews: {} }));
  return {
    engine,
    detail,
    view,
    draft,
    review,
    worktrees,
    search: createSearchStore(shelf),
    compare: createCompareStore(),
    settings,
    terminal,
    setup,
    streams,
    places: createPlaces(shelf),
    sent: createSent(shelf),
    grid: createGridStore(shelf),
    seen: createSeenStore(shelf, engine),
    queue: createQueueStore(shelf),
  };
}

/** Once for each picture that is drawn, where there is one. */
function nextFrame(run: () => void): void {
  if (typeof requestAnimationFrame === "function") requestAnimationFrame(run);
  else setTimeout(run, 16);
}

const recentKey = "cox.recent";

function readRecent(shelf: Shelf): string[] {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(recentKey) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string").slice(0, keptRecent) : [];
  } catch {
    return [];
  }
}

/** So many of what was chosen in the palette are remembered. */
export const keptRecent = 12;
