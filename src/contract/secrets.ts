import { z } from "zod";

/** What a secret is called: the name of the environment variable that would hold it. */
export const secretNameSchema = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{1,63}$/, { error: "must be the name of a variable, such as OPENAI_API_KEY" });

/** One line; its messages never repeat it. */
export const secretValueSchema = z
  .string()
  .min(1, { error: "must not be empty" })
  .max(8_192, { error: "is too long" })
  .regex(/^[^\p{Cc}]*$/u, { error: "must be one line" });

export const secretSchema = z.object({
  name: secretNameSchema,
  /** Where the engine has it from. The environment goes before the keychain. */
  from: z.enum(["environment", "keychain"]),
  /** Whether its value can be had; one that was encrypted elsewhere cannot. */
  readable: z.boolean(),
});
export type Secret = z.infer<typeof secretSchema>;
