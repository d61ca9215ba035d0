import { z } from "zod";
import { problemSchema } from "./errors.ts";
import { forecastSchema } from "./forecast.ts";
import {
  attentionIdSchema,
  projectIdSchema,
  requestIdSchema,
  threadIdSchema,
  timeSchema,
  turnIdSchema,
  workstreamIdSchema,
} from "./ids.ts";
import { actorSchema } from "./principals.ts";
import { requestSchema } from "./requests.ts";
import { keptSettingSchema } from "./settings.ts";
import { reviewedSchema } from "./review.ts";
import { budgetSchema, rateLimitSchema, spentSchema, tokensSchema } from "./usage.ts";

const sentence = z.string().max(600);
const path = z.string().max(4_096);
const commit = z.string().regex(/^[0-9a-f]{40,64}$/);

/**
 * What a project's `WORKFLOW.md` may ask for beyond what any project has, and gets by the human's own word only: authors
 * without confinement (`codex.thread_sandbox: danger-full-access`), and the project's own commands without
 * (`coxswain.confinement: none`).
 */
export const looseningSchema = z.enum(["no-confinement", "unconfined-commands"]);
export type Loosening = z.infer<typeof looseningSchema>;

export const projectSchema = z.object({
  id: projectIdSchema,
  name: z.string().max(200),
  /** The main checkout, absolute. */
  root: path,
  /** The repository all its worktrees share. */
  gitDir: path,
  defaultBranch: z.string().max(500),
  /** Whether git knows here whom to attribute commits to. */
  identity: z.boolean(),
  openedAt: timeSchema,
  /** Where the policy in force was read, and what is wrong with a newer one that was not taken. */
  policy: z.object({
    source: z.enum(["file", "embedded"]),
    rejected: problemSchema.optional(),
    /** What it asks for and does not get unless the human allowed it. */
    asks: z.array(looseningSchema).max(10).optional(),
  }),
  /** What the human allowed, whether the policy asks for it at present or not. */
  allowed: z.array(looseningSchema).max(10).optional(),
});
export type Project = z.infer<typeof projectSchema>;

/** What holds the project's own commands: its hooks. */
export const commandConfinementSchema = z.enum(["bubblewrap", "seatbelt", "none"]);
export type CommandConfinement = z.infer<typeof commandConfinementSchema>;

export const phaseSchema = z.enum([
  "queued",
  "preparing",
  "working",
  "asking",
  "gating",
  "ready",
  "landing",
  "landed",
  "rework",
  "stopped",
  "failed",
  "archived",
  "paused",
  "deleting",
]);
export type Phase = z.infer<typeof phaseSchema>;

/** Phases in which nobody works, and that only the human leaves; `deleting` ends by itself, and the workstream with it. */
export const restingPhases: readonly Phase[] = ["stopped", "failed", "archived", "landed", "paused", "deleting"];

/** Phases in which a workstream holds one of its project's places. */
export const holdingPhases: ReadonlySet<Phase> = new Set<Phase>(["preparing", "working", "asking", "gating", "rework"]);

/**
 * In the order in which they are judged. `clean`: everything is committed, on the own branch. `harness`: no file that says
 * how this very work is judged was changed, or the human has seen the change.
 */
export const gateNameSchema = z.enum(["clean", "harness"]);
export type GateName = z.infer<typeof gateNameSchema>;

/** One file of a change that the human is asked to let pass. */
export const judgedFileSchema = z.object({ path, change: z.enum(["added", "modified", "deleted"]) });
export type JudgedFile = z.infer<typeof judgedFileSchema>;

export const gateSchema = z.object({
  verdict: z.enum(["pending", "running", "passed", "failed", "waived"]),
  /** Over everything the gate judged; the verdict holds as long as this does. */
  digest: z.string().max(200),
  commit: commit.optional(),
  why: sentence.optional(),
  /** What of the change it judged, as far as it is told here, and how many files more it was. */
  files: z.array(judgedFileSchema).max(100).optional(),
  moreFiles: z.number().int().positive().optional(),
  at: timeSchema,
});
export type Gate = z.infer<typeof gateSchema>;

/** Why a turn was opened. */
export const turnCauseSchema = z.enum(["ticket", "human", "answer", "gate", "recovery", "retry"]);
export type TurnCause = z.infer<typeof turnCauseSchema>;

export const turnStateSchema = z.object({
  id: turnIdSchema,
  number: z.number().int().positive(),
  cause: turnCauseSchema,
  status: z.enum(["sending", "running", "completed", "interrupted", "failed"]),
  agentTurnId: z.string().max(200).optional(),
  startedAt: timeSchema,
  endedAt: timeSchema.optional(),
  problem: problemSchema.optional(),
});
export type TurnState = z.infer<typeof turnStateSchema>;

/**
 * Recorded before an effect and settled after it; after a crash it says what may have half happened. Setting up, opening and
 * sending need none: the phase, the thread and the turn, recorded first, say as much.
 */
export const intentSchema = z.object({
  key: z.string().max(200),
  step: z.enum(["steer", "commit", "interrupt"]),
  at: timeSchema,
});
export type Intent = z.infer<typeof intentSchema>;

export const diffSummarySchema = z.object({
  files: z.number().int().nonnegative(),
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
  /** Commits on the branch since its base. */
  commits: z.number().int().nonnegative(),
  head: commit,
  /** Whether work in the worktree is not committed. */
  dirty: z.boolean(),
  /** Whether the worktree's head is not on the workstream's own branch. */
  astray: z.boolean().optional(),
  at: timeSchema,
});
export type DiffSummary = z.infer<typeof diffSummarySchema>;

/** Where a worktree made by hand stood when it was adopted. */
export const adoptedSchema = z.object({
  /** Absent when its head was detached. */
  branch: z.string().max(600).optional(),
  commit,
});
export type Adopted = z.infer<typeof adoptedSchema>;

export const keptSchema = z.object({
  why: z.string().min(1).max(500),
  over: z.array(workstreamIdSchema).max(100),
  at: timeSchema,
});
export type Kept = z.infer<typeof keptSchema>;

export const workstreamSchema = z.object({
  id: workstreamIdSchema,
  projectId: projectIdSchema,
  /** Its place in the grid: never changes and is never given twice in a home. */
  number: z.number().int().positive(),
  name: z.string().max(100),
  ticket: z.object({ key: z.string().max(300), title: z.string().max(300) }),
  /** 1 for the first attempt at a ticket, 2 for a sibling, and so on. */
  attempt: z.number().int().positive(),
  agent: z.string().max(100),
  model: z.string().max(200).optional(),
  phase: phaseSchema,
  /** Why it stands where it stands, when the phase alone does not tell. */
  reason: sentence.optional(),
  /** Branch, folder and id are three different things. `gitDir` and `commit` (where the branch began) are absent until prepared. */
  place: z.object({
    branch: z.string().max(500),
    folder: z.string().max(200),
    path,
    base: z.string().max(500),
    gitDir: path.optional(),
    commit: commit.optional(),
    /** Set in a worktree that was made by hand: where it stood. It is its user's, and never removed, moved or emptied. */
    adopted: adoptedSchema.optional(),
  }),
  /** What its set-up made was removed to free the disk: it is set up again before it goes on. */
  setUpDue: z.boolean().optional(),
  ports: z.object({ first: z.number().int(), count: z.number().int() }).optional(),
  /** Set while its folder is given up: what of it is in the vault, and how large it was on disk. */
  freed: z
    .object({ snapshot: commit.optional(), bytes: z.number().int().nonnegative().optional(), at: timeSchema })
    .optional(),
  /** Recorded before anything of it is deleted; `confirmed` when the human gave up what may be lost, by its name. */
  tombstone: z.object({ confirmed: z.boolean(), at: timeSchema }).optional(),
  threadId: threadIdSchema.optional(),
  confinement: z.enum(["workspace-write", "none"]).optional(),
  /** What held the last of the project's own commands that ran for it. */
  commandConfinement: commandConfinementSchema.optional(),
  turn: turnStateSchema.optional(),
  turns: z.number().int().nonnegative(),
  /** Turns the gates asked for since a human last spoke. */
  rounds: z.number().int().nonnegative(),
  /** Failed tries in a row. */
  failures: z.number().int().nonnegative(),
  /** A failed try is repeated at this time. */
  retryAt: timeSchema.optional(),
  intent: intentSchema.optional(),
  line: z.string().max(200),
  lineAt: timeSchema,
  /** The agent's last sign of life. */
  heardAt: timeSchema,
  spent: spentSchema,
  /** What earlier threads of this workstream spent; the agent counts each thread from zero. */
  tokensBefore: tokensSchema,
  budget: budgetSchema,
  diff: diffSummarySchema.optional(),
  /** Absent until something was committed, and where its work is over. */
  forecast: forecastSchema.optional(),
  gates: z.partialRecord(gateNameSchema, gateSchema),
  /** Set while it is put away: how it stood, so that it can be brought back so. Absent in rows put away before this was kept. */
  awayFrom: z.object({ phase: phaseSchema, reason: sentence.optional(), frozen: sentence.optional() }).optional(),
  /** How far the human was with it when it was last counted. */
  reviewed: reviewedSchema.optional(),
  /** Why something nobody foresaw stopped it: nothing acts on it until the human takes it up again, stops it or puts it away. */
  frozen: sentence.optional(),
  /** The human kept this attempt at its ticket over others: why, which, and when. */
  kept: keptSchema.optional(),
  createdAt: timeSchema,
});
export type Workstream = z.infer<typeof workstreamSchema>;

export const wordsIdSchema = z.string().regex(/^m[0-9a-z]{8,40}$/);

/** Words for an author that were accepted and have not reached it yet. */
export const wordsSchema = z.object({
  id: wordsIdSchema,
  workstreamId: workstreamIdSchema,
  text: z.string().min(1).max(32_000),
  from: actorSchema,
  /** `now` goes into the running turn, `next` opens the next one, `interrupt` ends the running turn first. */
  when: z.enum(["now", "next", "interrupt"]),
  cause: turnCauseSchema,
  at: timeSchema,
});
export type Words = z.infer<typeof wordsSchema>;

export const attentionKindSchema = z.enum([
  "approval",
  "question",
  "failed",
  "stalled",
  "budget",
  "rounds",
  "policy",
  /** Its work changes files by which work is judged. */
  "harness",
  /** A project's policy asks for what only the human can allow. */
  "consent",
  "frozen",
  "disk",
  /** Its work no longer merges into the branch it is to land on. */
  "conflict",
  "ready",
]);
export type AttentionKind = z.infer<typeof attentionKindSchema>;

/** One thing that needs the human; at most one per workstream and kind. */
export const attentionSchema = z.object({
  id: attentionIdSchema,
  kind: attentionKindSchema,
  workstreamId: workstreamIdSchema.optional(),
  projectId: projectIdSchema.optional(),
  requestId: requestIdSchema.optional(),
  /** The ask in one line. */
  ask: z.string().max(300),
  at: timeSchema,
  snoozedUntil: timeSchema.optional(),
});
export type AttentionItem = z.infer<typeof attentionSchema>;

/**
 * What every subscriber always has: fifteen summaries and what waits for the human. Rows are keyed by id. The engine's own also
 * holds archived workstreams; a snapshot leaves them out.
 */
export const fleetStateSchema = z.object({
  projects: z.record(projectIdSchema, projectSchema),
  workstreams: z.record(workstreamIdSchema, workstreamSchema),
  /** Unanswered only. */
  requests: z.record(requestIdSchema, requestSchema),
  /** Undelivered only. */
  words: z.record(wordsIdSchema, wordsSchema),
  attention: z.record(attentionIdSchema, attentionSchema),
  rateLimits: z.record(z.string().max(100), z.array(rateLimitSchema).max(20)),
  /** Those the human set, by name. An engine that knows none tells none. */
  settings: z.record(z.string().max(50), keptSettingSchema).default({}),
});
export type FleetState = z.infer<typeof fleetStateSchema>;

export const emptyFleetState: FleetState = {
  projects: {},
  workstreams: {},
  requests: {},
  words: {},
  attention: {},
  rateLimits: {},
  settings: {},
};
