import type { Envelope } from "../../contract/events.ts";
import type { Result } from "../../contract/errors.ts";
import type { Item } from "../../contract/items.ts";
import type { CommandId, ProjectId, WorkstreamId } from "../../contract/ids.ts";
import type { Detail, TranscriptPage } from "../../contract/procedures.ts";
import type { Actor, Principal, Surface } from "../../contract/principals.ts";
import type { SearchHit, SearchKind, Sender } from "../../contract/search.ts";
import type { SearchTerm } from "../../contract/search-query.ts";
import type { ReviewState } from "../../contract/review.ts";
import type { FleetState } from "../../contract/states.ts";
import type { Usage } from "../../contract/usage.ts";

/** Tables of the rows that make up `FleetState`, by the name of its member. */
export type FleetTable = keyof FleetState;

/** A changed state row; `row` is null when it is gone. */
export interface RowChange {
  readonly table: FleetTable;
  readonly id: string;
  readonly row: object | null;
}

/** Who asked for something and how: recorded with every command, read by attention metrics. */
export interface CommandRecord {
  readonly id: CommandId;
  readonly at: number;
  readonly name: string;
  readonly actor: Actor;
  readonly surface: Surface;
  readonly workstreamId?: WorkstreamId;
  readonly focusedMs?: number;
  /** Makes a repeated command find its first outcome. */
  readonly key?: string;
  /** What was asked, as JSON, cut at 8,000 characters. */
  readonly input: string;
  /** `ok` or an error code; absent while it runs, and for ever when the engine died meanwhile. */
  readonly outcome?: string;
  /** What was answered, as JSON, so that a repetition is answered the same; only with a `key`. At most 64 KB. */
  readonly answer?: string;
  /** Whether an event it caused was stored. Kept with that event, by {@link Storage.commit}; only ever read. */
  readonly caused?: boolean;
}

/** A capability as it is kept: a SHA-256 of the secret, never the secret. */
export interface StoredCapability {
  readonly hash: string;
  readonly principal: Principal;
  readonly createdAt: number;
}

export interface Loaded {
  /** Highest sequence number ever given. */
  readonly seq: number;
  readonly state: FleetState;
  /** Rows that could not be read. A damaged workstream is missing from `state`. */
  readonly damaged: readonly { readonly table: string; readonly id: string; readonly why: string }[];
}

/** Which page of a transcript: that before an ordinal, after one, or the one it lies in. */
export type PagePlace = { readonly before: number } | { readonly after: number } | { readonly around: number };

/** Within each of these, any one will do. */
export interface SearchFilter {
  readonly kinds?: readonly SearchKind[];
  readonly from?: readonly Sender[];
  readonly workstreams?: readonly WorkstreamId[];
  readonly projects?: readonly ProjectId[];
}

/** A search whose names have been looked up. */
export interface TextQuery {
  readonly terms: readonly SearchTerm[];
  readonly only: SearchFilter;
  readonly without: SearchFilter;
  readonly since?: number;
  readonly before?: number;
}

export interface SearchPage {
  readonly order: "best" | "newest";
  readonly perWorkstream: number;
  readonly limit: number;
  readonly offset: number;
}

export interface SearchFound {
  /** Workstream by workstream. */
  readonly hits: SearchHit[];
  readonly groups: readonly { readonly workstreamId: WorkstreamId; readonly found: number }[];
  readonly total: number;
  readonly more: boolean;
  readonly partial: boolean;
  readonly pending: number;
}

/** The engine's database, on a thread of its own. Every call is a message; none blocks the caller's thread. */
export interface Storage {
  load(): Promise<Result<Loaded>>;
  /** One transaction: the envelopes (with their detail rows) and the rows they changed. Durable when it resolves. */
  commit(envelopes: readonly Envelope[], rows: readonly RowChange[]): Promise<Result<void>>;
  /**
   * Envelopes above `seq`, oldest first, at most `limit`; an item is told as it is now. `gap` when a snapshot is needed instead:
   * the window no longer reaches back that far, `seq` was never given, a row is damaged, or it would be more than 8 MB.
   */
  eventsAfter(
    seq: number,
    limit: number,
  ): Promise<Result<{ readonly gap: boolean; readonly envelopes: readonly Envelope[] }>>;
  ticket(workstreamId: WorkstreamId): Promise<Result<Detail["ticket"]>>;
  saveTicket(workstreamId: WorkstreamId, ticket: Detail["ticket"]): Promise<Result<void>>;
  items(workstreamId: WorkstreamId, place: PagePlace | undefined, limit: number): Promise<Result<TranscriptPage>>;
  /** See the contract's procedure `workstream.find`. */
  findIn(
    workstreamId: WorkstreamId,
    text: string,
    from: number,
    way: "older" | "newer",
  ): Promise<Result<{ found?: number; to: number; done: boolean }>>;
  /** What is on record of a workstream's cost; phases count up to `now`. */
  usage(workstreamId: WorkstreamId, now: number): Promise<Result<Omit<Usage, "spent" | "budget">>>;
  /** Highest ordinal given in a workstream's transcript; 0 when it is empty. */
  lastOrdinal(workstreamId: WorkstreamId): Promise<Result<number>>;
  planAndNotes(workstreamId: WorkstreamId): Promise<Result<Pick<Detail, "plan" | "notes">>>;
  /** The newest items of one kind in a workstream that have any of the words, or all of that kind without any; the newest first. */
  newestItems(
    workstreamId: WorkstreamId,
    wanted: { readonly kind: SearchKind; readonly words: readonly string[] },
    limit: number,
  ): Promise<Result<readonly Item[]>>;
  /** What the human asked for about a workstream: how often, and for how long it had their attention. */
  humanAttention(
    workstreamId: WorkstreamId,
  ): Promise<Result<{ readonly commands: number; readonly focusedMs: number }>>;
  /** Texts that have all that is wanted and nothing that is not; ranked among the newest 2,000 that do. Never an error of syntax. */
  search(query: TextQuery, page: SearchPage): Promise<Result<SearchFound>>;
  /** What is said about its work; empty when nothing is. */
  review(workstreamId: WorkstreamId): Promise<Result<ReviewState>>;
  /** Writes a command, or its outcome; with a `key` its actor used before, answers the first record instead of writing. */
  recordCommand(command: CommandRecord): Promise<Result<CommandRecord>>;
  capabilities(): Promise<Result<readonly StoredCapability[]>>;
  saveCapability(capability: StoredCapability): Promise<Result<void>>;
  forgetCapabilities(kind: Principal["kind"]): Promise<Result<void>>;
  /** Undefined when it was never saved. Whoever owns a setting checks its shape. */
  setting(name: string): Promise<Result<unknown>>;
  saveSetting(name: string, value: unknown): Promise<Result<void>>;
  close(): Promise<void>;
}
