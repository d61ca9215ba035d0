import { z } from "zod";
import { problemSchema } from "./errors.ts";
import {
  attentionIdSchema,
  commandIdSchema,
  projectIdSchema,
  requestIdSchema,
  threadIdSchema,
  timeSchema,
  turnIdSchema,
  workstreamIdSchema,
} from "./ids.ts";
import { forecastSchema } from "./forecast.ts";
import { itemSchema, planStepSchema } from "./items.ts";
import { actorSchema } from "./principals.ts";
import { decisionSchema, requestSchema } from "./requests.ts";
import { keptSettingSchema } from "./settings.ts";
import {
  hunkKeySchema,
  mostComments,
  reviewEntrySchema,
  reviewedSchema,
  reviewSchema,
  reviewThreadSchema,
} from "./review.ts";
import {
  attentionSchema,
  diffSummarySchema,
  commandConfinementSchema,
  gateNameSchema,
  gateSchema,
  intentSchema,
  keptSchema,
  looseningSchema,
  phaseSchema,
  projectSchema,
  turnStateSchema,
  wordsIdSchema,
  wordsSchema,
  workstreamSchema,
} from "./states.ts";
import { budgetSchema, rateLimitSchema, spentSchema } from "./usage.ts";

const of = { workstreamId: workstreamIdSchema };
const commitSchema = z.string().regex(/^[0-9a-f]{40,64}$/);

/** Everything that can happen. Past tense, closed, written by the engine alone. */
export const eventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("project.opened"), project: projectSchema }),
  /** Its rows of workstreams that were put away stay, and its vault; opened again it has its id back. */
  z.object({ type: z.literal("project.closed"), projectId: projectIdSchema }),
  z.object({
    type: z.literal("policy.read"),
    projectId: projectIdSchema,
    policy: projectSchema.shape.policy,
  }),
  /** All that is allowed from now on. */
  z.object({
    type: z.literal("project.allowed"),
    projectId: projectIdSchema,
    allowed: z.array(looseningSchema).max(10),
    /** The human's reason, where one was given. */
    why: z.string().max(500).optional(),
  }),

  z.object({ type: z.literal("workstream.created"), workstream: workstreamSchema }),
  z.object({
    type: z.literal("workstream.moved"),
    ...of,
    phase: phaseSchema,
    reason: z.string().max(600).optional(),
  }),
  /** It was put away and is back as it stood. Whole, for those that were never told of it have to show it. */
  z.object({ type: z.literal("workstream.unarchived"), workstream: workstreamSchema }),
  z.object({ type: z.literal("step.intended"), ...of, intent: intentSchema }),
  z.object({ type: z.literal("step.settled"), ...of, key: z.string().max(200) }),
  z.object({
    type: z.literal("worktree.prepared"),
    ...of,
    place: workstreamSchema.shape.place,
    ports: z.object({ first: z.number().int(), count: z.number().int() }),
  }),
  /** What its set-up makes again is being removed. */
  z.object({ type: z.literal("worktree.emptied"), ...of }),
  /** Its folder was found to be gone, and not by the engine's doing. */
  z.object({ type: z.literal("worktree.lost"), ...of }),
  /** A worktree made by hand was given back to its user. */
  z.object({ type: z.literal("worktree.released"), ...of }),
  /** The folder is gone, and what it held is in the vault. */
  z.object({
    type: z.literal("worktree.freed"),
    ...of,
    snapshot: commitSchema.optional(),
    bytes: z.number().int().nonnegative().optional(),
  }),
  /** It is to be deleted: recorded before the first act that removes anything. */
  z.object({ type: z.literal("workstream.condemned"), ...of, confirmed: z.boolean() }),
  /** Nothing of it is left but what the vault keeps. */
  z.object({ type: z.literal("workstream.deleted"), ...of }),
  z.object({
    type: z.literal("thread.opened"),
    ...of,
    threadId: threadIdSchema,
    confinement: z.enum(["workspace-write", "none"]),
  }),
  /** A command of the project ran, held otherwise than those before it. */
  z.object({ type: z.literal("commands.confined"), ...of, confinement: commandConfinementSchema }),
  /** Recorded before the words are sent; the turn's id is the idempotency key. */
  z.object({ type: z.literal("turn.opened"), ...of, turn: turnStateSchema, round: z.boolean() }),
  z.object({ type: z.literal("turn.started"), ...of, turnId: turnIdSchema, agentTurnId: z.string().max(200) }),
  z.object({
    type: z.literal("turn.ended"),
    ...of,
    turnId: turnIdSchema,
    outcome: z.enum(["completed", "interrupted", "failed"]),
    problem: problemSchema.optional(),
  }),
  z.object({
    type: z.literal("retry.scheduled"),
    ...of,
    failures: z.number().int().nonnegative(),
    retryAt: timeSchema.optional(),
    /** What failed. */
    reason: z.string().max(600).optional(),
  }),
  z.object({ type: z.literal("words.accepted"), words: wordsSchema }),
  z.object({ type: z.literal("words.delivered"), ...of, wordsId: wordsIdSchema, turnId: turnIdSchema }),
  z.object({ type: z.literal("words.dropped"), ...of, wordsId: wordsIdSchema, why: z.string().max(600) }),
  z.object({ type: z.literal("request.raised"), request: requestSchema }),
  z.object({ type: z.literal("request.answered"), ...of, requestId: requestIdSchema, decision: decisionSchema }),
  z.object({ type: z.literal("request.withdrawn"), ...of, requestId: requestIdSchema, why: z.string().max(600) }),
  z.object({ type: z.literal("line.told"), ...of, line: z.string().max(200) }),
  z.object({ type: z.literal("usage.counted"), ...of, spent: spentSchema }),
  z.object({ type: z.literal("budget.set"), ...of, budget: budgetSchema }),
  z.object({ type: z.literal("diff.measured"), ...of, diff: diffSummarySchema }),
  /** Its author took in what its base had become: from this commit of it on everything is its own. */
  z.object({ type: z.literal("workstream.rebased"), ...of, commit: commitSchema }),
  /** Its commits were merged on trial; without a forecast there is nothing to say of it any more. */
  z.object({ type: z.literal("forecast.made"), ...of, forecast: forecastSchema.optional() }),
  /** The human chose one attempt at a ticket over others, which were put away with it. */
  z.object({ type: z.literal("attempt.kept"), ...of, kept: keptSchema }),
  /** One of the others was brought back: the choice is open again. */
  z.object({ type: z.literal("attempt.unkept"), ...of }),
  z.object({ type: z.literal("gate.judged"), ...of, gate: gateNameSchema, result: gateSchema }),
  z.object({ type: z.literal("workstream.frozen"), ...of, why: z.string().max(600) }),
  /** How far the human is with work that is ready. */
  z.object({ type: z.literal("review.counted"), ...of, reviewed: reviewedSchema }),

  z.object({ type: z.literal("attention.raised"), item: attentionSchema }),
  z.object({ type: z.literal("attention.cleared"), attentionId: attentionIdSchema }),
  z.object({ type: z.literal("attention.snoozed"), attentionId: attentionIdSchema, until: timeSchema }),
  /** Without a value it is at its default again. */
  z.object({ type: z.literal("setting.changed"), name: z.string().max(50), kept: keptSettingSchema.optional() }),
  z.object({ type: z.literal("agent.lost"), agent: z.string().max(100), problem: problemSchema }),
  z.object({ type: z.literal("agent.limited"), agent: z.string().max(100), limits: z.array(rateLimitSchema).max(20) }),

  /* Detail: told only to those who watch the workstream. */
  z.object({ type: z.literal("item.upserted"), item: itemSchema }),
  z.object({ type: z.literal("plan.updated"), ...of, steps: z.array(planStepSchema).max(50) }),
  z.object({ type: z.literal("note.recorded"), ...of, at: timeSchema, text: z.string().min(1).max(4_000) }),
  /** Recorded with the words that carry it. */
  z.object({
    type: z.literal("review.sent"),
    ...of,
    review: reviewSchema,
    opened: z.array(reviewThreadSchema).max(mostComments),
    replies: z.array(z.object({ number: z.number().int().positive(), entry: reviewEntrySchema })).max(mostComments),
    /** The turn that runs at that moment. */
    turn: turnStateSchema.pick({ id: true, number: true }).optional(),
  }),
  /** The author answered in words. */
  z.object({
    type: z.literal("review.answered"),
    ...of,
    number: z.number().int().positive(),
    entry: reviewEntrySchema,
  }),
  z.object({
    type: z.literal("review.resolved"),
    ...of,
    number: z.number().int().positive(),
    /** False when it was opened again. */
    resolved: z.boolean(),
  }),
  z.object({
    type: z.literal("hunks.viewed"),
    ...of,
    keys: z.array(hunkKeySchema).max(2_000),
    /** False when they are not to count as viewed any more. */
    viewed: z.boolean(),
    head: z.string().max(64).optional(),
  }),
]);

export type Event = z.infer<typeof eventSchema>;
export type EventType = Event["type"];

const detailTypes: ReadonlySet<EventType> = new Set([
  "item.upserted",
  "plan.updated",
  "note.recorded",
  "review.sent",
  "review.answered",
  "review.resolved",
  "hunks.viewed",
]);

/** Whether an event is told only to those who watch its workstream; the others go to everybody. */
export function isDetail(event: Event): boolean {
  return detailTypes.has(event.type);
}

/** The workstream an event is about, if it is about one. */
export function workstreamOf(event: Event): string | undefined {
  switch (event.type) {
    case "workstream.created":
    case "workstream.unarchived":
      return event.workstream.id;
    case "words.accepted":
      return event.words.workstreamId;
    case "request.raised":
      return event.request.workstreamId;
    case "item.upserted":
      return event.item.workstreamId;
    case "attention.raised":
      return event.item.workstreamId;
    default:
      return "workstreamId" in event ? event.workstreamId : undefined;
  }
}

/** An event with its place in the one order of all events of a home. */
export const envelopeSchema = z.object({
  seq: z.number().int().positive(),
  at: timeSchema,
  actor: actorSchema,
  /** The command that brought it about. */
  cause: commandIdSchema.optional(),
  /** Version of the event's shape; older rows are upcast when read. */
  v: z.literal(1),
  event: eventSchema,
});

export type Envelope = z.infer<typeof envelopeSchema>;
