import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { KeptSecrets, KeychainAsk } from "../../contract/host.ts";
import { secretNameSchema } from "../../contract/secrets.ts";
import type { ElectronParts } from "./parts.ts";

/** Secrets that one home can hold. */
const maxSecrets = 100;

/** What lies in the home: names, and values as the system's keychain encrypted them, in base 64. */
const fileSchema = z.object({
  version: z.literal(1),
  secrets: z.record(secretNameSchema, z.base64().max(64_000)),
});
type Ciphers = z.infer<typeof fileSchema>["secrets"];

export interface KeychainDeps extends Pick<ElectronParts, "safeStorage"> {
  /** `secrets.json` of the home. */
  readonly file: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Keeps the human's secrets for the engine: encrypted under a key that lies in the system's keychain, in a file of the home.
 * Where the system has no keychain nothing is kept, because a file that anybody can read is none.
 */
export function createKeychain({ safeStorage, file, platform }: KeychainDeps) {
  let last: Promise<unknown> = Promise.resolve();

  /** One at a time, or a write could undo the one before it. */
  function answer(ask: KeychainAsk): Promise<Result<KeptSecrets>> {
    const answered = last.then(() => carryOut(ask));
    last = answered.catch(() => undefined);
    return answered;
  }

  async function carryOut(ask: KeychainAsk): Promise<Result<KeptSecrets>> {
    const read = await readCiphers();
    if (!read.ok || ask.verb === "read") return read.ok ? opened(read.value) : read;
    const changed = ask.verb === "keep" ? await withSecret(read.value, ask) : ok(without(read.value, ask.name));
    if (!changed.ok) return changed;
    const written = await writeCiphers(changed.value);
    return written.ok ? opened(changed.value) : written;
  }

  async function withSecret(
    ciphers: Ciphers,
    { name, value }: Extract<KeychainAsk, { verb: "keep" }>,
  ): Promise<Result<Ciphers>> {
    const refused = await refusal();
    if (refused !== undefined) return refused;
    if (ciphers[name] === undefined && Object.keys(ciphers).length >= maxSecrets) {
      return fail("TOO_MANY", `There are ${maxSecrets} secrets already.`, "Remove one that nothing needs any more.");
    }
    try {
      return ok({ ...ciphers, [name]: (await safeStorage.encryptStringAsync(value)).toString("base64") });
    } catch (cause) {
      return fail("UNAVAILABLE", "The system's keychain did not encrypt the secret.", unlock, cause);
    }
  }

  /** Everything that can be decrypted, and the names of what cannot. An empty keychain is not asked for its key. */
  async function opened(ciphers: Ciphers): Promise<Result<KeptSecrets>> {
    const names = Object.keys(ciphers);
    if (names.length === 0) return ok({ secrets: {}, unreadable: [] });
    if ((await refusal()) !== undefined) return ok({ secrets: {}, unreadable: names });
    const secrets: KeptSecrets["secrets"] = {};
    const unreadable: string[] = [];
    for (const [name, cipher] of Object.entries(ciphers)) {
      try {
        secrets[name] = (await safeStorage.decryptStringAsync(Buffer.from(cipher, "base64"))).result;
      } catch {
        // Encrypted on another machine, by another user, or under a key that is gone.
        unreadable.push(name);
      }
    }
    return ok({ secrets, unreadable });
  }

  async function refusal(): Promise<Result<never> | undefined> {
    if (platform === "linux" && safeStorage.getSelectedStorageBackend() === "basic_text") {
      return fail(
        "UNAVAILABLE",
        "This desktop has no keychain that Coxswain knows, so a secret would lie in a file that anybody can read.",
        `Run a keychain (GNOME Keyring or KWallet) and start Coxswain again. ${orEnvironment}`,
      );
    }
    if (await safeStorage.isAsyncEncryptionAvailable()) return undefined;
    return fail("UNAVAILABLE", "The system's keychain cannot be used.", unlock);
  }

  async function readCiphers(): Promise<Result<Ciphers>> {
    try {
      return ok(fileSchema.parse(JSON.parse(await readFile(file, "utf8"))).secrets);
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return ok({});
      const next = "Move the file away and set the secrets again; it holds nothing that another program could read.";
      return fail("UNAVAILABLE", `The file of secrets ${file} cannot be read.`, next);
    }
  }

  async function writeCiphers(secrets: Ciphers): Promise<Result<void>> {
    try {
      const fresh = `${file}.new`;
      await writeFile(fresh, JSON.stringify({ version: 1, secrets }), { mode: 0o600 });
      await rename(fresh, file);
      return ok(undefined);
    } catch (cause) {
      return fail("UNAVAILABLE", `The file of secrets ${file} cannot be written.`, "Make it writable for you.", cause);
    }
  }

  return { answer };
}

const orEnvironment = "Or put the secret into the environment that Coxswain is started with.";
const unlock = `Unlock the keychain and try again. ${orEnvironment}`;

function without(ciphers: Ciphers, name: string): Ciphers {
  const { [name]: _gone, ...rest } = ciphers;
  return rest;
}
