import { fail, ok, type Result } from "../contract/errors.ts";
import type { KeptSecrets, KeychainAsk } from "../contract/host.ts";
import { secretNameSchema, type Secret } from "../contract/secrets.ts";
import type { Environment } from "./environment.ts";

/** Asks the keychain of the host that this engine runs in. */
export type AskKeychain = (ask: KeychainAsk) => Promise<Result<KeptSecrets>>;

/** The human's secrets, by the name of the variable that would hold each. No value of theirs is stored or logged here. */
export interface Secrets {
  /** The environment's value, else the keychain's. Undefined where neither has one, or the keychain cannot be asked. */
  get(name: string): Promise<string | undefined>;
  /** Names, never values. `keychain` says whether there is one to set secrets in. */
  list(): Promise<Result<{ readonly secrets: Secret[]; readonly keychain: boolean }>>;
  set(name: string, value: string): Promise<Result<void>>;
  remove(name: string): Promise<Result<void>>;
}

export interface SecretsDeps {
  /** The engine's own. */
  readonly env: Environment;
  /** Only the desktop host has a keychain. */
  readonly askKeychain: AskKeychain | undefined;
  readonly log: (message: string, cause?: unknown) => void;
}

/** Which of the environment's variables are told of as secrets: those that programs name like one. */
const secretLike = /_(API_KEY|TOKEN|SECRET|PASSWORD)$/;

export function createSecrets({ env, askKeychain, log }: SecretsDeps): Secrets {
  return {
    async get(name) {
      const set = env[name];
      if (set !== undefined && set !== "") return set;
      const kept = await askKeychain?.({ verb: "read" });
      if (kept === undefined) return undefined;
      if (!kept.ok) log(kept.error.message, kept.error.cause);
      return kept.ok ? kept.value.secrets[name] : undefined;
    },
    async list() {
      const kept = (await askKeychain?.({ verb: "read" })) ?? nothingKept;
      if (!kept.ok) return kept;
      const ofEnvironment = namesIn(env);
      const ofKeychain = [...Object.keys(kept.value.secrets), ...kept.value.unreadable];
      const secrets = [
        ...ofEnvironment.map((name): Secret => ({ name, from: "environment", readable: true })),
        ...ofKeychain
          .filter((name) => !ofEnvironment.includes(name))
          .map((name): Secret => ({ name, from: "keychain", readable: !kept.value.unreadable.includes(name) })),
      ];
      return ok({
        secrets: secrets.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        keychain: askKeychain !== undefined,
      });
    },
    async set(name, value) {
      if (askKeychain === undefined) return noKeychain(`Start the engine with ${name} in its environment`);
      const kept = await askKeychain({ verb: "keep", name, value });
      return kept.ok ? ok(undefined) : kept;
    },
    async remove(name) {
      if (askKeychain === undefined) return noKeychain(`Start the engine without ${name} in its environment`);
      const before = await askKeychain({ verb: "read" });
      if (!before.ok) return before;
      const { secrets, unreadable } = before.value;
      if (secrets[name] === undefined && !unreadable.includes(name)) {
        return fail("NOT_FOUND", `The keychain holds no ${name}.`, "See what there is with `cox secret`.");
      }
      const kept = await askKeychain({ verb: "forget", name });
      return kept.ok ? ok(undefined) : kept;
    },
  };
}

const nothingKept: Result<KeptSecrets> = ok({ secrets: {}, unreadable: [] });

function namesIn(env: Environment): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value !== "" && secretLike.test(name) && secretNameSchema.safeParse(name).success
      ? [name]
      : [],
  );
}

function noKeychain(instead: string): Result<never> {
  return fail(
    "UNAVAILABLE",
    "This engine has no keychain: only the desktop program has one.",
    `${instead}, or use the desktop program.`,
  );
}
