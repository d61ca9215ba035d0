import type { Result } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { ProjectId, WorkstreamId } from "../../contract/ids.ts";
import type { Decision } from "../../contract/requests.ts";
import type { FleetState, Project, Workstream } from "../../contract/states.ts";
import type { Tokens } from "../../contract/usage.ts";
import type { Agent, Thread } from "../agents/agent.ts";
import type { Git } from "../git/git.ts";
import type { PatchReader } from "../patches/create-patch-reader.ts";
import type { Policy } from "../policy/policy.ts";
import type { PromptTicket } from "../policy/render-prompt.ts";
import type { PolicyState } from "../policy/watch-policy.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { By, Journal } from "../storage/journal.ts";
import type { IdPrefix } from "../storage/new-id.ts";
import type { Loaded, Storage } from "../storage/storage.ts";
import type { Terminals } from "../terminals/terminals.ts";
import type { Tracker } from "../trackers/tracker.ts";
import type { Clearing } from "../worktrees/clear.ts";
import type { ReservePorts } from "../worktrees/ports.ts";
import type { Vault } from "../worktrees/vault.ts";
import type { Room } from "../worktrees/room.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";
import type { WritableRoots } from "../worktrees/writable-roots.ts";
import type { Delta } from "./fleet.ts";
import type { TakeNumbers } from "./numbers.ts";
import type { Transcript } from "./transcript.ts";

/** Time as the fleet sees it; tests hand in one that stands still. */
export interface Clock {
  readonly now: () => number;
  /**
   * Milliseconds for which the engine has been at work; only for measuring how long something takes. It never goes back,
   * and leaves out the time in which the machine slept or the engine was stopped: nobody worked in it.
   */
  readonly awake: () => number;
  /** Calls back every `ms` milliseconds without keeping the process alive. Returns its undo. */
  readonly every: (ms: number, call: () => void) => () => void;
}

/** What a project brings, once it is open. */
export interface ProjectRooms {
  readonly tracker: Tracker;
  readonly policy: () => PolicyState;
  readonly refreshPolicy: () => Promise<PolicyState>;
  readonly close: () => void;
}

/** What the agent's process and the commands it runs are told of the engine. */
export interface Doors {
  /** The workstream's verbs, as an MCP endpoint. */
  readonly url: string;
  /** `COXSWAIN_WORKSTREAM`, its capability, and what else commands need to reach the engine. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the capability, and none that was given later. */
  readonly shut?: () => void;
}

/** Everything the fleet is handed; it imports no other room. */
export interface FleetDeps {
  readonly journal: Journal;
  readonly storage: Pick<
    Storage,
    "ticket" | "saveTicket" | "items" | "lastOrdinal" | "newestItems" | "humanAttention" | "setting" | "saveSetting"
  >;
  /** Stored rows that could not be read: what they were about is told to the human and left alone. */
  readonly damaged: Loaded["damaged"];
  readonly git: Pick<
    Git,
    | "facts"
    | "resolve"
    | "survey"
    | "diff"
    | "rawDiff"
    | "mergeBase"
    | "commitsSince"
    | "generatedPaths"
    | "blobSizes"
    | "workTreeSize"
    | "committedFile"
    | "workTreeFile"
    | "listFiles"
    | "findDefinitions"
    | "changedPaths"
    | "conflictsBetween"
    | "betweenCommits"
    | "commitsBetween"
    | "sealLoose"
    | "commit"
  >;
  readonly patches: Pick<PatchReader, "read">;
  readonly worktrees: Pick<
    Worktrees,
    | "create"
    | "isMissing"
    | "copyFolders"
    | "keepWarm"
    | "baseCommit"
    | "emptyPool"
    | "findByHand"
    | "adopt"
    | "release"
    | "reclaimable"
    | "reclaim"
  >;
  readonly disk: Room;
  readonly vault: Pick<Vault, "keep" | "unpack" | "deleted" | "restore" | "tidy">;
  readonly clearing: Clearing;
  /** The human's shells in worktrees, which end with their folder. */
  readonly terminals: Pick<Terminals, "atWork" | "endOf">;
  /** Where a worktree will lie when its folder is not taken. */
  readonly plannedPath: (projectId: string, folder: string) => string;
  /** A short name for a branch and a folder, from any text. */
  readonly nameFrom: (text: string) => string;
  readonly reservePorts: ReservePorts;
  /** What a confined author may write beside its worktree; made to exist. */
  readonly prepareWritableRoots: (worktree: {
    readonly commonDir: string;
    readonly adminDir: string;
    readonly workstreamId: string;
  }) => Promise<Result<WritableRoots>>;
  /** Removes what a killed git left locked in a worktree nobody works in. */
  readonly clearDeadLocks: (
    place: { readonly commonDir: string; readonly adminDir: string },
    id: WorkstreamId,
  ) => Promise<unknown>;
  readonly sandbox: Pick<Sandbox, "confinement" | "lacks" | "run">;
  /** By name. A missing one is told with what to install. */
  readonly agent: (name: string) => Result<Agent>;
  /** Holds where a project's own cannot be read. */
  readonly defaultPolicy: Policy;
  readonly openProject: (project: Project, told: ProjectListener) => Promise<Result<ProjectRooms>>;
  readonly openDoors: (id: WorkstreamId) => Promise<Result<Doors>>;
  /** What no confined author may read: the engine's home, and where people keep their secrets by now. Real paths. */
  readonly hidden: () => Promise<readonly string[]>;
  /** Makes a folder for a workstream's temporary files: a sandbox has no `/tmp` to write to. Answers its real path. */
  readonly scratch: (id: WorkstreamId) => Promise<string>;
  /** Removes that folder, if there is one. */
  readonly dropScratch: (id: WorkstreamId) => Promise<void>;
  /**
   * Makes the folder that a project's own commands keep what they fetch in, and says where. Answers its real path. With `own`
   * they may only read it, and write there what they cannot do without.
   */
  readonly caches: (
    projectId: ProjectId,
    own: string | undefined,
  ) => Promise<{ readonly folder: string; readonly env: Readonly<Record<string, string>> }>;
  /** What commands need beside {@link env} where they may use the network: the way out of here. */
  readonly networkEnv: Readonly<Record<string, string>>;
  /** The environment every command gets, allow-listed. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** How long an agent may take to end a turn that was interrupted before its process is ended, in milliseconds. */
  readonly endingGraceMs: number;
  readonly newId: (prefix: IdPrefix) => string;
  readonly render: (policy: Policy, ticket: PromptTicket, attempt: number | null) => Promise<Result<string>>;
  /** What went wrong where nobody is waiting for an answer. */
  readonly log: (message: string, cause: unknown) => void;
}

export interface ProjectListener {
  readonly policyChanged: () => void;
}

/** What the engine holds of a workstream while it runs, and loses when it ends. */
export interface Crew {
  readonly id: WorkstreamId;
  thread: Thread | undefined;
  transcript: Transcript | undefined;
  /** The capability its commands hold: never to be put on record. */
  secret: string | undefined;
  /** What its author may not read; nothing before its thread is opened. */
  hidden: readonly string[];
  /** Ends that capability when its thread is over. */
  shutDoors: (() => void) | undefined;
  /** When its author last left notes, and last asked the human. */
  readonly noted: number[];
  readonly asked: number[];
  /** What the agent calls its open requests. */
  readonly requestKeys: Map<string, string>;
  readonly answers: { readonly requestId: string; readonly decision: Decision }[];
  /** What was spent before the open thread began to count; known from its first report on. */
  tokensBase: Tokens | undefined;
  /** Since when the running turn's time counts; undefined while it stands still. Like `heardAt`, `ending`, `measuredAt` and `refusedAt` by {@link Clock.awake}. */
  clockedFrom: number | undefined;
  /** When the thread last said anything, streamed text included. */
  heardAt: number;
  /** The turn that was told to end, and since when it has been expected to. */
  ending: { readonly turnId: string; readonly since: number } | undefined;
  /** What the agent called the turn that ended last. */
  endedTurn: string | undefined;
  /** The turn that no longer takes words: they open the next one. */
  steerless: string | undefined;
  /** When the diff was last measured while a turn runs, whether it is to be, and whether it is just now. */
  measuredAt: number;
  measureDue: boolean;
  measuring: boolean;
  /** When the disk did not take what a step had to record; it is looked at again a while later. */
  refusedAt: number | undefined;
  /** What kept its commits from the vault the last time. */
  vaultTrouble: string | undefined;
  /** The last removal of what its set-up makes again, which must have ended before that runs. */
  emptying: Promise<unknown> | undefined;
  advancing: boolean;
  again: boolean;
}

/** `now`: by {@link Clock.awake}; what was heard before is not known any more. */
export function newCrew(id: WorkstreamId, now: number): Crew {
  return {
    id,
    thread: undefined,
    transcript: undefined,
    secret: undefined,
    hidden: [],
    shutDoors: undefined,
    noted: [],
    asked: [],
    requestKeys: new Map(),
    answers: [],
    tokensBase: undefined,
    clockedFrom: undefined,
    heardAt: now,
    ending: undefined,
    endedTurn: undefined,
    steerless: undefined,
    measuredAt: Number.NEGATIVE_INFINITY,
    measureDue: false,
    measuring: false,
    refusedAt: undefined,
    vaultTrouble: undefined,
    emptying: undefined,
    advancing: false,
    again: false,
  };
}

/** What a step works with. */
export interface Deck extends FleetDeps {
  state(): FleetState;
  row(id: WorkstreamId): Workstream | undefined;
  crew(id: WorkstreamId): Crew;
  policy(workstream: Workstream): Policy;
  /** Whether its project is open and has a policy of its own in force. */
  isGoverned(workstream: Workstream): boolean;
  /** Whether the fleet is ending, and begins nothing any more. */
  closing(): boolean;
  rooms(projectId: string): ProjectRooms | undefined;
  /** Records events and what they mean for the human's attention, in one transaction. Resolves when stored. */
  tell(events: readonly Event[], by?: By): Promise<Result<void>>;
  stream(delta: Delta): void;
  readonly takeNumbers: TakeNumbers;
  /** Looks at a workstream again: something about it changed. */
  poke(id: WorkstreamId): void;
  /** Work that nobody waits for: what it throws is logged, and closing waits for it. */
  follow(work: Promise<unknown>): void;
  /** Reads what a thread tells until it ends. */
  listen(id: WorkstreamId, thread: Thread): void;
}
