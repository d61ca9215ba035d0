import { z } from "zod";

/**
 * One thing that was looked at; `next` says how to mend it.
 * - warning: works, but less well than it could, or will not for long
 * - missing: what is needed is not there
 * - wrong: broken until somebody mends it
 */
export const checkSchema = z.object({
  name: z.string().max(100),
  state: z.enum(["ok", "warning", "missing", "wrong"]),
  says: z.string(),
  next: z.string().optional(),
});
export type Check = z.infer<typeof checkSchema>;
