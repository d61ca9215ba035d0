import path from "node:path";
import { ok } from "../contract/errors.ts";
import type { Agent } from "./agents/agent.ts";
import { machineClock } from "./agents/appserver/clock.ts";
import { createCodexAgent } from "./agents/codex/codex.ts";
import { createScriptedAgent } from "./agents/scripted/scripted.ts";
import type { CodexProgram } from "./codex.ts";
import type { EngineOptions } from "./engine.ts";
import { agentEnv, asNode } from "./environment.ts";

/** The agents of this engine, by name; none is started before it is needed. */
export function openAgents(
  options: EngineOptions,
  codexProgram: CodexProgram,
  commandEnv: Readonly<Record<string, string>>,
): ReadonlyMap<string, Agent> {
  const { home, programs } = options;
  const tell = (name: string) => (line: string) => options.log(`${name}: ${line}`);
  const codex = createCodexAgent({
    home: codexProgram.home,
    program: async () => {
      const found = await codexProgram.find();
      return found.ok ? ok(found.value.program) : found;
    },
    env: agentEnv(options.env),
    commandEnv,
    service: () => codexProgram.service(),
    asRoot: process.getuid?.() === 0,
    clock: machineClock,
    log: tell("codex"),
  });
  const scripted = createScriptedAgent({
    program: { node: process.execPath, file: programs.scriptedAgent },
    scenarios: [path.join(programs.assets, "demo/scenarios")],
    state: path.join(home, "scripted"),
    ...options.scripted,
    env: { ...commandEnv, ...asNode },
    clock: machineClock,
    log: tell("scripted"),
  });
  return new Map([codex, scripted].map((agent) => [agent.name, agent]));
}
