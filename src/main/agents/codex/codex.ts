import path from "node:path";
import { fail, ok } from "../../../contract/errors.ts";
import type { Result } from "../../../contract/errors.ts";
import type { Agent, AgentCapabilities } from "../agent.ts";
import { createAppServerAgent } from "../appserver/agent.ts";
import type { Clock } from "../appserver/clock.ts";
import type { Launch } from "../appserver/connection.ts";
import { writeCodexHome } from "./codex-home.ts";
import type { CodexService } from "./codex-home.ts";
import { threadParams } from "./thread-params.ts";

const capabilities: AgentCapabilities = {
  steer: true,
  interrupt: true,
  resume: true,
  fork: true,
  approvals: true,
  questions: true,
  plan: true,
  usage: true,
  structured: true,
  tools: true,
  confinement: true,
};

export interface CodexAgentDeps {
  /** Our own `CODEX_HOME`. Not below the temporary directory: Codex refuses that. A real path. */
  readonly home: string;
  /** The native program, looked up before each start; `findCodex` does it. */
  readonly program: () => Promise<Result<string>>;
  /** The app-server's environment: `PATH`, `HOME`, proxies. It never reaches commands. */
  readonly env: Readonly<Record<string, string>>;
  /** What every command may see: `PATH`, `HOME`, `LANG`, … Nothing secret. A thread's own is added to it. */
  readonly commandEnv: Readonly<Record<string, string>>;
  /** Instead of the account it is logged in to; looked up before each start. */
  readonly service: () => Promise<CodexService | undefined>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Codex: one `codex app-server` under a `CODEX_HOME` of our own carries all threads. */
export function createCodexAgent(deps: CodexAgentDeps): Agent {
  const home = { folder: deps.home, empty: path.join(deps.home, "empty") };

  async function launch(): Promise<Result<Launch>> {
    const program = await deps.program();
    if (!program.ok) return program;
    const service = await deps.service();
    try {
      await writeCodexHome(home.folder, service?.provider);
    } catch (error) {
      return fail(
        "UNAVAILABLE",
        `Codex's home at ${home.folder} cannot be written.`,
        "Check the folder's rights and the disk.",
        error,
      );
    }
    return ok({
      command: program.value,
      args: ["app-server"],
      env: { ...deps.env, ...service?.env, CODEX_HOME: home.folder },
      cwd: home.empty,
    });
  }

  return createAppServerAgent({
    name: "codex",
    launch,
    capabilities,
    threadConfig: (options) => threadParams(home, deps.commandEnv, options),
    clock: deps.clock,
    log: deps.log,
  });
}
