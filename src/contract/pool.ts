import { z } from "zod";
import { timeSchema } from "./ids.ts";

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();

/** The worktrees that are kept checked out for a project's next starts. */
export const poolStatusSchema = z.object({
  ready: count,
  wanted: count,
  /** Of all ready ones together, as allocated on the disk. */
  bytes: count,
  /** The branch that they follow. */
  base: z.string(),
  /** What the first to be taken holds; absent while none is ready. */
  commit: z.string().optional(),
  /** Whether each ready one is at the base's commit, as far as that is known. */
  upToDate: z.boolean(),
  /** The last one that was made, or moved to another commit. CPU is that of git and what it started. */
  lastRefill: z.object({ at: timeSchema, cpuMs: ms, wallMs: ms }).optional(),
  /** Why no more are made at the moment. */
  waiting: z.enum(["a start", "a busy machine", "a full disk", "a failed try", "you"]).optional(),
});
export type PoolStatus = z.infer<typeof poolStatusSchema>;
