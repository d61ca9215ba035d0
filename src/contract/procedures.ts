import { eventIterator, oc, type ContractRouterClient } from "@orpc/contract";
import { z } from "zod";
import { comparisonSchema } from "./attempts.ts";
import { checkSchema } from "./check.ts";
import {
  branchCommitSchema,
  changesFrameSchema,
  diffFileSchema,
  diffWantedSchema,
  fileLinesSchema,
  filePatchSchema,
  largestPicture,
  mostBranchCommits,
} from "./diffs.ts";
import { errorStatus, problemSchema, type ErrorCode } from "./errors.ts";
import { envelopeSchema } from "./events.ts";
import {
  attentionIdSchema,
  itemIdSchema,
  projectIdSchema,
  requestIdSchema,
  terminalIdSchema,
  timeSchema,
  turnIdSchema,
  workstreamIdSchema,
} from "./ids.ts";
import { itemSchema, planStepSchema } from "./items.ts";
import { mentionSchema } from "./mentions.ts";
import { poolStatusSchema } from "./pool.ts";
import { principalSchema, type PrincipalKind } from "./principals.ts";
import { decisionSchema, questionSchema } from "./requests.ts";
import { settingNameSchema, settingsSchema, someSettingsSchema } from "./settings.ts";
import { searchAnswerSchema, searchInputSchema } from "./search.ts";
import {
  anchorSchema,
  commentTextSchema,
  draftIdSchema,
  hunkKeySchema,
  mostComments,
  reviewIdSchema,
  reviewStateSchema,
} from "./review.ts";
import { secretNameSchema, secretSchema, secretValueSchema } from "./secrets.ts";
import {
  adoptedSchema,
  attentionSchema,
  fleetStateSchema,
  gateNameSchema,
  looseningSchema,
  projectSchema,
  wordsIdSchema,
  wordsSchema,
  workstreamSchema,
} from "./states.ts";
import { tallySchema } from "./tally.ts";
import {
  gridSchema,
  maxTyped,
  previewsInputSchema,
  terminalFrameSchema,
  terminalPreviewSchema,
  terminalSchema,
} from "./terminals.ts";
import { budgetSchema, turnFactsSchema, usageSchema } from "./usage.ts";
import {
  diskUseSchema,
  measureFrameSchema,
  reclaimableSchema,
  releasedSchema,
  worktreeListSchema,
} from "./worktrees.ts";

/** Raised when either side could misread the other; a host with another number refuses to attach. */
export const protocolVersion = 1;

/** Who may call a procedure. A workstream may ever only name itself in `workstreamId`. */
export interface Access {
  readonly callers: readonly PrincipalKind[];
}

const errorData = problemSchema.pick({ cause: true, next: true });

type ErrorMap = Record<ErrorCode, { status: number; data: typeof errorData }>;

const errorMap = Object.fromEntries(
  Object.entries(errorStatus).map(([code, status]) => [code, { status, data: errorData }]),
) as ErrorMap;

const root = oc.$meta<Access>({ callers: ["human"] }).errors(errorMap);
const forHuman = root;
const forReaders = root.meta({ callers: ["human", "reader"] });
const forOwner = root.meta({ callers: ["human", "workstream"] });
const forAll = root.meta({ callers: ["human", "reader", "workstream"] });

const of = { workstreamId: workstreamIdSchema };

/**
 * Every command of the human says how long the ask had the human's attention, in milliseconds; absent where a program asked.
 * A command repeated with the same `commandKey` is carried out once.
 */
const command = {
  focusedMs: z.number().int().nonnegative().max(86_400_000).optional(),
  commandKey: z.string().min(8).max(100).optional(),
};

const frameSchema = z.discriminatedUnion("kind", [
  /** Everything but workstreams put away, as of `seq`; it stays small however many of those there are. */
  z.object({ kind: z.literal("snapshot"), seq: z.number().int().nonnegative(), state: fleetStateSchema }),
  /** What happened since, in order. */
  z.object({ kind: z.literal("events"), envelopes: z.array(envelopeSchema).max(5_000) }),
]);

export const detailSchema = z.object({
  ticket: z.object({ key: z.string(), title: z.string(), body: z.string().max(256_000) }),
  /** The newest page of the transcript, oldest first. */
  items: z.array(itemSchema).max(500),
  /** Whether older items exist. */
  more: z.boolean(),
  /** The turns of these items. */
  turns: z.array(turnFactsSchema).max(500),
  plan: z.array(planStepSchema).max(50),
  notes: z.array(z.object({ at: timeSchema, text: z.string() })).max(100),
  review: reviewStateSchema,
});
export type Detail = z.infer<typeof detailSchema>;

export const transcriptPageSchema = z.object({
  items: z.array(itemSchema),
  /** Whether older items exist, and newer ones. */
  more: z.boolean(),
  newer: z.boolean(),
  /** The highest ordinal there is. */
  last: z.number().int().nonnegative(),
  /** The turns of these items. */
  turns: z.array(turnFactsSchema).max(500),
});
export type TranscriptPage = z.infer<typeof transcriptPageSchema>;

const detailFrameSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("snapshot"), seq: z.number().int().nonnegative(), detail: detailSchema }),
  z.object({ kind: z.literal("events"), envelopes: z.array(envelopeSchema).max(5_000) }),
  /** Streamed text of items that have not ended, joined per item; lost ones are mended by the item's next upsert. */
  z.object({
    kind: z.literal("deltas"),
    deltas: z.array(z.object({ itemId: itemIdSchema, turnId: turnIdSchema, text: z.string() })),
  }),
]);

export type FleetFrame = z.infer<typeof frameSchema>;
export type DetailFrame = z.infer<typeof detailFrameSchema>;

const installFrameSchema = z.discriminatedUnion("kind", [
  /** What the installer says. */
  z.object({ kind: z.literal("line"), line: z.string().max(500) }),
  /** The last frame: what was installed. */
  z.object({ kind: z.literal("found"), program: z.string(), version: z.string() }),
]);
export type InstallFrame = z.infer<typeof installFrameSchema>;

export const deletedSchema = z.object({
  workstreamId: workstreamIdSchema,
  projectId: projectIdSchema,
  number: z.number().int().positive(),
  name: z.string().max(100),
  title: z.string().max(300),
  at: timeSchema,
});
export type DeletedWorkstream = z.infer<typeof deletedSchema>;

const threadNumber = z.number().int().positive();
const seqSchema = z.number().int().nonnegative();

/** Everything that may be said across a process line. */
export const contract = {
  engine: {
    hello: forAll.output(
      z.object({
        protocol: z.number().int(),
        version: z.string(),
        principal: principalSchema,
        pid: z.number().int(),
        startedAt: timeSchema,
      }),
    ),
    /** The fleet in as much as concerns a host that shows a count and tells what waits. */
    tally: forReaders.output(tallySchema),
    /** What the engine rests on and how it stands, each looked at within its time. */
    doctor: forReaders.output(z.object({ checks: z.array(checkSchema) })),
  },
  reader: {
    /**
     * A new token for somebody who may look and do nothing else, and the address that takes it. Takes no `commandKey`: answers
     * to keyed commands are kept, and a secret is not.
     */
    invite: forHuman
      .input(z.object({ focusedMs: command.focusedMs }))
      .output(z.object({ url: z.string(), token: z.string() })),
    /** Ends every reader's token. What a reader is watching at that moment ends with its connection. */
    dismiss: forHuman.input(z.object(command)).output(z.object({})),
  },
  secret: {
    /** Their names and where each comes from, never their values; and whether there is a keychain to keep more in. */
    list: forHuman.output(z.object({ secrets: z.array(secretSchema).max(1_000), keychain: z.boolean() })),
    /** Keeps a secret in the host's keychain. Takes no `commandKey`, and is put on record without the value. */
    set: forHuman
      .input(z.object({ name: secretNameSchema, value: secretValueSchema, focusedMs: command.focusedMs }))
      .output(z.object({})),
    remove: forHuman.input(z.object({ name: secretNameSchema, ...command })).output(z.object({})),
  },
  agent: {
    /** The agents there are, and what each can do. */
    list: forReaders.output(
      z.array(z.object({ name: z.string(), capabilities: z.record(z.string().max(100), z.boolean()) })),
    ),
    /**
     * Installs an agent's program into the engine's home. Ends with a `found` frame or a typed failure; a caller that goes away
     * ends the installation.
     */
    install: forHuman
      .input(z.object({ agent: z.enum(["codex"]), ...command }))
      .output(eventIterator(installFrameSchema)),
  },
  feed: {
    /** Summaries of all workstreams that are not archived: a snapshot, or what came after `since` when that is still kept; then events as they happen. */
    fleet: forReaders.input(z.object({ since: seqSchema.optional() })).output(eventIterator(frameSchema)),
    /** One workstream in full: events about it, detail and streamed text included. */
    workstream: forReaders
      .input(z.object({ ...of, since: seqSchema.optional() }))
      .output(eventIterator(detailFrameSchema)),
  },
  project: {
    open: forHuman.input(z.object({ path: z.string().min(1).max(4_096), ...command })).output(projectSchema),
    /** Makes the demo's repository where it is not there, opens it, and has each of its tickets worked on. */
    openDemo: forHuman.input(z.object(command)).output(projectSchema),
    /** Lets go of a project all of whose workstreams were put away or deleted. Its vault stays, for when it is opened again. */
    close: forHuman.input(z.object({ projectId: projectIdSchema, ...command })).output(z.object({})),
    list: forReaders.output(z.array(projectSchema)),
    /** What is kept ready for the next starts; `pool` is absent until the project has been looked at. */
    pool: forReaders
      .input(z.object({ projectId: projectIdSchema }))
      .output(z.object({ pool: poolStatusSchema.optional() })),
    /** Gives, or takes back, what a project's policy cannot give itself. Threads opened from then on are held to it. */
    allow: forHuman
      .input(
        z.object({
          projectId: projectIdSchema,
          loosening: looseningSchema,
          allow: z.boolean(),
          why: z.string().max(500).optional(),
          ...command,
        }),
      )
      .output(projectSchema),
  },
  ticket: {
    /** Open tickets of a project's tracker, and why others could not be read. */
    list: forReaders.input(z.object({ projectId: projectIdSchema })).output(
      z.object({
        tickets: z.array(
          z.object({
            key: z.string(),
            title: z.string(),
            state: z.string(),
            priority: z.number().int().optional(),
            workstreams: z.array(workstreamIdSchema),
          }),
        ),
        skipped: z.array(problemSchema.pick({ message: true, next: true })).max(100),
      }),
    ),
  },
  workstream: {
    /** Starts work on a ticket of the tracker (`ticketKey`) or on `text`, which is filed as one. */
    start: forHuman
      .input(
        z
          .object({
            projectId: projectIdSchema.optional(),
            ticketKey: z.string().max(300).optional(),
            text: z.string().min(1).max(64_000).optional(),
            agent: z.string().max(100).optional(),
            model: z.string().max(200).optional(),
            base: z.string().max(500).optional(),
            /** Sibling workstreams on the same ticket. */
            attempts: z.number().int().min(1).max(8).default(1),
            budget: budgetSchema.optional(),
            ...command,
          })
          .refine((input) => (input.ticketKey === undefined) !== (input.text === undefined), {
            message: "Give either a ticket's key or a text, not both.",
          }),
      )
      .output(z.array(workstreamSchema)),
    /** In the order of their numbers; those put away only with `all`. */
    list: forReaders
      .input(z.object({ all: z.boolean().default(false) }).prefault({}))
      .output(z.array(workstreamSchema)),
    show: forOwner
      .meta({ callers: ["human", "reader", "workstream"] })
      .input(z.object(of))
      .output(
        z.object({
          workstream: workstreamSchema,
          ticket: detailSchema.shape.ticket,
          requests: fleetStateSchema.shape.requests,
          plan: detailSchema.shape.plan,
          notes: detailSchema.shape.notes,
        }),
      ),
    transcript: forAll
      .input(
        z.object({
          ...of,
          /** Where to read: before an ordinal, after one, or around one; the newest where nothing is said. */
          before: z.number().int().positive().optional(),
          after: z.number().int().nonnegative().optional(),
          around: z.number().int().positive().optional(),
          limit: z.number().int().min(1).max(500).default(100),
        }),
      )
      .output(transcriptPageSchema),
    /**
     * Looks for a text in one transcript, letter by letter and whatever the case, from an ordinal on (itself left out) one way
     * or the other. Looks at a bounded number of items and says how far it came, for the caller to go on from there.
     */
    find: forReaders
      .input(
        z.object({
          ...of,
          text: z.string().min(1).max(200),
          from: z.number().int().nonnegative(),
          way: z.enum(["older", "newer"]),
        }),
      )
      .output(z.object({ found: z.number().int().optional(), to: z.number().int().nonnegative(), done: z.boolean() })),
    /** What it cost in tokens, time and human attention. */
    usage: forReaders.input(z.object(of)).output(usageSchema),
    /** What changed since the merge base, uncommitted and untracked work included. */
    diff: forAll
      .input(
        z.object({
          ...of,
          /** Whether the patch is wanted beside the list of files. */
          patch: z.boolean().default(true),
        }),
      )
      .output(
        z.object({
          base: z.string(),
          head: z.string(),
          files: z.array(diffFileSchema),
          patch: z.string(),
          /** Set when the patch was longer than the bound and its end is missing. */
          truncated: z.boolean(),
        }),
      ),
    /** The same, read and in pages, to be shown. */
    changes: forReaders.input(z.object({ ...of, ...diffWantedSchema.shape })).output(eventIterator(changesFrameSchema)),
    /** The lines of one file that were left out because it is folded. */
    filePatch: forReaders
      .input(
        z.object({
          ...of,
          ...diffWantedSchema.shape,
          path: z.string().min(1).max(8_192),
          previousPath: z.string().min(1).max(8_192).optional(),
        }),
      )
      .output(filePatchSchema),
    /** Lines of a file as they were in the commit that a diff is taken against, from `from` on, counted from 1. */
    fileLines: forReaders
      .input(
        z.object({
          ...of,
          base: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
          path: z.string().min(1).max(8_192),
          from: z.number().int().positive(),
          count: z.number().int().min(1).max(500),
        }),
      )
      .output(fileLinesSchema),
    /** The newest commits of the branch, the newest first. */
    commits: forReaders
      .input(z.object(of))
      .output(z.object({ commits: z.array(branchCommitSchema).max(mostBranchCommits) })),
    /** A picture as it was or as it is now. */
    picture: forReaders
      .input(
        z.object({
          ...of,
          ...diffWantedSchema.shape,
          path: z.string().min(1).max(8_192),
          side: z.enum(["old", "new"]),
        }),
      )
      .output(z.object({ type: z.string().max(100), base64: z.string().max(largestPicture * 2) })),
    /** Words for the author: into the running turn, as the next turn, or after ending the running one. */
    steer: forHuman
      .input(
        z.object({
          ...of,
          text: z.string().min(1).max(32_000),
          when: z.enum(["now", "next", "interrupt"]).default("now"),
          ...command,
        }),
      )
      .output(z.object({ wordsId: wordsIdSchema })),
    /** Takes back words that the author does not have yet: those named, else the newest of the human's own. */
    unsay: forHuman
      .input(z.object({ ...of, wordsId: wordsIdSchema.optional(), ...command }))
      .output(z.object({ text: z.string(), when: wordsSchema.shape.when })),
    /** Files of the worktree, or what is defined in it, for words that mention them; the most likely first. */
    mention: forHuman
      .input(
        z.object({
          ...of,
          what: z.enum(["file", "symbol"]),
          text: z.string().max(200),
          limit: z.number().int().min(1).max(50).default(12),
        }),
      )
      .output(z.object({ found: z.array(mentionSchema).max(50), partial: z.boolean() })),
    answer: forHuman
      .input(z.object({ ...of, requestId: requestIdSchema, decision: decisionSchema, ...command }))
      .output(z.object({})),
    interrupt: forHuman.input(z.object({ ...of, ...command })).output(z.object({})),
    stop: forHuman.input(z.object({ ...of, reason: z.string().max(500).optional(), ...command })).output(z.object({})),
    /** Takes a stopped, failed or ready workstream up again where it stands. */
    retry: forHuman.input(z.object({ ...of, ...command })).output(z.object({})),
    /**
     * Lets a gate pass that only the human can let pass, for exactly what was judged: `digest` is the gate's, as it was
     * shown, and `CONFLICT` when something else has been judged since.
     */
    waive: forHuman
      .input(
        z.object({
          ...of,
          gate: gateNameSchema.extract(["harness"]),
          digest: z.string().min(1).max(200),
          why: z.string().max(500).optional(),
          ...command,
        }),
      )
      .output(z.object({})),
    /** All attempts at its ticket, side by side: what each changed, ran, said and cost. */
    compare: forReaders.input(z.object(of)).output(comparisonSchema),
    /** What differs between what two workstreams of one project have committed: from the first to the second. */
    between: forReaders
      .input(z.object({ ...of, otherId: workstreamIdSchema }))
      .output(eventIterator(changesFrameSchema)),
    /**
     * Keeps one attempt at a ticket and puts away the others named, with the reason on record. `unarchive` of any of them
     * takes the choice back.
     */
    keep: forHuman
      .input(
        z.object({
          ...of,
          over: z.array(workstreamIdSchema).min(1).max(100),
          why: z.string().trim().min(1).max(500),
          ...command,
        }),
      )
      .output(z.object({})),
    /** Puts a workstream away; its branch, worktree and transcript stay. */
    archive: forHuman.input(z.object({ ...of, ...command })).output(z.object({})),
    /** Brings back what was put away, as it stood. What it had asked, and words it had not read, do not come back. */
    unarchive: forHuman.input(z.object({ ...of, ...command })).output(z.object({})),
    /** Ends its turn, gives up its folder and keeps all its work, uncommitted too; `retry` takes it up again as it was. */
    pause: forHuman.input(z.object({ ...of, ...command })).output(z.object({})),
    /**
     * Deletes a workstream that rests: worktree, branches and transcript. `CONFLICT` while it has what exists nowhere else,
     * unless `confirm` is its name. What the vault has of it can be restored for thirty days.
     */
    delete: forHuman
      .input(z.object({ ...of, confirm: z.string().max(100).optional(), ...command }))
      .output(z.object({})),
    setBudget: forHuman.input(z.object({ ...of, budget: budgetSchema, ...command })).output(z.object({})),
    /** A question of the author to the human. The author goes on; the answer comes as its next words. */
    ask: forOwner
      .meta({ callers: ["workstream"] })
      .input(z.object({ ...of, questions: z.array(questionSchema).min(1).max(8) }))
      .output(z.object({ requestId: requestIdSchema })),
    note: forOwner.input(z.object({ ...of, text: z.string().min(1).max(4_000) })).output(z.object({})),
    plan: forOwner.input(z.object({ ...of, steps: z.array(planStepSchema).min(1).max(50) })).output(z.object({})),
  },
  review: {
    /** The threads of a workstream's review, what was sent of it, and what was viewed. */
    show: forAll.input(z.object(of)).output(reviewStateSchema),
    /**
     * Comments on places, replies to threads and a summary, told to the author as one piece of words. `after` is the highest
     * thread number the sender knew: `CONFLICT` when there is a higher one by now, and what was previewed would be another.
     */
    send: forHuman
      .input(
        z.object({
          ...of,
          summary: z.string().trim().max(4_000).default(""),
          comments: z
            .array(z.object({ anchor: anchorSchema, text: commentTextSchema, draft: draftIdSchema.optional() }))
            .max(mostComments)
            .default([]),
          replies: z
            .array(z.object({ number: threadNumber, text: commentTextSchema }))
            .max(mostComments)
            .default([]),
          after: z.number().int().nonnegative().optional(),
          when: z.enum(["now", "next"]).default("now"),
          ...command,
        }),
      )
      .output(z.object({ reviewId: reviewIdSchema, wordsId: wordsIdSchema, threads: z.array(threadNumber) })),
    /** The author's answer to a thread. */
    answer: forOwner
      .meta({ callers: ["workstream"] })
      .input(z.object({ ...of, number: threadNumber, text: commentTextSchema }))
      .output(z.object({})),
    /** The human is done with a thread, or opens it again. The author is not told. */
    resolve: forHuman
      .input(z.object({ ...of, number: threadNumber, resolved: z.boolean().default(true), ...command }))
      .output(z.object({})),
    /** Marks hunks as viewed, or no longer. */
    view: forHuman
      .input(
        z.object({
          ...of,
          hunks: z.array(hunkKeySchema).min(1).max(2_000),
          viewed: z.boolean().default(true),
          ...command,
        }),
      )
      .output(z.object({})),
  },
  /**
   * The human's own shells in the worktrees of workstreams. Opening and closing are commands on record; what is typed is on no
   * record, for it may be a password.
   */
  terminal: {
    /** The terminal of a workstream, opened when there is none. With `another` one more is opened. */
    open: forHuman
      .input(gridSchema.extend({ ...of, another: z.boolean().default(false), ...command }))
      .output(terminalSchema),
    list: forHuman
      .input(z.object({ workstreamId: workstreamIdSchema.optional() }).prefault({}))
      .output(z.array(terminalSchema).max(100)),
    /** The screen, and from there what comes. A reader acknowledges what it has drawn; what is too far ahead of it waits. */
    attach: forHuman.input(z.object({ terminalId: terminalIdSchema })).output(eventIterator(terminalFrameSchema)),
    ack: forHuman
      .input(z.object({ terminalId: terminalIdSchema, reader: z.number().int().positive(), at: seqSchema }))
      .output(z.object({})),
    write: forHuman
      .input(z.object({ terminalId: terminalIdSchema, text: z.string().min(1).max(maxTyped) }))
      .output(z.object({})),
    resize: forHuman.input(gridSchema.extend({ terminalId: terminalIdSchema })).output(z.object({})),
    /** How the last rows of these workstreams' terminals change, four times a second at most. */
    previews: forHuman
      .input(previewsInputSchema)
      .output(eventIterator(z.object({ previews: z.array(terminalPreviewSchema).max(200) }))),
    /** Ends the shell and everything that was started from it. */
    close: forHuman.input(z.object({ terminalId: terminalIdSchema, ...command })).output(z.object({})),
  },
  worktree: {
    /** Breaks off making worktrees ready for next starts, in all projects until the next start; `on`: goes on with it. */
    refill: forHuman.input(z.object({ on: z.boolean(), ...command })).output(z.object({})),
    /** Of all open projects: those of workstreams, those kept ready, those made by hand. */
    list: forReaders.output(worktreeListSchema),
    /**
     * Has a workstream work in a worktree that was made by hand. It gets a branch of its own at the same commit; index, files
     * and the branch that was checked out stay as they are. Not set up: it is taken as it is found.
     */
    adopt: forHuman
      .input(
        z
          .object({
            projectId: projectIdSchema.optional(),
            path: z.string().min(1).max(4_096),
            ticketKey: z.string().max(300).optional(),
            text: z.string().min(1).max(64_000).optional(),
            agent: z.string().max(100).optional(),
            model: z.string().max(200).optional(),
            budget: budgetSchema.optional(),
            ...command,
          })
          .refine((input) => (input.ticketKey === undefined) !== (input.text === undefined), {
            message: "Give either a ticket's key or a text, not both.",
          }),
      )
      .output(z.object({ workstream: workstreamSchema, from: adoptedSchema })),
    /** Gives an adopted worktree back and puts its workstream away. The branch it was on takes the work if it has not moved. */
    release: forHuman.input(z.object({ ...of, ...command })).output(releasedSchema),
    /** What {@link reclaim} would remove. */
    reclaimable: forHuman.input(z.object(of)).output(reclaimableSchema),
    /** Removes folders that set-up makes again, of those `reclaimable` named, from the worktree of resting work. */
    reclaim: forHuman
      .input(z.object({ ...of, folders: z.array(z.string().max(4_096)).min(1).max(1_000), ...command }))
      .output(z.object({ bytes: z.number().int().nonnegative() })),
  },
  disk: {
    /** What was last measured, and what is free now. */
    use: forReaders.output(diskUseSchema),
    /** Measures anew, unless that is under way: then it joins. A caller that goes away ends what nobody else waits for. */
    measure: forHuman.output(eventIterator(measureFrameSchema)),
  },
  vault: {
    /** What was deleted in the last thirty days, the newest first. */
    deleted: forHuman.output(z.array(deletedSchema).max(1_000)),
    /**
     * Puts a workstream's branches back into its project, and the objects of them that the project lost. What a deleted one
     * had not committed comes back as a branch of its own.
     */
    restore: forHuman
      .input(z.object({ ...of, ...command }))
      .output(z.object({ branches: z.array(z.string().max(600)).max(1_001) })),
  },
  attention: {
    /** Ranked, most urgent first; snoozed ones last. */
    list: forReaders.output(z.array(attentionSchema)),
    snooze: forHuman
      .input(z.object({ attentionId: attentionIdSchema, until: timeSchema, ...command }))
      .output(z.object({})),
    clear: forHuman.input(z.object({ attentionId: attentionIdSchema, ...command })).output(z.object({})),
    /** Brings back what was cleared, since when it needed the human included; as long as the engine runs that cleared it. */
    restore: forHuman.input(z.object({ attentionId: attentionIdSchema, ...command })).output(z.object({})),
  },
  settings: {
    /** All in force, and the names of those that are not at their default. */
    read: forReaders.output(z.object({ settings: settingsSchema, changed: z.array(settingNameSchema) })),
    /** Sets some and puts others back to their default, all or none. */
    change: forHuman
      .input(
        z.object({
          set: someSettingsSchema.default({}),
          reset: z.array(settingNameSchema).max(50).default([]),
          ...command,
        }),
      )
      .output(z.object({})),
  },
  search: {
    /**
     * Full text over all that was said, done, asked and noted, of workstreams that were put away too; `search-query.ts` has the
     * syntax. No text is an error: what makes no sense is left out and told.
     */
    find: forReaders.input(searchInputSchema).output(searchAnswerSchema),
  },
};

export type Contract = typeof contract;

/** The contract as its callers see it, whichever way it travels. */
export type Client = ContractRouterClient<Contract>;
