import { z } from "zod";
import { requestIdSchema, timeSchema, turnIdSchema, workstreamIdSchema } from "./ids.ts";

/** What an approval may be answered with; an agent offers a subset. `cancel` also ends the turn. */
export const offerSchema = z.enum(["accept", "accept-for-thread", "decline", "cancel"]);
export type Offer = z.infer<typeof offerSchema>;

export const questionSchema = z.object({
  id: z.string().min(1).max(100),
  header: z.string().max(100),
  text: z.string().max(4_000),
  options: z.array(z.object({ label: z.string().max(200), description: z.string().max(1_000) })).max(12),
  /** Whether an answer in the human's own words is taken. */
  freeText: z.boolean(),
});

export type Question = z.infer<typeof questionSchema>;

/** What the author needs decided. The text shown is exactly what will be done. */
export const requestBodySchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("command"),
    command: z.string().max(16_000),
    folder: z.string().max(4_096),
    reason: z.string().max(4_000),
    offers: z.array(offerSchema).max(4),
  }),
  z.object({
    kind: z.literal("edit"),
    paths: z.array(z.string().max(4_096)).max(200),
    /** A folder below which everything could be written from then on, were it allowed. */
    opens: z.string().max(4_096).optional(),
    reason: z.string().max(4_000),
    offers: z.array(offerSchema).max(4),
  }),
  z.object({
    kind: z.literal("tool"),
    tool: z.string().max(200),
    arguments: z.string().max(16_000),
    reason: z.string().max(4_000),
    offers: z.array(offerSchema).max(4),
  }),
  /** More rights than the sandbox gives: network, a folder. */
  z.object({
    kind: z.literal("permissions"),
    wanted: z.string().max(4_000),
    reason: z.string().max(4_000),
    offers: z.array(offerSchema).max(4),
  }),
  /**
   * `waits`: the turn stands still until it is answered. Otherwise (the `ask-human` verb) the author goes on,
   * and the answer reaches it as its next words.
   */
  z.object({ kind: z.literal("question"), questions: z.array(questionSchema).min(1).max(8), waits: z.boolean() }),
]);

export type RequestBody = z.infer<typeof requestBodySchema>;

export const requestSchema = z.object({
  id: requestIdSchema,
  workstreamId: workstreamIdSchema,
  turnId: turnIdSchema,
  at: timeSchema,
  body: requestBodySchema,
});

export type Request = z.infer<typeof requestSchema>;

/** Whether the turn stands still until the request is answered. */
export function holdsTurn({ body }: Request): boolean {
  return body.kind !== "question" || body.waits;
}

/** The human's answer to a request. Answers to questions are keyed by question id. */
export const decisionSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("accept") }),
  z.object({ kind: z.literal("accept-for-thread") }),
  /** `reason` is told to the author. */
  z.object({ kind: z.literal("decline"), reason: z.string().max(8_000).optional() }),
  z.object({ kind: z.literal("cancel") }),
  z.object({
    kind: z.literal("answers"),
    answers: z.record(z.string().max(100), z.array(z.string().max(8_000)).min(1).max(12)),
  }),
]);

export type Decision = z.infer<typeof decisionSchema>;
