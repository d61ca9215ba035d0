import { z } from "zod";
import { itemIdSchema, threadIdSchema, timeSchema, turnIdSchema, workstreamIdSchema } from "./ids.ts";

/** Longest text one item carries, in characters; more is cut in the middle or at the head and said so in `truncated`. */
export const itemTextLimit = 64_000;

/**
 * Readers page by multiples of this many ordinals, so that what they fold together at the edge of a page is the same whichever
 * way they came.
 */
export const transcriptBlock = 50;

const text = z.string().max(itemTextLimit);
const progressSchema = z.enum(["running", "completed", "failed", "declined"]);

export const changedFileSchema = z.object({
  path: z.string().max(4_096),
  change: z.enum(["added", "deleted", "modified"]),
});

/** One thing that happened in a thread, in words that hold for every agent. */
export const itemBodySchema = z.discriminatedUnion("kind", [
  /** Words that entered the thread: a prompt, a gate's words, a steer. */
  z.object({ kind: z.literal("words"), from: z.enum(["human", "engine"]), text }),
  z.object({ kind: z.literal("message"), text }),
  z.object({ kind: z.literal("reasoning"), text }),
  z.object({
    kind: z.literal("command"),
    command: text,
    folder: z.string().max(4_096),
    status: progressSchema,
    output: text,
    exitCode: z.number().int().optional(),
    durationMs: z.number().nonnegative().optional(),
  }),
  z.object({ kind: z.literal("edit"), files: z.array(changedFileSchema).max(500), status: progressSchema }),
  z.object({
    kind: z.literal("tool"),
    tool: z.string().max(200),
    arguments: text,
    status: progressSchema,
    result: text,
  }),
  /** Something the reader should know about the thread itself: an error, a warning, a compaction. */
  z.object({ kind: z.literal("notice"), level: z.enum(["info", "warning", "error"]), text }),
]);

export type ItemBody = z.infer<typeof itemBodySchema>;

export const itemSchema = z.object({
  id: itemIdSchema,
  workstreamId: workstreamIdSchema,
  /** Absent for what the engine did itself, such as running a hook. */
  threadId: threadIdSchema.optional(),
  turnId: turnIdSchema.optional(),
  /** Position in the workstream's transcript; counts from 1 without gaps. */
  ordinal: z.number().int().positive(),
  at: timeSchema,
  endedAt: timeSchema.optional(),
  /** Set when text was cut to fit the limit. */
  truncated: z.boolean().optional(),
  body: itemBodySchema,
});

export type Item = z.infer<typeof itemSchema>;

export const planStepSchema = z.object({
  text: z.string().max(500),
  status: z.enum(["pending", "running", "done"]),
});

export type PlanStep = z.infer<typeof planStepSchema>;
