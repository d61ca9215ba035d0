import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { createLineCutter } from "../appserver/lines.ts";
import { envelopeSchema, rpcCodes, type RpcId } from "../appserver/protocol.ts";

/** Longest line taken, in bytes. */
const lineLimit = 10 * 1024 * 1024;

/** A call's answer. `afterwards` runs once the answer is written, for what must not overtake it. */
export type CallAnswer =
  | { readonly result: unknown; readonly afterwards?: () => void }
  | { readonly refused: string; readonly code?: number };

export interface PeerDeps {
  readonly input: Readable;
  readonly output: Writable;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  onCall(method: string, params: unknown): Promise<CallAnswer>;
  /** The client is gone, or says what cannot be a message. Called once. */
  onEnd(why: "closed" | "too-long"): void;
}

export interface Peer {
  /** From here on these notifications are not sent. */
  leaveOut(methods: readonly string[]): void;
  /** Resolves when the reader has taken what was written before. */
  notify(method: string, params: unknown): Promise<void>;
  /** Asks the client; undefined when it refuses or `signal` calls the request off. */
  request(method: string, params: unknown, signal: AbortSignal, onId: (id: RpcId) => void): Promise<unknown>;
}

/** Speaks JSON-RPC lines without the `jsonrpc` member. Calls are answered one after the other, in their order. */
export function createPeer(deps: PeerDeps): Peer {
  const unwanted = new Set<string>();
  const asked = new Map<RpcId, (answer: unknown) => void>();
  let nextId = 0;
  let calls: Promise<void> = Promise.resolve();

  async function write(message: Readonly<Record<string, unknown>>): Promise<void> {
    const free = deps.output.write(`${JSON.stringify(message)}\n`);
    if (!free) await drained(deps.output);
  }

  async function answer(id: RpcId, method: string, params: unknown): Promise<void> {
    const given = await answerTo(deps, method, params);
    if ("refused" in given)
      return write({ id, error: { code: given.code ?? rpcCodes.invalidRequest, message: given.refused } });
    await write({ id, result: given.result });
    given.afterwards?.();
  }

  function receive(line: string): void {
    const parsed = envelopeSchema.safeParse(parseJson(line));
    if (!parsed.success) return;
    const { id, method, params, result } = parsed.data;
    if (id === undefined) return;
    if (method !== undefined) {
      calls = calls.then(() => answer(id, method, params));
      return;
    }
    asked.get(id)?.(result);
  }

  deps.input.on(
    "data",
    createLineCutter(lineLimit, receive, () => deps.onEnd("too-long")),
  );
  deps.input.once("end", () => deps.onEnd("closed"));
  deps.output.on("error", () => deps.onEnd("closed"));

  return {
    leaveOut(methods) {
      for (const method of methods) unwanted.add(method);
    },
    async notify(method, params) {
      if (!unwanted.has(method)) await write({ method, params, emittedAtMs: deps.now() });
    },
    async request(method, params, signal, onId) {
      if (signal.aborted) return undefined;
      const id = nextId;
      nextId += 1;
      const answered = new Promise<unknown>((resolve) => {
        asked.set(id, resolve);
        signal.addEventListener("abort", () => resolve(undefined), { once: true });
      });
      onId(id);
      await write({ id, method, params });
      return answered.finally(() => asked.delete(id));
    },
  };
}

async function answerTo(deps: PeerDeps, method: string, params: unknown): Promise<CallAnswer> {
  try {
    return await deps.onCall(method, params);
  } catch (thrown) {
    if (thrown instanceof z.ZodError) return { refused: `Invalid request: ${z.prettifyError(thrown)}` };
    return { refused: thrown instanceof Error ? thrown.message : String(thrown), code: -32_603 };
  }
}

const waiting = new WeakMap<Writable, Promise<void>>();

/** One wait per stream, however many writers share it. */
function drained(output: Writable): Promise<void> {
  const known = waiting.get(output);
  if (known !== undefined) return known;
  const wait = new Promise<void>((resolve) => {
    output.once("drain", () => {
      waiting.delete(output);
      resolve();
    });
  });
  waiting.set(output, wait);
  return wait;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
