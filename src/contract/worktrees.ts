import { z } from "zod";
import { problemSchema } from "./errors.ts";
import { projectIdSchema, timeSchema, workstreamIdSchema } from "./ids.ts";
import { workstreamSchema } from "./states.ts";

const bytes = z.number().int().nonnegative();
const path = z.string().max(4_096);

/**
 * - workstream: somebody's work lies in it
 * - pool: kept ready for the next workstream
 * - by-hand: made by the user or another program, and not adopted
 * - missing: git knows it, but its folder is gone
 * - unfinished: its checkout never ended
 * - unregistered: a folder among ours that git does not know
 */
const worktreeStateSchema = z.enum(["workstream", "pool", "by-hand", "missing", "unfinished", "unregistered"]);
export type WorktreeState = z.infer<typeof worktreeStateSchema>;

export const worktreeSchema = z.object({
  projectId: projectIdSchema,
  path,
  state: worktreeStateSchema,
  /** Whether it was made by hand, and belongs to its user also while a workstream works in it. */
  byHand: z.boolean(),
  branch: z.string().max(600).optional(),
  head: z.string().max(64).optional(),
  workstreamId: workstreamIdSchema.optional(),
  /** The row of work that was put away, which a feed's snapshot leaves out. */
  putAway: workstreamSchema.optional(),
  /** As last measured; absent until then. `reclaimable` is what the project's set-up makes again. */
  size: z.object({ bytes, reclaimable: bytes, partial: z.boolean(), at: timeSchema }).optional(),
});
export type Worktree = z.infer<typeof worktreeSchema>;

/** The worktrees of all projects, and why those of a project could not be listed. */
export const worktreeListSchema = z.object({
  worktrees: z.array(worktreeSchema).max(10_000),
  unlisted: z.array(z.object({ projectId: projectIdSchema, problem: problemSchema })).max(1_000),
});
export type WorktreeList = z.infer<typeof worktreeListSchema>;

/** What of the home, and of the worktrees made by hand, takes room on disk. */
export const diskPartSchema = z.enum([
  "worktrees",
  "by-hand",
  "pool",
  "vault",
  "database",
  "codex",
  "logs",
  "scratch",
  "rest",
]);
export type DiskPart = z.infer<typeof diskPartSchema>;

export const diskUseSchema = z.object({
  /** On the disk of the home, at this moment. */
  free: bytes,
  /** Below `low` the human is told, below `floor` nothing new is started. */
  low: bytes,
  floor: bytes,
  /** As last measured; absent before the first time. `partial`: some of it was not looked at, so there is more. */
  measured: z
    .object({
      parts: z.array(z.object({ part: diskPartSchema, bytes })).max(20),
      reclaimable: bytes,
      partial: z.boolean(),
      at: timeSchema,
    })
    .optional(),
});
export type DiskUse = z.infer<typeof diskUseSchema>;

/** What is told while disk use is measured; `done` comes last. */
export const measureFrameSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("progress"),
    /** Folders that were measured whole, of those there are. */
    done: z.number().int().nonnegative(),
    total: z.number().int().nonnegative(),
    files: z.number().int().nonnegative(),
    bytes,
  }),
  z.object({ kind: z.literal("done"), use: diskUseSchema }),
]);
export type MeasureFrame = z.infer<typeof measureFrameSchema>;

/** Folders of a worktree, relative to it, that its project's set-up makes again. */
export const reclaimableSchema = z.object({
  folders: z.array(z.object({ path, bytes })).max(1_000),
});
export type Reclaimable = z.infer<typeof reclaimableSchema>;

export const releasedSchema = z.object({
  path,
  /** What is checked out in it now; absent when its head is detached, as it was. */
  branch: z.string().max(600).optional(),
  /** Why it is not where it was before it was adopted, and what to do. */
  note: problemSchema.pick({ message: true, next: true }).optional(),
});
export type Released = z.infer<typeof releasedSchema>;
