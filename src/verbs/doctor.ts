import { z } from "zod";
import { verb } from "./verb.ts";

const marks = { ok: "ok     ", warning: "warning", missing: "missing" } as const;

export const doctor = verb({
  name: "doctor",
  summary: "What the engine needs, what it found, and what to do about what is missing.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "none",
  positional: [],
  args: z.object({}),
  async run({ client }) {
    const [{ checks }, hello] = await Promise.all([client.engine.doctor(), client.engine.hello()]);
    const lines = checks.flatMap(({ name, state, says, next }) => [
      `${marks[state]}  ${name}: ${says}`,
      ...(next === undefined ? [] : [`         ${next}`]),
    ]);
    const engine = `ok       engine: ${hello.version}, process ${hello.pid}`;
    return { text: [engine, ...lines].join("\n"), data: { engine: hello, checks } };
  },
});
