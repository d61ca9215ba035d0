import { spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { fail, ok, type Result } from "../../contract/errors.ts";

/** In milliseconds. */
const lookEvery = 100;
/** What is told of a server that did not start, in characters. */
const maxLastWords = 1_000;
const announcedSchema = z.object({ url: z.url() });

export interface BackgroundServer {
  /** Node, or Electron's program told to be one by `env`. */
  readonly program: string;
  /** The server host and its arguments, `--json` among them. */
  readonly args: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes what it says, written anew: a pipe would break under a server that outlives its reader. */
  readonly said: string;
  /** How long it may take to say where it answers, in milliseconds. */
  readonly within: number;
}

/**
 * Starts a server host that outlives this program, and answers where it is once it has said so. It is ended by a signal,
 * like any server. One that does not say so in time is ended.
 */
export async function startBackgroundServer(server: BackgroundServer): Promise<Result<string>> {
  try {
    await mkdir(path.dirname(server.said), { recursive: true, mode: 0o700 });
    const file = await open(server.said, "w", 0o600);
    const started = launch(server, file.fd);
    await file.close();
    return await announced(server, started);
  } catch (cause) {
    return failed(cause);
  }
}

interface Started {
  /** Why it is gone, once it is. */
  readonly gone: () => string | undefined;
  readonly kill: () => void;
}

function launch({ program, args, env }: BackgroundServer, said: number): Started {
  const child = spawn(program, [...args], { detached: true, env, stdio: ["ignore", said, said] });
  let gone: string | undefined;
  child.once("error", (error) => (gone = error.message));
  child.once("exit", (code) => (gone = `It ended with code ${code ?? "none"}.`));
  // It must not hold this program up.
  child.unref();
  return { gone: () => gone, kill: () => void child.kill() };
}

async function announced({ said, within }: BackgroundServer, { gone, kill }: Started): Promise<Result<string>> {
  for (let waited = 0; waited < within; waited += lookEvery) {
    const text = await readFile(said, "utf8");
    const url = text
      .split("\n")
      .slice(0, -1)
      .map(urlIn)
      .find((found) => found !== undefined);
    if (url !== undefined) return ok(url);
    const why = gone();
    if (why !== undefined) return failed([why, text.slice(-maxLastWords).trim()].join("\n").trim());
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
  }
  kill();
  return failed("It did not say in time where it answers.");
}

function urlIn(line: string): string | undefined {
  try {
    return announcedSchema.safeParse(JSON.parse(line)).data?.url;
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
