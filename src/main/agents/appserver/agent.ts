import { fail, ok } from "../../../contract/errors.ts";
import type { Problem, Result } from "../../../contract/errors.ts";
import type { Agent, AgentCapabilities, PastTurn, Thread, ThreadOptions } from "../agent.ts";
import type { Clock } from "./clock.ts";
import type { Launch } from "./connection.ts";
import { readHistory } from "./history.ts";
import { masked } from "./masked.ts";
import { methods, parseNotification, parseServerRequest, threadOf, threadResultSchema } from "./protocol.ts";
import type { Notification, RpcId } from "./protocol.ts";
import { createServer } from "./server.ts";
import type { Live } from "./server.ts";
import { openThread, strange } from "./thread.ts";
import type { OpenThread } from "./thread.ts";

/** Opening may start the thread's tool servers, which can be slow. */
const openMs = 60_000;
/** Messages kept for a thread whose id is not known yet. */
const earlyLimit = 500;

/** What one thread's options come to on the wire. */
export interface ThreadParams {
  /** `thread/start`. */
  readonly start: Readonly<Record<string, unknown>>;
  /** `thread/resume` and `thread/fork`, beside the thread's id. */
  readonly again: Readonly<Record<string, unknown>>;
  /** Every `turn/start`. */
  readonly turn: Readonly<Record<string, unknown>>;
}

export interface AppServerAgentDeps {
  readonly name: string;
  /** Asked before each start of the process; a failure is what `open` and `resume` answer. */
  readonly launch: () => Promise<Result<Launch>>;
  readonly capabilities: AgentCapabilities;
  readonly threadConfig: (options: ThreadOptions) => ThreadParams;
  readonly clock: Clock;
  /** Lines for the engine's log; they may hold words of the agent, never secrets of ours. */
  readonly log: (line: string) => void;
}

type Message =
  | { readonly kind: "told"; readonly told: Notification }
  | { readonly kind: "asked"; readonly deliver: (to: OpenThread) => void };

/** An agent behind the Codex app-server protocol: one supervised process carries all its threads. */
export function createAppServerAgent(deps: AppServerAgentDeps): Agent {
  const threads = new Map<string, OpenThread>();
  /** What was said of threads that are being opened, in order. */
  const early = new Map<string, Message[]>();
  let openings = 0;
  const resuming = new Set<string>();

  const server = createServer({
    launch: deps.launch,
    clock: deps.clock,
    log: deps.log,
    onNotification: hear,
    onRequest: take,
    onGone(why) {
      early.clear();
      for (const open of threads.values()) open.lose(why);
      threads.clear();
    },
  });

  function hear(method: string, params: unknown): void {
    const told = understood(method, () => parseNotification(method, params));
    if (told === undefined) return;
    if (told.method === "account/rateLimits/updated") {
      for (const open of threads.values()) open.tell(told);
      return;
    }
    const threadId = told.params.threadId;
    if (threadId) deliver(threadId, { kind: "told", told });
    else deps.log(`${method}: ${masked(JSON.stringify(params)).slice(0, 300)}`);
  }

  function take(live: Live, id: RpcId, method: string, params: unknown): void {
    const request = understood(method, () => parseServerRequest(method, params));
    const threadId = threadOf(params);
    const known =
      request !== undefined &&
      threadId !== undefined &&
      deliver(threadId, { kind: "asked", deliver: (to) => to.ask(id, request) });
    if (!known) live.connection.refuse(id, `${method} is not answered here`);
  }

  function understood<T>(method: string, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      deps.log(`${method} is not understood: ${masked(String(error)).slice(0, 300)}`);
      return undefined;
    }
  }

  function deliver(threadId: string, message: Message): boolean {
    const open = threads.get(threadId);
    if (open !== undefined) {
      pass(open, message);
      return true;
    }
    if (openings === 0) return false;
    const waiting = early.get(threadId) ?? [];
    if (waiting.length >= earlyLimit) return false;
    early.set(threadId, [...waiting, message]);
    return true;
  }

  function pass(open: OpenThread, message: Message): void {
    if (message.kind === "asked") message.deliver(open);
    else {
      const { told } = message;
      understood(told.method, () => open.tell(told));
    }
  }

  function register(live: Live, id: string, history: readonly PastTurn[], params: ThreadParams): Thread {
    const open = openThread({
      id,
      history,
      live,
      turnParams: params.turn,
      clock: deps.clock,
      onClosed: () => threads.delete(id),
    });
    threads.set(id, open);
    for (const message of early.get(id) ?? []) pass(open, message);
    early.delete(id);
    return open.thread;
  }

  async function opening(
    method: string,
    params: ThreadParams,
    call: Readonly<Record<string, unknown>>,
  ): Promise<Result<Thread>> {
    const ready = await server.ready();
    if (!ready.ok) return ready;
    const live = ready.value;
    openings += 1;
    try {
      const answer = await live.connection.request(method, call, openMs);
      if (!answer.ok) return method === methods.threadStart ? answer : missing(answer.error);
      const parsed = threadResultSchema.safeParse(answer.value);
      if (!parsed.success) return strange(parsed.error);
      const { id } = parsed.data.thread;
      const history = method === methods.threadStart ? ok([]) : await readHistory(live.connection, id);
      if (!history.ok) return history;
      return ok(register(live, id, history.value, params));
    } finally {
      openings -= 1;
      if (openings === 0) early.clear();
    }
  }

  function again(method: string, threadId: string, options: ThreadOptions): Promise<Result<Thread>> {
    const params = deps.threadConfig(options);
    return opening(method, params, { ...params.again, threadId, excludeTurns: true });
  }

  return {
    name: deps.name,
    capabilities: deps.capabilities,
    open(options) {
      const params = deps.threadConfig(options);
      return opening(methods.threadStart, params, params.start);
    },
    resume(threadId, options) {
      if (threads.has(threadId) || resuming.has(threadId)) {
        return Promise.resolve(fail("CONFLICT", "This thread is open already.", "Close it before it is resumed."));
      }
      resuming.add(threadId);
      return again(methods.threadResume, threadId, options).finally(() => resuming.delete(threadId));
    },
    fork: (threadId, options) => again(methods.threadFork, threadId, options),
    processes: () => server.processes(),
    restart: () => server.restart(),
    close: () => server.close(),
  };
}

/** The server has no code for a thread it does not have, only words. */
function missing(refusal: Problem): Result<never> {
  const unknown = /no rollout found|not found|no such thread|invalid thread id/i.test(refusal.cause ?? "");
  if (!unknown) return { ok: false, error: refusal };
  return fail("NOT_FOUND", "The agent does not have this thread any more.", "Open a new thread.", refusal.cause);
}
