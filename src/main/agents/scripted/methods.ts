import { z } from "zod";
import { createLiveThread, type LiveThread, type Surroundings } from "./live-thread.ts";
import type { CallAnswer } from "./peer.ts";
import { settingOf } from "./thread-config.ts";
import type { PastTurn, StoredThread, ThreadStore } from "./thread-store.ts";
import { openedView, threadView, turnView } from "./thread-view.ts";

const idle = { type: "idle" };
const page = 100;

const opening = {
  model: z.string().max(200).nullish(),
  cwd: z.string().max(4_096).nullish(),
  approvalPolicy: z.unknown().optional(),
  config: z.record(z.string(), z.unknown()).nullish(),
};
const inThread = { threadId: z.string().max(200) };
const inputSchema = z.array(z.looseObject({ type: z.string(), text: z.string().max(1_000_000).optional() })).max(100);
const clientId = z.string().max(500).nullish();

const params = {
  initialize: z.looseObject({
    capabilities: z
      .looseObject({ optOutNotificationMethods: z.array(z.string().max(200)).max(200).nullish() })
      .nullish(),
  }),
  start: z.looseObject({ ...opening, cwd: z.string().max(4_096) }),
  reopen: z.looseObject({ ...inThread, ...opening, excludeTurns: z.boolean().optional() }),
  read: z.looseObject({ ...inThread, includeTurns: z.boolean().optional() }),
  turns: z.looseObject({
    ...inThread,
    cursor: z.string().regex(/^\d+$/).nullish(),
    limit: z.number().int().positive().nullish(),
    sortDirection: z.enum(["asc", "desc"]).nullish(),
    itemsView: z.enum(["notLoaded", "summary", "full"]).nullish(),
  }),
  turnStart: z.looseObject({ ...inThread, clientUserMessageId: clientId, input: inputSchema }),
  turnSteer: z.looseObject({
    ...inThread,
    clientUserMessageId: clientId,
    input: inputSchema,
    expectedTurnId: z.string(),
  }),
  turnInterrupt: z.looseObject({ ...inThread, turnId: z.string() }),
  thread: z.looseObject(inThread),
};

export interface MethodsDeps {
  readonly store: ThreadStore;
  readonly around: Surroundings;
  readonly env: NodeJS.ProcessEnv;
  /** Notifications the client does not want from here on. */
  leaveOut(methods: readonly string[]): void;
}

/** The methods of the protocol that this program answers. Refusals use Codex's own words where it has them. */
export function createMethods(deps: MethodsDeps): (method: string, params: unknown) => Promise<CallAnswer> {
  const threads = new Map<string, LiveThread>();
  let initialized = false;

  const answers: Readonly<Record<string, (given: unknown) => Promise<CallAnswer>>> = {
    async initialize(given) {
      const unwanted = params.initialize.parse(given).capabilities?.optOutNotificationMethods ?? [];
      deps.leaveOut(unwanted);
      initialized = true;
      return {
        result: { userAgent: "scripted/0.169.0", codexHome: "", platformFamily: "unix", platformOs: process.platform },
      };
    },

    async "thread/start"(given) {
      const asked = params.start.parse(given);
      const stored = await deps.store.create({
        type: "thread",
        id: deps.around.newId(),
        cwd: asked.cwd,
        model: asked.model ?? null,
        approvalPolicy: policyOf(asked.approvalPolicy) ?? "on-request",
        createdAt: deps.around.now(),
        forkedFrom: null,
      });
      return opened(stored, asked.config, true);
    },

    async "thread/resume"(given) {
      const asked = params.reopen.parse(given);
      const live = threads.get(asked.threadId);
      if (live !== undefined) return { result: openedResult(live.stored, live.status, asked.excludeTurns !== true) };
      const stored = await deps.store.load(asked.threadId);
      if (stored === undefined) return { refused: `no rollout found for thread id ${asked.threadId}` };
      await reopen(stored, asked);
      return opened(stored, asked.config, false, asked.excludeTurns);
    },

    async "thread/fork"(given) {
      const asked = params.reopen.parse(given);
      const stored = await deps.store.fork(asked.threadId, deps.around.newId(), deps.around.now());
      if (stored === undefined) return { refused: `no rollout found for thread id ${asked.threadId}` };
      await reopen(stored, asked);
      return opened(stored, asked.config, true, asked.excludeTurns);
    },

    async "thread/read"(given) {
      const asked = params.read.parse(given);
      return withThread(asked, async ({ stored, status }) => {
        const turns = asked.includeTurns === true ? stored.memory.turns.map((turn) => turnView(turn, "full")) : [];
        return { result: { thread: threadView(stored.memory, status, turns), readState: null } };
      });
    },

    async "thread/turns/list"(given) {
      const asked = params.turns.parse(given);
      return withThread(asked, async ({ stored }) => {
        const ordered = asked.sortDirection === "asc" ? stored.memory.turns : stored.memory.turns.toReversed();
        const from = Number(asked.cursor ?? 0);
        const until = from + Math.min(asked.limit ?? page, page);
        const items = asked.itemsView ?? "summary";
        return {
          result: {
            data: ordered.slice(from, until).map((turn) => turnView(turn, items)),
            nextCursor: until < ordered.length ? String(until) : null,
            backwardsCursor: null,
          },
        };
      });
    },

    async "thread/unsubscribe"(given) {
      const asked = params.thread.parse(given);
      const thread = threads.get(asked.threadId);
      threads.delete(asked.threadId);
      await thread?.close();
      return { result: { status: thread === undefined ? "notLoaded" : "unsubscribed" } };
    },

    async "thread/backgroundTerminals/clean"(given) {
      return withThread(params.thread.parse(given), async (thread) => {
        thread.clean();
        return { result: {} };
      });
    },

    async "turn/start"(given) {
      const asked = params.turnStart.parse(given);
      return withThread(asked, async (thread) => {
        const id = asked.clientUserMessageId ?? null;
        const known = turnHeardAs(thread.stored.memory.turns, id);
        if (known !== undefined) return { result: { turn: turnView(known, "notLoaded") } };
        const running = thread.stored.memory.turns.find((turn) => turn.id === thread.runningTurnId);
        if (running !== undefined) {
          await thread.steer(wordsOf(asked.input), id);
          return { result: { turn: turnView(running, "notLoaded") } };
        }
        const { turn, begin } = await thread.startTurn(wordsOf(asked.input), id);
        return { result: { turn: turnView(turn, "notLoaded") }, afterwards: begin };
      });
    },

    async "turn/steer"(given) {
      const asked = params.turnSteer.parse(given);
      return withThread(asked, async (thread) => {
        const id = asked.clientUserMessageId ?? null;
        const known = turnHeardAs(thread.stored.memory.turns, id);
        if (known !== undefined) return { result: { turnId: known.id } };
        if (thread.runningTurnId === undefined) return { refused: "no active turn to steer" };
        if (thread.runningTurnId !== asked.expectedTurnId) {
          return {
            refused: `expected active turn id \`${asked.expectedTurnId}\` but found \`${thread.runningTurnId}\``,
          };
        }
        await thread.steer(wordsOf(asked.input), id);
        return { result: { turnId: asked.expectedTurnId } };
      });
    },

    async "turn/interrupt"(given) {
      const asked = params.turnInterrupt.parse(given);
      return withThread(asked, async (thread) => {
        if (thread.runningTurnId !== asked.turnId) return { refused: "no active turn to interrupt" };
        return { result: {}, afterwards: () => thread.interrupt() };
      });
    },
  };

  /** Takes over what a resumed or forked thread is asked to change, and ends the turn its old process was cut off in. */
  async function reopen(stored: StoredThread, asked: z.infer<typeof params.reopen>): Promise<void> {
    const { head, turns } = stored.memory;
    for (const turn of turns.filter(({ end }) => end === undefined)) {
      await stored.append({
        type: "ended",
        turnId: turn.id,
        status: "interrupted",
        error: null,
        at: deps.around.now(),
      });
    }
    const cwd = asked.cwd ?? head.cwd;
    const model = asked.model ?? head.model;
    const approvalPolicy = policyOf(asked.approvalPolicy) ?? head.approvalPolicy;
    await stored.append({ ...head, cwd, model, approvalPolicy });
  }

  function opened(
    stored: StoredThread,
    config: Readonly<Record<string, unknown>> | null | undefined,
    isNew: boolean,
    excludeTurns = false,
  ): CallAnswer {
    const { memory } = stored;
    threads.set(memory.head.id, createLiveThread(stored, settingOf(config ?? {}, deps.env), deps.around));
    const result = openedResult(stored, idle, !excludeTurns);
    if (!isNew) return { result };
    const started = { thread: threadView(memory, idle, []) };
    return { result, afterwards: () => void deps.around.notify("thread/started", started) };
  }

  async function withThread(
    asked: { threadId: string },
    work: (thread: LiveThread) => Promise<CallAnswer>,
  ): Promise<CallAnswer> {
    const thread = threads.get(asked.threadId);
    return thread === undefined ? { refused: `thread not found: ${asked.threadId}` } : work(thread);
  }

  return async (method, given) => {
    if (!initialized && method !== "initialize") return { refused: "Not initialized" };
    const answer = Object.hasOwn(answers, method) ? answers[method] : undefined;
    if (answer === undefined) return { refused: `Invalid request: unknown variant \`${method.slice(0, 100)}\`` };
    return answer(given);
  };
}

function openedResult(stored: StoredThread, status: unknown, withTurns: boolean): unknown {
  const turns = withTurns ? stored.memory.turns.map((turn) => turnView(turn, "full")) : [];
  return openedView(stored.memory, threadView(stored.memory, status, turns));
}

/** The turn in which words with this id were heard before, as its opening or as a steer. */
function turnHeardAs(turns: readonly PastTurn[], id: string | null): PastTurn | undefined {
  if (id === null) return undefined;
  return turns.find((turn) => turn.said.some((said) => said.by === "user" && said.clientId === id));
}

function wordsOf(input: z.infer<typeof inputSchema>): string {
  return input
    .filter((part) => part.type === "text")
    .map((part) => part.text ?? "")
    .join("\n");
}

/** Codex's finer policies ask for some things too, so they count as `on-request`. */
function policyOf(given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  return given === "never" || given === "untrusted" ? given : "on-request";
}
