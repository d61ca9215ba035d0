import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { readRequest } from "./request.ts";
import type { ModelRequest } from "./request.ts";
import type { Script, StepContext } from "./script.ts";
import { scripts as ownScripts } from "./scripts.ts";
import { streamStep } from "./stream.ts";

export interface ModelServerOptions {
  /** 0, the default, takes any free one. */
  readonly port?: number;
  readonly scripts?: Readonly<Record<string, Script>>;
  /** Between streamed words, in milliseconds; 0 by default. */
  readonly chunkMs?: number;
  readonly log?: (line: string) => void;
}

/** One request that was answered as scripted. */
export interface Received extends StepContext {
  readonly script: string;
  readonly threadId: string;
  readonly offered: readonly string[];
  readonly format: unknown;
  /** The header that carries a key. */
  readonly authorization: string | undefined;
}

export interface ModelServer {
  /** What an agent's provider is set to. */
  readonly baseUrl: string;
  readonly received: readonly Received[];
  /** What no script foresaw; a test that ends with any has failed. */
  readonly unexpected: readonly string[];
  close(): Promise<void>;
}

/**
 * A model without a model: the Responses API over SSE, playing the script that the model's slug names. It keeps no state but
 * the count of repeats, so it serves any number of threads and survives a restart of the agent in mid-turn.
 */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const scripts = options.scripts ?? ownScripts;
  const received: Received[] = [];
  const unexpected: string[] = [];
  const counts = new Map<string, number>();

  function refuse(response: ServerResponse, status: number, message: string): void {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message, type: "scripted" } }));
  }

  function surprise(response: ServerResponse, what: string): void {
    unexpected.push(what);
    options.log?.(`unexpected: ${what}`);
    refuse(response, 400, what);
  }

  function count(key: string): number {
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    return before;
  }

  async function answer(
    request: ModelRequest,
    authorization: string | undefined,
    response: ServerResponse,
  ): Promise<void> {
    const context: StepContext = {
      ...request.context,
      attempt: count(`${request.context.turnId}/${request.context.step}`),
      earlier: count(request.threadId),
    };
    const script = Object.hasOwn(scripts, request.script) ? scripts[request.script] : undefined;
    if (script === undefined) return surprise(response, `no script named "${request.script}"`);
    const step = script(context);
    if (step === undefined) return surprise(response, `${request.script} has no step ${context.step}`);
    const missing = (step.calls ?? [])
      .map((call) => ("namespace" in call ? (call.namespace ?? call.tool) : call.tool))
      .find((name) => !request.offered.includes(name));
    if (missing !== undefined)
      return surprise(
        response,
        `${request.script} calls ${missing}, which is not offered: ${request.offered.join(", ")}`,
      );
    received.push({
      ...context,
      script: request.script,
      threadId: request.threadId,
      offered: request.offered,
      format: request.format,
      authorization,
    });
    options.log?.(`${request.script} step ${context.step} of thread ${request.threadId}`);
    if (step.status !== undefined) return refuse(response, step.status, "refused as scripted");
    await streamStep(response, request, step, options.chunkMs ?? 0);
  }

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (message.method !== "POST" || message.url !== "/v1/responses") {
      return surprise(response, `${message.method} ${message.url}`);
    }
    const raw = await text(message);
    let request: ModelRequest;
    try {
      request = readRequest(message.headers, raw);
    } catch (error) {
      return surprise(response, `not a request of Codex: ${String(error)}`);
    }
    await answer(request, message.headers.authorization, response);
  }

  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      unexpected.push(String(error));
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    received,
    unexpected,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
