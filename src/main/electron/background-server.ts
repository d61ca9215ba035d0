import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import { fail, ok, type Result } from "../../contract/errors.ts";

/** How long a server may take to say where it answers, in milliseconds. */
const announceWithin = 30_000;
const announcedSchema = z.object({ url: z.url() });

export interface BackgroundServer {
  /** Node, or Electron's program told to be one by `env`. */
  readonly program: string;
  /** The server host and its arguments, `--json` among them. */
  readonly args: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts a server host that outlives this program, and answers where it is once it has said so. It is ended by a signal,
 * like any server. One that does not say so in time is ended.
 */
export function startBackgroundServer({ program, args, env }: BackgroundServer): Promise<Result<string>> {
  return new Promise((resolve) => {
    const server = spawn(program, [...args], { detached: true, env, stdio: ["ignore", "pipe", "ignore"] });
    const settle = (result: Result<string>): void => {
      clearTimeout(timer);
      // From here on nothing of it may hold this program up.
      server.stdout.destroy();
      server.unref();
      resolve(result);
    };
    const timer = setTimeout(() => {
      server.kill();
      settle(failed("It did not say in time where it answers."));
    }, announceWithin);
    server.once("error", (error) => settle(failed(error)));
    server.once("exit", (code) => settle(failed(`It ended with code ${code ?? "none"}.`)));
    createInterface(server.stdout).once("line", (line) => {
      const announced = announcedSchema.safeParse(parsed(line)).data;
      settle(announced === undefined ? failed("It said something else than where it answers.") : ok(announced.url));
    });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function failed(cause: unknown): Result<never> {
  return fail(
    "UNAVAILABLE",
    "The background server did not start.",
    "Nothing is lost: the work goes on when Coxswain is next started. The home's logs/engine.log has the details.",
    cause,
  );
}
