import { z } from "zod";
import { problemSchema } from "./errors.ts";
import { secretNameSchema, secretValueSchema } from "./secrets.ts";
import { tallySchema } from "./tally.ts";

/** What the keychain of the desktop host holds after it did what was asked of it. */
const keptSecretsSchema = z.object({
  secrets: z.record(secretNameSchema, secretValueSchema),
  /** Names whose value cannot be decrypted here any more. */
  unreadable: z.array(secretNameSchema),
});
export type KeptSecrets = z.infer<typeof keptSecretsSchema>;

/** What the desktop host says to the engine it started. */
export const hostWordSchema = z.discriminatedUnion("kind", [
  /** A port for its window comes with this message. */
  z.object({ kind: z.literal("port") }),
  /** The engine is to end. With `stop` every workstream at work is stopped first, as the human would stop it. */
  z.object({ kind: z.literal("end"), stop: z.boolean().optional() }),
  /** Answers the engine's `keychain` word with the same `id`. */
  z.object({
    kind: z.literal("keychain"),
    id: z.number().int(),
    answer: z.discriminatedUnion("ok", [
      z.object({ ok: z.literal(true), value: keptSecretsSchema }),
      z.object({ ok: z.literal(false), error: problemSchema }),
    ]),
  }),
]);
export type HostWord = z.infer<typeof hostWordSchema>;

const keychainAskSchema = z.discriminatedUnion("verb", [
  z.object({ verb: z.literal("read") }),
  z.object({ verb: z.literal("keep"), name: secretNameSchema, value: secretValueSchema }),
  z.object({ verb: z.literal("forget"), name: secretNameSchema }),
]);
export type KeychainAsk = z.infer<typeof keychainAskSchema>;

/** What the engine says to the desktop host that started it. */
export const engineWordSchema = z.discriminatedUnion("kind", [
  /** Another engine has its home and answers there. It then waits to be told to end. */
  z.object({
    kind: z.literal("elsewhere"),
    /** The loopback door, without the token. */
    url: z.url(),
    token: z.string().min(1).max(200),
    protocol: z.number().int(),
  }),
  /** Why it did not start. It then waits to be told to end. */
  z.object({ kind: z.literal("refused"), problem: problemSchema }),
  /** It serves, and how its fleet stands: said once it is ready, and whenever that changes. */
  z.object({ kind: z.literal("tally"), tally: tallySchema }),
  /** It needs the host's keychain. */
  z.object({ kind: z.literal("keychain"), id: z.number().int(), ask: keychainAskSchema }),
]);
export type EngineWord = z.infer<typeof engineWordSchema>;

/** Said above the page, whatever it shows; `stay` offers not to quit after all. */
const hostNoticeSchema = z.object({ text: z.string().max(2_000), stay: z.boolean() });
export type HostNotice = z.infer<typeof hostNoticeSchema>;

/** What the desktop host tells its page. Nothing of it changes anything in the engine by itself. */
export const pageNewsSchema = z.discriminatedUnion("kind", [
  /** A menu item was chosen: the command of this id is to run, if it holds now. */
  z.object({ kind: z.literal("command"), id: z.string().max(50) }),
  /** A workstream, by number or id, or what needs the human most where none is named. */
  z.object({ kind: z.literal("go"), workstream: z.string().max(50).optional() }),
  /** Somebody asks for a project to be opened. Only the human decides. */
  z.object({ kind: z.literal("offer-project"), path: z.string().max(4_096) }),
  /** What to say above the page from now on; `null` is nothing. */
  z.object({ kind: z.literal("notice"), notice: hostNoticeSchema.nullable() }),
]);
export type PageNews = z.infer<typeof pageNewsSchema>;
