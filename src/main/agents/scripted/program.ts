import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Surroundings } from "./live-thread.ts";
import { createMethods } from "./methods.ts";
import { createPeer } from "./peer.ts";
import { createCommands } from "./run-command.ts";
import { createThreadStore } from "./thread-store.ts";

/**
 * An agent that plays scenario files and speaks the Codex app-server protocol on its standard input and output.
 * It ends, with all it started, when its input ends.
 */
const usage = `Usage: node program.ts --state DIR [--scenarios DIR]... [--pace instant|lively] [--seed N]
  --state      where threads are kept
  --scenarios  a folder of <name>.yml files; earlier ones win, those that come with the program are last
  --pace       instant: no waiting (the default); lively: as fast as an agent with a model behind it
  --seed       varies the lively pace; the same seed gives the same waits
`;

const argumentsSchema = z.object({
  state: z.string().min(1),
  scenarios: z.array(z.string().min(1)).default([]),
  pace: z.enum(["instant", "lively"]).default("instant"),
  seed: z.coerce.number().int().nonnegative().default(0),
});

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        state: { type: "string" },
        scenarios: { type: "string", multiple: true },
        pace: { type: "string" },
        seed: { type: "string" },
      },
    });
    return argumentsSchema.parse(values);
  } catch (thrown) {
    const why = thrown instanceof z.ZodError ? z.prettifyError(thrown) : String(thrown);
    process.stderr.write(`${why}\n${usage}`);
    process.exit(2);
  }
}

function main(): void {
  const asked = readArguments();
  const commands = createCommands();

  function end(code: number): never {
    commands.killAll();
    process.exit(code);
  }

  const around: Surroundings = {
    scenarios: [...asked.scenarios, join(import.meta.dirname, "scenarios")],
    pace: asked.pace,
    seed: asked.seed,
    commands,
    now: () => Date.now(),
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {}),
    newId: () => randomUUID(),
    notify: (method, params) => peer.notify(method, params),
    request: (method, params, signal, onId) => peer.request(method, params, signal, onId),
    exit: end,
  };
  const peer = createPeer({
    now: around.now,
    input: process.stdin,
    output: process.stdout,
    onCall: createMethods({
      store: createThreadStore(asked.state),
      around,
      env: process.env,
      leaveOut: (methods) => peer.leaveOut(methods),
    }),
    onEnd(why) {
      if (why === "too-long") process.stderr.write("A line on standard input is too long to be a message.\n");
      end(why === "closed" ? 0 : 1);
    },
  });

  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => end(code));
  }
}

main();
