import { z } from "zod";

/** Lower-case letters and digits: safe in a path, a ref, a URL and a shell word alike. */
const idPattern = (prefix: string) => new RegExp(`^${prefix}[0-9a-z]{8,40}$`);

export const projectIdSchema = z.string().regex(idPattern("p"));
export const workstreamIdSchema = z.string().regex(idPattern("w"));
/** Also the idempotency key handed to the agent with the words that open the turn. */
export const turnIdSchema = z.string().regex(idPattern("t"));
export const requestIdSchema = z.string().regex(idPattern("r"));
export const attentionIdSchema = z.string().regex(idPattern("a"));
export const commandIdSchema = z.string().regex(idPattern("c"));
export const terminalIdSchema = z.string().regex(idPattern("x"));
/** Chosen by the agent; opaque to us. */
export const threadIdSchema = z.string().min(1).max(200);
export const itemIdSchema = z.string().min(1).max(300);

export type ProjectId = z.infer<typeof projectIdSchema>;
export type WorkstreamId = z.infer<typeof workstreamIdSchema>;
export type TurnId = z.infer<typeof turnIdSchema>;
export type RequestId = z.infer<typeof requestIdSchema>;
export type AttentionId = z.infer<typeof attentionIdSchema>;
export type CommandId = z.infer<typeof commandIdSchema>;
export type TerminalId = z.infer<typeof terminalIdSchema>;
export type ThreadId = z.infer<typeof threadIdSchema>;
export type ItemId = z.infer<typeof itemIdSchema>;

/** Milliseconds since the epoch. */
export const timeSchema = z.number().int().nonnegative();
export type Time = z.infer<typeof timeSchema>;
