import { mkdir } from "node:fs/promises";
import { fail, ok, type Result } from "../../../contract/errors.ts";
import { createAppServerAgent } from "../appserver/agent.ts";
import type { ThreadParams } from "../appserver/agent.ts";
import type { Clock } from "../appserver/clock.ts";
import type { Agent, Confinement, ThreadOptions } from "../agent.ts";
import type { Launch } from "../appserver/connection.ts";
import type { Pace } from "./pacing.ts";

/** The only confinement this agent can promise: its commands run with the rights of the engine. */
export const scriptedConfinement: Confinement = { mode: "none" };

export interface ScriptedAgentDeps {
  /** The Node to run the program with, and the program's file (`program.ts`, or what it is bundled to). */
  readonly program: { readonly node: string; readonly file: string };
  /** Folders of scenario files; earlier ones win, those that come with the program are last. */
  readonly scenarios: readonly string[];
  /** Where the program keeps its threads; made when it is missing. */
  readonly state: string;
  readonly pace: Pace;
  readonly seed: number;
  /** The whole environment of the program; its commands see an allow-listed part of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * An agent that plays scenario files, for the demo, tests and benches. A thread's model `scripted-<name>` chooses the
 * scenario `<name>.yml`. `FORBIDDEN` when a thread is to be confined, which this agent cannot do.
 */
export function createScriptedAgent(deps: ScriptedAgentDeps): Agent {
  const agent = createAppServerAgent({
    name: "scripted",
    launch: () => launch(deps),
    capabilities: {
      steer: true,
      interrupt: true,
      resume: true,
      fork: true,
      approvals: true,
      questions: true,
      plan: true,
      usage: true,
      // A message of a scenario can be JSON, but nothing holds it to the schema.
      structured: false,
      tools: true,
      confinement: false,
    },
    threadConfig,
    clock: deps.clock,
    log: deps.log,
  });
  return {
    ...agent,
    open: (options) => confinable(options) ?? agent.open(options),
    resume: (threadId, options) => confinable(options) ?? agent.resume(threadId, options),
    fork: (threadId, options) => confinable(options) ?? agent.fork(threadId, options),
  };
}

function confinable(options: ThreadOptions): Promise<Result<never>> | undefined {
  if (options.confinement.mode === scriptedConfinement.mode) return undefined;
  return Promise.resolve(
    fail(
      "FORBIDDEN",
      "The scripted agent cannot confine what it runs.",
      "Open its threads with the confinement `none`.",
    ),
  );
}

async function launch(deps: ScriptedAgentDeps): Promise<Result<Launch>> {
  try {
    await mkdir(deps.state, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    return fail("UNAVAILABLE", `The folder ${deps.state} cannot be made.`, "Make it writable, then try again.", thrown);
  }
  const folders = deps.scenarios.flatMap((folder) => ["--scenarios", folder]);
  const options = ["--state", deps.state, "--pace", deps.pace, "--seed", String(deps.seed), ...folders];
  return ok({ command: deps.program.node, args: [deps.program.file, ...options], env: deps.env, cwd: deps.state });
}

function threadConfig(options: ThreadOptions): ThreadParams {
  const thread = {
    cwd: options.folder,
    model: options.model ?? null,
    approvalPolicy: options.approvals,
    sandbox: "danger-full-access",
    config: {
      shell_environment_policy: { set: options.env },
      ...(options.tools === undefined ? {} : { mcp_servers: { cox: { url: options.tools.url } } }),
    },
  };
  return { start: thread, again: thread, turn: {} };
}
