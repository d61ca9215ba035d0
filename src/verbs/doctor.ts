import { z } from "zod";
import type { Check } from "../contract/check.ts";
import { plain } from "../contract/plain.ts";
import type { Client } from "../contract/procedures.ts";
import { verb, type Answer } from "./verb.ts";

async function install(client: Client, agent: "codex", tell: (line: string) => void): Promise<void> {
  for await (const frame of await client.agent.install({ agent })) {
    tell(frame.kind === "line" ? plain(frame.line) : `Installed ${agent} ${frame.version}: ${frame.program}`);
  }
}

export const doctor = verb({
  name: "doctor",
  summary: "What the engine needs, what it found, what is wrong, and the command that mends it.",
  callers: ["human", "reader"],
  readOnly: false,
  about: "none",
  positional: [],
  args: z.object({ install: z.enum(["codex"]).optional().describe("Install this agent into the engine's home first") }),
  async run({ client, args, tell }) {
    if (args.install !== undefined) await install(client, args.install, tell);
    const [{ checks }, hello] = await Promise.all([client.engine.doctor(), client.engine.hello()]);
    const engine: Check = { name: "engine", state: "ok", says: `${hello.version}, process ${hello.pid}` };
    return tellChecks([engine, ...checks], hello);
  },
});

/** What was found, in columns. Warnings alone are nothing wrong. */
export function tellChecks(checks: readonly Check[], engine: object | undefined): Answer {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const margin = " ".repeat("warning".length + 2 + width + 2);
  const lines = checks.flatMap(({ name, state, says, next }) => [
    `${state.padEnd("warning".length)}  ${name.padEnd(width)}  ${oneLine(says)}`,
    ...(next === undefined ? [] : [`${margin}next: ${oneLine(next)}`]),
  ]);
  const wrong = checks.some(({ state }) => state === "wrong" || state === "missing");
  return { text: lines.join("\n"), data: { ...(engine === undefined ? {} : { engine }), checks }, wrong };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}
