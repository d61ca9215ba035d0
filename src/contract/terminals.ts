import { z } from "zod";
import { terminalIdSchema, timeSchema, workstreamIdSchema } from "./ids.ts";

/** How large a terminal can be, in cells. */
export const gridSchema = z.object({
  cols: z.number().int().min(2).max(500),
  rows: z.number().int().min(1).max(300),
});
export type TerminalGrid = z.infer<typeof gridSchema>;

/** A shell of the human's in a workstream's worktree. It ends with the engine and is no part of its stored state. */
export const terminalSchema = gridSchema.extend({
  id: terminalIdSchema,
  workstreamId: workstreamIdSchema,
  /** Path of the shell. */
  shell: z.string().max(4_096),
  openedAt: timeSchema,
});
export type Terminal = z.infer<typeof terminalSchema>;

/** Characters of output that may be under way to one reader; the program waits above it, and goes on below `low`. */
export const terminalCredit = { high: 400_000, low: 100_000 } as const;

/** What one call may type, in characters; more is told in several. */
export const maxTyped = 16_384;

/** A place in a terminal's output: the characters that came before it. */
const offsetSchema = z.number().int().nonnegative();

/** What one reader of a terminal is told. */
export const terminalFrameSchema = z.discriminatedUnion("kind", [
  /** The screen and what scrolled off it, as a text to be written to an empty terminal of this size. Anything told before is void. */
  gridSchema.extend({
    kind: z.literal("snapshot"),
    reader: z.number().int().positive(),
    at: offsetSchema,
    screen: z.string().max(4_000_000),
  }),
  /** What came next; `at` is where it ends, which is what the reader acknowledges. */
  z.object({ kind: z.literal("output"), at: offsetSchema, text: z.string().max(1_000_000) }),
  /** Somebody has made it another size. */
  gridSchema.extend({ kind: z.literal("resized") }),
  /** The last frame. */
  z.object({ kind: z.literal("ended"), why: z.enum(["exited", "closed"]), exitCode: z.number().int().optional() }),
]);
export type TerminalFrame = z.infer<typeof terminalFrameSchema>;

/** Rows that a preview may have. */
const mostRows = 40;

/**
 * Part of a row that looks the same: its text, the number of its colour among the sixteen of a terminal (-1 for the text's own),
 * and 1 for bold, 2 for dim.
 */
const runSchema = z.tuple([
  z.string().max(1_000),
  z.number().int().min(-1).max(15),
  z.union([z.literal(0), z.literal(1), z.literal(2)]),
]);
export type TerminalRun = z.infer<typeof runSchema>;

/** The last rows of a workstream's terminal: those of `count` rows that changed, by their place; no rows when it has ended. */
export const terminalPreviewSchema = z.object({
  workstreamId: workstreamIdSchema,
  count: z.number().int().min(0).max(mostRows),
  changed: z.array(z.tuple([z.number().int().min(0).max(mostRows), z.array(runSchema).max(500)])).max(mostRows),
});
export type TerminalPreview = z.infer<typeof terminalPreviewSchema>;

export const previewsInputSchema = z.object({
  workstreamIds: z.array(workstreamIdSchema).max(200),
  rows: z.number().int().min(1).max(mostRows),
});
