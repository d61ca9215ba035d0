import type { RpcId } from "../appserver/protocol.ts";
import { chooseScript } from "./choose-script.ts";
import { findScenario } from "./find-scenario.ts";
import { userMessage } from "./items.ts";
import { paceTurn, seedFrom, type Pace } from "./pacing.ts";
import { playTurn } from "./player.ts";
import type { Commands, RunningCommand } from "./run-command.ts";
import type { Stage, TurnEnd } from "./stage.ts";
import type { Cursor, PastTurn, StoredThread, TokenTotals } from "./thread-store.ts";
import { turnError, turnView } from "./thread-view.ts";

/** What the whole program shares among its threads. */
export interface Surroundings {
  readonly scenarios: readonly string[];
  readonly pace: Pace;
  readonly seed: number;
  readonly commands: Commands;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  newId(): string;
  notify(method: string, params: unknown): Promise<void>;
  request(method: string, params: unknown, signal: AbortSignal, onId: (id: RpcId) => void): Promise<unknown>;
  /** Ends the program at once, with this exit code. */
  exit(code: number): void;
}

/** What a thread was opened with in this life of the program; never kept on disk. */
export interface ThreadSetting {
  readonly env: Readonly<Record<string, string>>;
  readonly toolsUrl: string | undefined;
}

export interface LiveThread {
  readonly stored: StoredThread;
  readonly status: unknown;
  readonly runningTurnId: string | undefined;
  /** Takes up a turn, which begins to play when `begin` is called. */
  startTurn(words: string, clientId: string | null): Promise<{ readonly turn: PastTurn; readonly begin: () => void }>;
  steer(words: string, clientId: string | null): Promise<void>;
  interrupt(): void;
  /** Ends what interrupted turns left running. */
  clean(): void;
  close(): Promise<void>;
}

interface ActiveTurn {
  readonly past: PastTurn;
  readonly stop: AbortController;
  refusesToEnd: boolean;
  nextItem: number;
}

export function createLiveThread(stored: StoredThread, setting: ThreadSetting, around: Surroundings): LiveThread {
  const { memory } = stored;
  const threadId = memory.head.id;
  /** Commands that run, with the signal that tells whether their turn was interrupted. */
  const commands = new Map<RunningCommand, AbortSignal>();
  const allowed = new Set<string>();
  let active: ActiveTurn | undefined;
  let status: unknown = { type: "idle" };

  async function changeStatus(next: unknown): Promise<void> {
    status = next;
    await around.notify("thread/status/changed", { threadId, status });
  }

  async function begin(turn: ActiveTurn, words: string, clientId: string | null): Promise<void> {
    await changeStatus({ type: "active", activeFlags: [] });
    await around.notify("turn/started", { threadId, turn: turnView(turn.past, "notLoaded") });
    const message = userMessage(itemId(turn), clientId, words);
    await tellItem(turn, "item/started", message);
    await tellItem(turn, "item/completed", message);
    const end = await play(turn, words).catch((thrown: unknown): TurnEnd => ({
      status: "failed",
      error: thrown instanceof Error ? thrown.message : String(thrown),
    }));
    await finish(turn, end);
  }

  async function play(turn: ActiveTurn, words: string): Promise<TurnEnd> {
    const found = await findScenario(memory.head.model, around.scenarios);
    if (!found.ok) {
      const { message, next, cause } = found.error;
      return { status: "failed", error: `${message} ${next}${cause === undefined ? "" : `\n${cause}`}` };
    }
    const scenario = found.value;
    const script = chooseScript(scenario, memory, words);
    const seed = seedFrom(around.seed, scenario.seed, scenario.name, memory.turns.length);
    const save = (at: Cursor) => stored.append({ type: "cursor", scenario: scenario.name, at: [...at] });
    return playTurn(
      {
        name: script.name,
        steps: script.steps,
        from: script.from,
        onSteer: scenario.on_steer,
        save: script.kind === "scenario" ? save : async () => {},
      },
      stageOf(turn, paceTurn(around.pace, seed, script.steps, script.kind)),
    );
  }

  /** From the moment this is called the turn takes no more steers. */
  async function finish(turn: ActiveTurn, end: TurnEnd): Promise<void> {
    if (active !== turn) return;
    active = undefined;
    const error = end.status === "failed" ? end.error : null;
    await stored.append({ type: "ended", turnId: turn.past.id, status: end.status, error, at: around.now() });
    await changeStatus({ type: error === null ? "idle" : "systemError" });
    if (error !== null) await tell(turn, "error", { error: turnError(error), willRetry: false });
    await around.notify("turn/completed", { threadId, turn: turnView(turn.past, "notLoaded") });
  }

  function tell(turn: ActiveTurn, method: string, params: Readonly<Record<string, unknown>>): Promise<void> {
    return around.notify(method, { threadId, turnId: turn.past.id, ...params });
  }

  function tellItem(turn: ActiveTurn, method: "item/started" | "item/completed", item: object): Promise<void> {
    const at = method === "item/started" ? { startedAtMs: around.now() } : { completedAtMs: around.now() };
    return tell(turn, method, { item: { ...item, ...at }, ...at });
  }

  async function ask(
    turn: ActiveTurn,
    method: string,
    flag: string,
    params: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    await changeStatus({ type: "active", activeFlags: [flag] });
    let requestId: RpcId | undefined;
    const full = { threadId, turnId: turn.past.id, ...params };
    const answer = await around.request(method, full, turn.stop.signal, (id) => {
      requestId = id;
    });
    await around.notify("serverRequest/resolved", { threadId, requestId });
    if (!turn.stop.signal.aborted) await changeStatus({ type: "active", activeFlags: [] });
    return answer;
  }

  async function addUsage(turn: ActiveTurn, last: TokenTotals): Promise<void> {
    const { usage } = memory;
    const total = {
      input: usage.input + last.input,
      cached: usage.cached + last.cached,
      output: usage.output + last.output,
    };
    await stored.append({ type: "usage", total });
    const tokenUsage = { total: wireTokens(total), last: wireTokens(last), modelContextWindow: contextWindow };
    await tell(turn, "thread/tokenUsage/updated", { tokenUsage });
  }

  function stageOf(turn: ActiveTurn, pace: Stage["pace"]): Stage {
    const { signal } = turn.stop;
    return {
      folder: memory.head.cwd,
      env: setting.env,
      toolsUrl: setting.toolsUrl,
      policy: memory.head.approvalPolicy,
      allowed,
      pace,
      commands: around.commands,
      signal,
      now: () => around.now(),
      sleep: (ms) => (ms > 0 ? around.sleep(ms, signal) : Promise.resolve()),
      newItemId: () => itemId(turn),
      started: (item) => tellItem(turn, "item/started", item),
      completed: (item) => tellItem(turn, "item/completed", item),
      notify: (method, params) => tell(turn, method, params),
      request: (method, flag, params) => ask(turn, method, flag, params),
      said: (text) => stored.append({ type: "message", turnId: turn.past.id, text }),
      addUsage: (used) => addUsage(turn, used),
      watch(running) {
        commands.set(running, signal);
        void running.ended.finally(() => commands.delete(running));
      },
      refuseToEnd() {
        turn.refusesToEnd = true;
      },
      async crashOnce(step) {
        if (memory.crashed.has(step)) return;
        await stored.append({ type: "crashed", step });
        around.exit(137);
      },
      nextSteer: () => memory.steers[0],
      steered: () => stored.append({ type: "steered" }),
    };
  }

  return {
    stored,
    get status() {
      return status;
    },
    get runningTurnId() {
      return active?.past.id;
    },
    async startTurn(words, clientId) {
      const id = around.newId();
      await stored.append({ type: "turn", id, clientId, text: words, at: around.now() });
      const past = memory.turns.at(-1);
      if (past === undefined) throw new Error("A turn that was recorded is remembered.");
      const turn: ActiveTurn = { past, stop: new AbortController(), refusesToEnd: false, nextItem: 1 };
      active = turn;
      return { turn: past, begin: () => void begin(turn, words, clientId) };
    },
    async steer(words, clientId) {
      const turn = active;
      if (turn === undefined) return;
      await stored.append({ type: "steer", turnId: turn.past.id, clientId, text: words });
      const message = userMessage(itemId(turn), clientId, words);
      await tellItem(turn, "item/started", message);
      await tellItem(turn, "item/completed", message);
    },
    interrupt() {
      if (active !== undefined && !active.refusesToEnd) active.stop.abort();
    },
    clean() {
      for (const [running, { aborted }] of commands) if (aborted) running.kill();
    },
    async close() {
      const turn = active;
      active = undefined;
      turn?.stop.abort();
      for (const running of commands.keys()) running.kill();
      if (turn !== undefined) {
        await stored.append({
          type: "ended",
          turnId: turn.past.id,
          status: "interrupted",
          error: null,
          at: around.now(),
        });
      }
      await stored.close();
    },
  };
}

const contextWindow = 200_000;

function itemId(turn: ActiveTurn): string {
  const id = `${turn.past.id}-${turn.nextItem}`;
  turn.nextItem += 1;
  return id;
}

function wireTokens(tokens: TokenTotals) {
  return {
    totalTokens: tokens.input + tokens.output,
    inputTokens: tokens.input,
    cachedInputTokens: tokens.cached,
    cacheWriteInputTokens: 0,
    outputTokens: tokens.output,
    reasoningOutputTokens: 0,
  };
}
