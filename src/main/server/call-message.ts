import { z } from "zod";

/**
 * A message of a call as oRPC's peers send it (`serializeRequestMessage` in @orpc/standard-server-peer 1.15.3): a request,
 * or the word that its caller no longer waits. No procedure takes a stream or a file, so nothing else is let through.
 */
const messageSchema = z.union([
  z.strictObject({ i: z.string().max(40), t: z.literal(4), p: z.unknown().optional() }),
  z.strictObject({
    i: z.string().max(40),
    p: z.strictObject({
      u: z
        .string()
        .max(200)
        .startsWith("/")
        .regex(/^\/[A-Za-z/]*$/),
      b: z.unknown().optional(),
    }),
  }),
]);

export function isCallMessage(text: string): boolean {
  try {
    return messageSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
