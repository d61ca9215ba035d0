import { z } from "zod";
import { workstreamIdSchema } from "./ids.ts";

/** Who asks. What a principal may do hangs on the capability presented and on nothing else. */
export const principalSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("human") }),
  z.object({ kind: z.literal("workstream"), id: workstreamIdSchema }),
  z.object({ kind: z.literal("reader") }),
]);

export type Principal = z.infer<typeof principalSchema>;
export type PrincipalKind = Principal["kind"];

/** Who did something, as events and commands record it; `engine` is what the engine decided by itself. */
export const actorSchema = z.union([principalSchema, z.object({ kind: z.literal("engine") })]);
export type Actor = z.infer<typeof actorSchema>;

/** Through which door a command came. */
export const surfaceSchema = z.enum(["window", "browser", "cli", "tool", "script", "engine"]);
export type Surface = z.infer<typeof surfaceSchema>;
