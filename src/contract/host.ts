import { z } from "zod";
import { problemSchema } from "./errors.ts";

/**
 * What the desktop host says to the engine it started: that a port for its window comes with this message, or that the
 * engine is to end.
 */
export const hostWordSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("port") }),
  z.object({ kind: z.literal("end") }),
]);
export type HostWord = z.infer<typeof hostWordSchema>;

/**
 * What the engine says to the desktop host when it cannot serve: that another engine has its home and where that one
 * answers, or why it did not start. It then waits to be told to end.
 */
export const engineWordSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("elsewhere"),
    /** The loopback door, without the token. */
    url: z.url(),
    token: z.string().min(1).max(200),
    protocol: z.number().int(),
  }),
  z.object({ kind: z.literal("refused"), problem: problemSchema }),
]);
export type EngineWord = z.infer<typeof engineWordSchema>;
