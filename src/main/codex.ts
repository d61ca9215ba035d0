import path from "node:path";
import { fail, ok, type Result } from "../contract/errors.ts";
import {
  isLoggedIn,
  loginCommand,
  openAiByKey,
  type CodexProvider,
  type CodexService,
} from "./agents/codex/codex-home.ts";
import { findCodex, type FoundCodex } from "./agents/codex/find-codex.ts";
import { installCodex } from "./agents/codex/install-codex.ts";

export interface CodexProgramDeps {
  /** The engine's home. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** npm's environment. */
  readonly installEnv: Readonly<Record<string, string>>;
  /** Instead of looking for Codex on this machine and using its login. */
  readonly given: { readonly program: string; readonly provider: CodexProvider } | undefined;
  /** The human's key for OpenAI's service, used where nobody is logged in. */
  readonly apiKey: () => Promise<string | undefined>;
}

/** The secret that opens OpenAI's service for whoever is not logged in. */
export const codexKeyName = "OPENAI_API_KEY";

/** The Codex program of this machine: looked up, logged in or not, installed when the human asks for it. */
export interface CodexProgram {
  /** Our own `CODEX_HOME`. */
  readonly home: string;
  find(): Promise<Result<FoundCodex>>;
  /** Which service it is to use instead of the account it is logged in to, and the variables that open it. */
  service(): Promise<CodexService | undefined>;
  /** The shell command that logs it in; undefined when it is, or when a key does instead. */
  missingLogin(found: FoundCodex): Promise<string | undefined>;
  /** Told line by line. `CONFLICT` while another installation runs; ends with `CANCELLED` once `signal` says so. */
  install(onProgress: (line: string) => void, signal: AbortSignal): Promise<Result<FoundCodex>>;
  /** Ends an installation that runs. */
  close(): Promise<void>;
}

export function createCodexProgram({ home, env, installEnv, given, apiKey }: CodexProgramDeps): CodexProgram {
  const codexHome = path.join(home, "codex");
  const installFolder = path.join(home, "agents");
  const closing = new AbortController();
  let installing: Promise<unknown> | undefined;

  return {
    home: codexHome,
    async find() {
      if (given !== undefined) return ok({ program: given.program, version: "given", called: given.program });
      const setting = env["COXSWAIN_CODEX"];
      return findCodex({ ...(setting === undefined ? {} : { setting }), path: env["PATH"] ?? "", installFolder });
    },
    async service() {
      if (given !== undefined) return { provider: given.provider, env: {} };
      const key = (await isLoggedIn(codexHome)) ? undefined : await apiKey();
      return key === undefined ? undefined : { provider: openAiByKey(codexKeyName), env: { [codexKeyName]: key } };
    },
    async missingLogin({ called }) {
      if (given !== undefined || (await isLoggedIn(codexHome)) || (await apiKey()) !== undefined) return undefined;
      return loginCommand(codexHome, called);
    },
    async install(onProgress, signal) {
      if (installing !== undefined) {
        return fail(
          "CONFLICT",
          "Codex is being installed already.",
          "Wait for it; `cox doctor` tells when it is there.",
        );
      }
      const ended = AbortSignal.any([signal, closing.signal]);
      const installed = installCodex({ folder: installFolder, env: installEnv, onProgress, signal: ended });
      installing = installed;
      try {
        return await installed;
      } finally {
        installing = undefined;
      }
    },
    async close() {
      closing.abort();
      await installing?.catch(() => undefined);
    },
  };
}
