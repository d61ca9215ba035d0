import { z } from "zod";
import { itemIdSchema, projectIdSchema, timeSchema, workstreamIdSchema } from "./ids.ts";
import { phaseSchema } from "./states.ts";

/** What can be found: the kinds of items of a transcript, and texts that stand beside it. */
export const searchKindSchema = z.enum([
  "words",
  "message",
  "reasoning",
  "command",
  "edit",
  "tool",
  "notice",
  "note",
  "ticket",
  "request",
  "review",
]);
export type SearchKind = z.infer<typeof searchKindSchema>;

export const senderSchema = z.enum(["human", "agent", "engine"]);
export type Sender = z.infer<typeof senderSchema>;

/** One text that was found. Where the words stand is told by positions; the text itself is as it was written, on one line. */
export const searchHitSchema = z.object({
  workstreamId: workstreamIdSchema,
  kind: searchKindSchema,
  from: senderSchema,
  at: timeSchema,
  /** Absent for what is not an item of the transcript. */
  itemId: itemIdSchema.optional(),
  /** Its place in the transcript, or that of the item before it; 0 when nothing came before. */
  ordinal: z.number().int().nonnegative(),
  excerpt: z.string().max(400),
  /** Where in the excerpt what was looked for begins and ends, in order. */
  marks: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().positive()])).max(20),
});
export type SearchHit = z.infer<typeof searchHitSchema>;

export const searchInputSchema = z.object({
  text: z.string().min(1).max(500),
  order: z.enum(["best", "newest"]).default("best"),
  /** Hits of one workstream that are told, unless the search is in that one only. */
  perWorkstream: z.number().int().min(1).max(100).default(5),
  limit: z.number().int().min(1).max(100).default(50),
  offset: z.number().int().min(0).max(10_000).default(0),
});

export const searchAnswerSchema = z.object({
  /** Workstream by workstream, the one with the best or newest hit first. */
  hits: z.array(searchHitSchema).max(100),
  /** Those the hits are in. */
  workstreams: z
    .array(
      z.object({
        id: workstreamIdSchema,
        projectId: projectIdSchema,
        number: z.number().int().positive(),
        name: z.string().max(100),
        phase: phaseSchema,
        /** How many hits it has, told or not. */
        found: z.number().int().positive(),
      }),
    )
    .max(100),
  /** Hits in all, as far as was looked. */
  total: z.number().int().nonnegative(),
  /** Whether more hits can be asked for by a larger `offset`. */
  more: z.boolean(),
  /** Whether there are older texts that were not looked at: what was asked for is too common. */
  partial: z.boolean(),
  /** Texts written by an earlier version that are not indexed yet. */
  pending: z.number().int().nonnegative(),
  /** What of the query was left out, and why. */
  ignored: z.array(z.string().max(300)).max(20),
});
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;
