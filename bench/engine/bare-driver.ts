import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";

const messageSchema = z.looseObject({
  id: z.union([z.number(), z.string()]).optional(),
  method: z.string().optional(),
  params: z.looseObject({ threadId: z.string().optional() }).optional(),
  result: z.unknown().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});
const openedSchema = z.looseObject({ thread: z.looseObject({ id: z.string() }) });

export interface BareDriver {
  /** Answers the thread's id. */
  open(params: object): Promise<string>;
  /** Resolves when the turn has ended. */
  turn(threadId: string, words: string, params: object): Promise<void>;
  /** Resolves when its process is gone. */
  readonly gone: Promise<void>;
  end(): Promise<void>;
}

/** The least that drives an app-server: it starts turns, reads what it is told and keeps nothing. */
export async function startBareDriver(program: string, cwd: string, env: NodeJS.ProcessEnv): Promise<BareDriver> {
  const child = spawn(program, ["app-server"], { cwd, env, stdio: ["pipe", "pipe", "ignore"] });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const calls = new Map<number | string, { resolve: (result: unknown) => void; reject: (why: Error) => void }>();
  const turns = new Map<string, () => void>();
  let lastId = 0;

  createInterface(child.stdout).on("line", (line) => {
    const { id, method, params, result, error } = messageSchema.parse(JSON.parse(line));
    if (method === "turn/completed") turns.get(params?.threadId ?? "")?.();
    if (method !== undefined || id === undefined) return;
    if (error === undefined) calls.get(id)?.resolve(result);
    else calls.get(id)?.reject(new Error(error.message));
    calls.delete(id);
  });

  const write = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);

  function call(method: string, params: object): Promise<unknown> {
    lastId += 1;
    const id = lastId;
    write({ id, method, params });
    return new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
  }

  const clientInfo = { name: "bare", title: "Bare", version: "0" };
  await call("initialize", { clientInfo, capabilities: { experimentalApi: true } });
  write({ method: "initialized" });

  return {
    gone,
    async open(params) {
      return openedSchema.parse(await call("thread/start", params)).thread.id;
    },
    async turn(threadId, words, params) {
      const ended = new Promise<void>((resolve) => turns.set(threadId, resolve));
      await call("turn/start", { threadId, input: [{ type: "text", text: words, text_elements: [] }], ...params });
      await ended;
    },
    async end() {
      child.stdin.end();
      child.kill("SIGTERM");
      await gone;
    },
  };
}
