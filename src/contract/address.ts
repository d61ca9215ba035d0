import { z } from "zod";

/** Where a running engine answers: `engine.json` in its home, there as long as the engine is. */
export const addressSchema = z.object({
  pid: z.number().int().positive(),
  protocol: z.number().int(),
  /** The loopback door, without a token. */
  url: z.url(),
  /** The private door: a unix socket, or a named pipe. */
  socket: z.string().min(1),
});
export type Address = z.infer<typeof addressSchema>;

/** The file's name below the home. */
export const addressFile = "engine.json";

/** The human's own capability below the home, readable by its user only. */
export const capabilityFile = "capability";

/** Holds the loopback port that the home's engine had last. */
export const portFile = "port";
