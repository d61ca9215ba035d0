import path from "node:path";
import { fail, ok } from "../../../contract/errors.ts";
import type { Result } from "../../../contract/errors.ts";
import type { Agent, AgentCapabilities, ThreadOptions } from "../agent.ts";
import { createAppServerAgent } from "../appserver/agent.ts";
import type { Clock } from "../appserver/clock.ts";
import type { Launch } from "../appserver/connection.ts";
import { writeCodexHome } from "./codex-home.ts";
import type { CodexService } from "./codex-home.ts";
import { guardKernel } from "./guard-kernel.ts";
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
  /** Whether all of it runs as root, whom the kernel keeps from nothing. */
  readonly asRoot: boolean;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * The folder of what Codex brings along, `bwrap` among it. It takes the first one on `PATH` before its own, and one older than
 * 0.9 cannot start a program under another name (`--argv0`): then Codex goes by a link below its home, which is hidden, and
 * neither a thread nor a command starts.
 */
function toolsOf(program: string): string {
  return path.join(path.dirname(path.dirname(program)), "codex-resources");
}

function inFront(folders: readonly string[], searched = ""): string {
  return [...folders, ...(searched === "" ? [] : [searched])].join(path.delimiter);
}

/** Codex: one `codex app-server` under a `CODEX_HOME` of our own carries all threads. */
export function createCodexAgent(deps: CodexAgentDeps): Agent {
  const home = { folder: deps.home, empty: path.join(deps.home, "empty") };
  /** Folders that go before all others on `PATH`; none until the program is found. */
  let tools: readonly string[] = [];

  async function findTools(program: string): Promise<readonly string[]> {
    const own = toolsOf(program);
    const searched = [own, ...(deps.env["PATH"] ?? "").split(path.delimiter)];
    const guard = deps.asRoot ? await guardKernel(path.join(home.folder, "tools"), searched) : undefined;
    return guard === undefined ? [own] : [guard, own];
  }

  async function launch(): Promise<Result<Launch>> {
    const program = await deps.program();
    if (!program.ok) return program;
    const service = await deps.service();
    try {
      await writeCodexHome(home.folder, service?.provider);
      tools = await findTools(program.value);
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
      env: { ...deps.env, ...service?.env, PATH: inFront(tools, deps.env["PATH"]), CODEX_HOME: home.folder },
      cwd: home.empty,
    });
  }

  /** The helper that confines a command looks for its tools where the command does. */
  function withTools(options: ThreadOptions): ThreadOptions {
    const searched = options.env["PATH"] ?? deps.commandEnv["PATH"];
    return { ...options, env: { ...options.env, PATH: inFront(tools, searched) } };
  }

  const agent = createAppServerAgent({
    name: "codex",
    launch,
    capabilities,
    threadConfig: (options) => threadParams(home, deps.commandEnv, withTools(options)),
    clock: deps.clock,
    log: deps.log,
  });

  /** Before a thread's options are put into words: they name the tools, which are known once the program is. */
  async function whenFound<T>(go: () => Promise<T>): Promise<T> {
    const program = tools.length === 0 ? await deps.program() : undefined;
    if (program?.ok === true) tools = await findTools(program.value);
    return go();
  }

  return {
    ...agent,
    open: (options) => whenFound(() => agent.open(options)),
    resume: (threadId, options) => whenFound(() => agent.resume(threadId, options)),
    fork: (threadId, options) => whenFound(() => agent.fork(threadId, options)),
  };
}
