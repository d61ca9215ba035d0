import type { Comparison } from "../../contract/attempts.ts";
import type { Problem, Result } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { AttentionId, ItemId, ProjectId, RequestId, TurnId, WorkstreamId } from "../../contract/ids.ts";
import type { PlanStep } from "../../contract/items.ts";
import type { BranchCommit, ChangesFrame, DiffFile, DiffWanted, FileLines, FilePatch } from "../../contract/diffs.ts";
import type { DeletedWorkstream } from "../../contract/procedures.ts";
import type { Mention } from "../../contract/mentions.ts";
import type { Decision, Question } from "../../contract/requests.ts";
import type { Adopted, GateName, Loosening, Project, Words, Workstream } from "../../contract/states.ts";
import type { Budget } from "../../contract/usage.ts";
import type { Reclaimable, Released } from "../../contract/worktrees.ts";
import type { By } from "../storage/journal.ts";

export interface StartInput {
  readonly projectId?: ProjectId | undefined;
  readonly ticketKey?: string | undefined;
  readonly text?: string | undefined;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly base?: string | undefined;
  readonly attempts: number;
  readonly budget?: Budget | undefined;
  /** A worktree made by hand to work in. */
  readonly adopted?: { readonly path: string; readonly from: Adopted };
}

export interface AdoptInput extends Omit<StartInput, "attempts" | "base" | "adopted"> {
  /** The worktree's folder. */
  readonly path: string;
}

export interface OpenTicket {
  readonly key: string;
  readonly title: string;
  readonly state: string;
  readonly priority?: number;
  readonly workstreams: WorkstreamId[];
}

export interface OpenTickets {
  readonly tickets: OpenTicket[];
  /** Why tickets that are there could not be read; at most 100. */
  readonly skipped: Pick<Problem, "message" | "next">[];
}

export interface Delta {
  readonly workstreamId: WorkstreamId;
  readonly turnId: TurnId;
  readonly itemId: ItemId;
  readonly text: string;
}

/** What the human lets pass: a gate, and exactly what it judged. */
export interface Waiver {
  readonly gate: GateName;
  readonly digest: string;
  readonly why?: string | undefined;
}

export interface WorkstreamDiff {
  readonly base: string;
  readonly head: string;
  readonly files: DiffFile[];
  readonly patch: string;
  readonly truncated: boolean;
}

/** What may be asked of the fleet. A resolved command has been stored; what it brings about is told by events. */
export interface Fleet {
  openProject(path: string, by: By): Promise<Result<Project>>;
  closeProject(id: ProjectId, by: By): Promise<Result<void>>;
  tickets(projectId: ProjectId): Promise<Result<OpenTickets>>;
  allow(
    projectId: ProjectId,
    wanted: { readonly loosening: Loosening; readonly allow: boolean; readonly why?: string | undefined },
    by: By,
  ): Promise<Result<Project>>;
  start(input: StartInput, by: By): Promise<Result<Workstream[]>>;
  /** `along` is recorded with the words, or neither is. */
  /** Takes words back that were not delivered; the newest of the human's own where none are named. */
  unsay(
    id: WorkstreamId,
    wordsId: string | undefined,
    by: By,
  ): Promise<Result<{ readonly text: string; readonly when: Words["when"] }>>;
  mention(
    id: WorkstreamId,
    what: "file" | "symbol",
    text: string,
    limit: number,
  ): Promise<Result<{ readonly found: Mention[]; readonly partial: boolean }>>;
  steer(
    id: WorkstreamId,
    text: string,
    when: Words["when"],
    by: By,
    along?: (wordsId: string) => readonly Event[],
  ): Promise<Result<{ readonly wordsId: string }>>;
  answer(id: WorkstreamId, requestId: RequestId, decision: Decision, by: By): Promise<Result<void>>;
  interrupt(id: WorkstreamId, by: By): Promise<Result<void>>;
  stop(id: WorkstreamId, reason: string | undefined, by: By): Promise<Result<void>>;
  retry(id: WorkstreamId, by: By): Promise<Result<void>>;
  waive(id: WorkstreamId, waiver: Waiver, by: By): Promise<Result<void>>;
  archive(id: WorkstreamId, by: By): Promise<Result<void>>;
  compare(id: WorkstreamId): Promise<Result<Comparison>>;
  /** What differs between what two have committed. */
  between(id: WorkstreamId, otherId: WorkstreamId, signal?: AbortSignal): Promise<Result<AsyncGenerator<ChangesFrame>>>;
  keep(
    id: WorkstreamId,
    choice: { readonly over: readonly WorkstreamId[]; readonly why: string },
    by: By,
  ): Promise<Result<void>>;
  unarchive(id: WorkstreamId, by: By): Promise<Result<void>>;
  pause(id: WorkstreamId, by: By): Promise<Result<void>>;
  /** Looking at what it holds may take a minute; who asked can take it back until that has ended. */
  delete(id: WorkstreamId, confirm: string | undefined, by: By, signal?: AbortSignal): Promise<Result<void>>;
  deleted(): Promise<Result<DeletedWorkstream[]>>;
  restore(id: WorkstreamId, by: By): Promise<Result<{ readonly branches: string[] }>>;
  adopt(input: AdoptInput, by: By): Promise<Result<{ readonly workstream: Workstream; readonly from: Adopted }>>;
  release(id: WorkstreamId, by: By): Promise<Result<Released>>;
  reclaimable(id: WorkstreamId): Promise<Result<Reclaimable>>;
  reclaim(id: WorkstreamId, folders: readonly string[], by: By): Promise<Result<{ readonly bytes: number }>>;
  setBudget(id: WorkstreamId, budget: Budget, by: By): Promise<Result<void>>;
  ask(id: WorkstreamId, questions: Question[], by: By): Promise<Result<{ readonly requestId: RequestId }>>;
  note(id: WorkstreamId, text: string, by: By): Promise<Result<void>>;
  setPlan(id: WorkstreamId, steps: PlanStep[], by: By): Promise<Result<void>>;
  diff(id: WorkstreamId, options: { readonly patch: boolean }): Promise<Result<WorkstreamDiff>>;
  /** The same, read and in pages. */
  changes(id: WorkstreamId, wanted: DiffWanted, signal?: AbortSignal): Result<AsyncGenerator<ChangesFrame>>;
  /** One file of it with all its lines. */
  filePatch(
    id: WorkstreamId,
    wanted: DiffWanted & { readonly path: string; readonly previousPath?: string | undefined },
    signal?: AbortSignal,
  ): Promise<Result<FilePatch>>;
  /** Lines of a file in the commit that a diff is taken against. */
  fileLines(
    id: WorkstreamId,
    wanted: { readonly base: string; readonly path: string; readonly from: number; readonly count: number },
    signal?: AbortSignal,
  ): Promise<Result<FileLines>>;
  commits(id: WorkstreamId, signal?: AbortSignal): Promise<Result<BranchCommit[]>>;
  picture(
    id: WorkstreamId,
    wanted: DiffWanted & { readonly path: string; readonly side: "old" | "new" },
    signal?: AbortSignal,
  ): Promise<Result<{ readonly type: string; readonly base64: string }>>;
  snooze(id: AttentionId, until: number, by: By): Promise<Result<void>>;
  clear(id: AttentionId, by: By): Promise<Result<void>>;
  restoreItem(id: AttentionId, by: By): Promise<Result<void>>;
  /** Streamed text as it comes; not stored. Returns its undo. */
  onDelta(listener: (delta: Delta) => void): () => void;
  close(): Promise<void>;
}
