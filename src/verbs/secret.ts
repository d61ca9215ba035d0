import { z } from "zod";
import { problem, ProblemError } from "../contract/errors.ts";
import { secretNameSchema, secretValueSchema, type Secret } from "../contract/secrets.ts";
import { verb } from "./verb.ts";

export const secret = verb({
  name: "secret",
  summary: "Secrets the engine has, by name; sets one in the keychain from standard input, or removes one.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: [],
  args: z
    .object({
      set: secretNameSchema.optional().describe("Keep what stands on standard input under this name"),
      remove: secretNameSchema.optional().describe("Remove the secret of this name"),
    })
    .strict(),
  async run({ client, args, input }) {
    if (args.set !== undefined) {
      const value = secretValueSchema.parse(withoutEnd((await input?.()) ?? missing(args.set)));
      await client.secret.set({ name: args.set, value });
      return {
        text: `${args.set} is kept in the keychain. What is started from now on has it.`,
        data: { set: args.set },
      };
    }
    if (args.remove !== undefined) {
      await client.secret.remove({ name: args.remove });
      return { text: `${args.remove} is no longer in the keychain.`, data: { removed: args.remove } };
    }
    const { secrets, keychain } = await client.secret.list();
    const lines = secrets.length === 0 ? ["No secrets."] : secrets.map(lineOf);
    return { text: [...lines, keychain ? next : noKeychain].join("\n"), data: { secrets, keychain } };
  },
});

function lineOf({ name, from, readable }: Secret): string {
  return `${name}  ${from}${readable ? "" : "  cannot be decrypted here: set it again"}`;
}

/** A file ends in a line feed that is not part of the secret. */
function withoutEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}

function missing(name: string): never {
  throw new ProblemError(
    problem(
      "BAD_REQUEST",
      "A secret is read from standard input, where it is in no history and no list of processes.",
      `Pipe it in, for instance: cox secret --set ${name} < file`,
    ),
  );
}

const next = "next: `cox secret --set NAME < file` keeps one";
const noKeychain = "This engine has no keychain: it takes secrets from the environment it is started with.";
