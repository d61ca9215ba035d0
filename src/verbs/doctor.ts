import { z } from "zod";
import { plain } from "../contract/plain.ts";
import type { Client } from "../contract/procedures.ts";
import { verb } from "./verb.ts";

const marks = { ok: "ok     ", warning: "warning", missing: "missing" } as const;

async function install(client: Client, agent: "codex", tell: (line: string) => void): Promise<void> {
  for await (const frame of await client.agent.install({ agent })) {
    tell(frame.kind === "line" ? plain(frame.line) : `Installed ${agent} ${frame.version}: ${frame.program}`);
  }
}

export const doctor = verb({
  name: "doctor",
  summary: "What the engine needs, what it found, and what to do about what is missing.",
  callers: ["human", "reader"],
  readOnly: false,
  about: "none",
  positional: [],
  args: z.object({ install: z.enum(["codex"]).optional().describe("Install this agent into the engine's home first") }),
  async run({ client, args, tell }) {
    if (args.install !== undefined) await install(client, args.install, tell);
    const [{ checks }, hello] = await Promise.all([client.engine.doctor(), client.engine.hello()]);
    const lines = checks.flatMap(({ name, state, says, next }) => [
      `${marks[state]}  ${name}: ${says}`,
      ...(next === undefined ? [] : [`         ${next}`]),
    ]);
    const engine = `ok       engine: ${hello.version}, process ${hello.pid}`;
    return { text: [engine, ...lines].join("\n"), data: { engine: hello, checks } };
  },
});
