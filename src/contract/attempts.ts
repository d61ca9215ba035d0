import { z } from "zod";
import { problemSchema } from "./errors.ts";
import { timeSchema } from "./ids.ts";
import { workstreamSchema } from "./states.ts";

/** Most attempts at one ticket that are compared at once. */
export const mostCompared = 8;

const fileSchema = z.object({
  path: z.string().max(4_096),
  change: z.string().max(20),
  binary: z.boolean(),
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
});
export type AttemptFile = z.infer<typeof fileSchema>;

const commitSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{40,64}$/),
  subject: z.string().max(300),
  at: timeSchema,
});

/** A command of the transcript that looks like a run of tests, as it ended last. Nobody has proven that it is one. */
const testRunSchema = z.object({
  command: z.string().max(300),
  /** Absent where it was not told, or while it runs. */
  exitCode: z.number().int().optional(),
  at: timeSchema,
  ordinal: z.number().int().positive(),
  /** How often it ran, as far as was looked. */
  times: z.number().int().positive(),
});
export type TestRun = z.infer<typeof testRunSchema>;

export const attemptSchema = z.object({
  /** The row as it is now; those put away are in no snapshot. */
  workstream: workstreamSchema,
  /** What is committed on its branch since it began: the files, the first of them. */
  files: z.array(fileSchema).max(500),
  moreFiles: z.number().int().nonnegative(),
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
  /** Where its branch stands; absent where nothing was committed or it cannot be read. */
  head: z.string().optional(),
  /** The newest first. */
  commits: z.array(commitSchema).max(20),
  moreCommits: z.boolean(),
  /** Why files and commits cannot be told. */
  problem: problemSchema.optional(),
  /** The newest first. */
  tests: z.array(testRunSchema).max(5),
  /** What its author said last. */
  message: z.object({ text: z.string().max(2_000), at: timeSchema, ordinal: z.number().int().positive() }).optional(),
  /** Commands of the human about it, and how long they had the human's attention, in milliseconds. */
  attention: z.object({ commands: z.number().int().nonnegative(), focusedMs: z.number().int().nonnegative() }),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const comparisonSchema = z.object({
  ticket: z.object({ key: z.string(), title: z.string(), body: z.string().max(256_000) }),
  /** In the order of their numbers; where there are more, those put away are left out first. */
  attempts: z.array(attemptSchema).max(mostCompared),
  leftOut: z.number().int().nonnegative(),
});
export type Comparison = z.infer<typeof comparisonSchema>;
