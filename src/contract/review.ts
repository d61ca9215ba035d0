import { z } from "zod";
import { timeSchema, turnIdSchema } from "./ids.ts";

/** Most of each that one workstream has; the oldest settled ones make room for new ones. */
export const mostThreads = 200;
export const mostReviews = 50;
export const mostEntries = 40;
/** Hunks that stay known as viewed; the oldest are forgotten first. */
export const mostViewed = 5_000;
/** Comments and replies that go to the author at once. */
export const mostComments = 50;

const lineText = z.string().max(420);
const excerptLimit = 8_000;

/** Where a comment belongs, in a way that survives edits: the lines it is about, and what stood around them. */
export const anchorSchema = z
  .object({
    path: z.string().min(1).max(4_096),
    /** `old`: lines of the base, as they were; `new`: lines as the work has them. */
    side: z.enum(["old", "new"]),
    first: z.number().int().positive(),
    last: z.number().int().positive(),
    /** The lines themselves, each as `keptLine` keeps it. */
    excerpt: z.array(lineText).min(1).max(200),
    before: z.array(lineText).max(3),
    after: z.array(lineText).max(3),
  })
  .refine(({ first, last, excerpt }) => last - first + 1 === excerpt.length, {
    message: "The excerpt has other lines than it says.",
  })
  .refine(({ excerpt }) => excerpt.join("").length <= excerptLimit, { message: "Choose fewer lines." });
export type Anchor = z.infer<typeof anchorSchema>;

export const commentTextSchema = z.string().trim().min(1).max(4_000);

export const draftIdSchema = z.string().min(8).max(64);

/** One thing that was said about a place. Personas will say things too. */
export const reviewEntrySchema = z.object({
  by: z.enum(["human", "author"]),
  text: z.string().min(1).max(4_000),
  at: timeSchema,
});
export type ReviewEntry = z.infer<typeof reviewEntrySchema>;

/**
 * What is said about one place, from the comment that opened it on. `open`: the author owes an answer; `answered`: it gave
 * one in words; `resolved`: the human is done with it.
 */
export const reviewThreadSchema = z.object({
  /** Its name towards people and the author; counts from 1 in each workstream. */
  number: z.number().int().positive(),
  anchor: anchorSchema,
  /** What its comment was called while it was a draft: by this a window knows that it was sent, and it is sent once. */
  draft: draftIdSchema.optional(),
  /** What the work had as its head when it was opened. */
  commit: z.string().max(64).optional(),
  state: z.enum(["open", "answered", "resolved"]),
  entries: z.array(reviewEntrySchema).min(1).max(mostEntries),
});
export type ReviewThread = z.infer<typeof reviewThreadSchema>;

export const reviewIdSchema = z.string().regex(/^v[0-9a-z]{8,40}$/);

/** Comments, replies and a summary that went to the author as one piece of words, and what became of these. */
export const reviewSchema = z.object({
  id: reviewIdSchema,
  wordsId: z.string().max(50),
  at: timeSchema,
  summary: z.string().max(4_000),
  /** The threads it opened or went on with. */
  threads: z.array(z.number().int().positive()).max(mostComments),
  delivery: z.enum(["accepted", "delivered", "dropped"]),
  /** The number of the turn it was delivered in. */
  turn: z.number().int().positive().optional(),
  deliveredAt: timeSchema.optional(),
  why: z.string().max(600).optional(),
});
export type Review = z.infer<typeof reviewSchema>;

/** The id of a hunk, or of a file that has none to show: a digest, which holds for as long as the hunk stays what it is. */
export const hunkKeySchema = z.string().regex(/^[\w-]{16,64}$/);

/** All that is kept of the reviewing of one workstream. */
export const reviewStateSchema = z.object({
  /** The highest number a thread was given. */
  last: z.number().int().nonnegative(),
  threads: z.array(reviewThreadSchema).max(mostThreads),
  /** The oldest first. */
  reviews: z.array(reviewSchema).max(mostReviews),
  /** The turn that was opened last, as far as it matters here. */
  turn: z.object({ id: turnIdSchema, number: z.number().int().positive() }).optional(),
  /** When hunks were last marked as viewed, and what the work had as its head then. */
  looked: z.object({ at: timeSchema, head: z.string().max(64).optional() }).optional(),
  /** Hunks the human has viewed, the newest last. */
  viewed: z.array(hunkKeySchema).max(mostViewed),
  /** Set when what was kept before could not be read any more. */
  lost: z.boolean().optional(),
});
export type ReviewState = z.infer<typeof reviewStateSchema>;

export const emptyReview: ReviewState = { last: 0, threads: [], reviews: [], viewed: [] };

/** How far the human is with work that is ready, told with its row. */
export const reviewedSchema = z.object({
  /** What was looked at. */
  head: z.string().max(64),
  hunks: z.number().int().nonnegative(),
  viewed: z.number().int().nonnegative(),
  /** Threads that are not resolved. */
  unresolved: z.number().int().nonnegative(),
});
export type Reviewed = z.infer<typeof reviewedSchema>;

/** Whether the human has seen all of ready work as it stands and is done with what was said of it. */
export function isReviewed(row: {
  readonly phase: string;
  readonly diff?: { readonly head: string; readonly dirty: boolean } | undefined;
  readonly reviewed?: Reviewed | undefined;
}): boolean {
  const { phase, diff, reviewed } = row;
  if (phase !== "ready" || diff === undefined || diff.dirty || reviewed?.head !== diff.head) return false;
  return reviewed.viewed === reviewed.hunks && reviewed.unresolved === 0;
}
