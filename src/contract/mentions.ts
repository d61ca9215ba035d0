import { z } from "zod";

/** A file of a worktree, or what is defined in one, to be mentioned in words for its author. */
export const mentionSchema = z.object({
  path: z.string().max(4_096),
  /** Of a definition. */
  name: z.string().max(500).optional(),
  line: z.number().int().positive().optional(),
  /** Whether this workstream changed the file. */
  changed: z.boolean(),
});
export type Mention = z.infer<typeof mentionSchema>;
