import { fail, ok } from "../../../contract/errors.ts";
import type { Problem, Result } from "../../../contract/errors.ts";
import type { Decision, RequestBody } from "../../../contract/requests.ts";
import type { AgentEvent, PastTurn, Thread } from "../agent.ts";
import type { Clock } from "./clock.ts";
import { createEventQueue } from "./event-queue.ts";
import { methods, parseItem, turnStartResultSchema } from "./protocol.ts";
import type { Notification, RpcId, ServerRequest } from "./protocol.ts";
import type { Live } from "./server.ts";
import { freshView, translate } from "./translate.ts";
import { translateDecision, translateRequest, unaskedAnswer } from "./translate-request.ts";

const turnStartMs = 60_000;
const callMs = 15_000;
/** How long an interrupt waits to see the turn end before it is said again, and how often: one that comes as a turn begins gets lost. */
const interruptMs = 2_000;
const interrupts = 5;

export interface ThreadDeps {
  readonly id: string;
  readonly history: readonly PastTurn[];
  readonly live: Live;
  /** Added to every `turn/start`. */
  readonly turnParams: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly onClosed: () => void;
}

/** A thread and the doors through which its process reaches it. */
export interface OpenThread {
  readonly thread: Thread;
  tell(told: Notification): void;
  ask(rpcId: RpcId, request: ServerRequest): void;
  lose(why: Problem): void;
}

interface Asked {
  readonly rpcId: RpcId;
  readonly request: ServerRequest;
  readonly body: RequestBody;
}

type Sent = Result<{ readonly agentTurnId: string }>;

export function openThread(deps: ThreadDeps): OpenThread {
  const { id, clock } = deps;
  const { connection, generation } = deps.live;
  const asked = new Map<string, Asked>();
  /** The turn each client id went into: from history, from our own calls, and from what the server tells. */
  const sent = new Map<string, string>();
  const sending = new Map<string, Promise<Sent>>();
  const turnWaiters = new Set<() => void>();
  let view = freshView;
  let running = deps.history.find((turn) => turn.status === "running")?.agentTurnId;
  let lastEnded: string | undefined;
  let structured = false;
  let over = false;

  for (const turn of deps.history) for (const clientId of turn.clientIds) sent.set(clientId, turn.agentTurnId);

  const queue = createEventQueue(() => {
    over = true;
    deps.onClosed();
    void endTurn();
  });

  function emit(events: readonly AgentEvent[]): void {
    for (const event of events) queue.push(event);
  }

  function forget(requestKey: string): void {
    if (asked.delete(requestKey)) queue.push({ kind: "request-gone", requestKey });
  }

  function withStructure(event: AgentEvent): AgentEvent {
    if (event.kind !== "turn-ended" || !structured || event.outcome !== "completed") return event;
    const value = parseJson(view.lastMessage ?? "");
    return value === undefined ? event : { ...event, structured: value };
  }

  function tell(told: Notification): void {
    switch (told.method) {
      case "turn/started":
        running = told.params.turn.id;
        break;
      case "turn/completed":
        lastEnded = told.params.turn.id;
        if (running === lastEnded) running = undefined;
        for (const key of asked.keys()) forget(key);
        break;
      case "item/started":
      case "item/completed": {
        const item = parseItem(told.params.item);
        if (item?.type === "userMessage" && item.clientId) sent.set(item.clientId, told.params.turnId);
        break;
      }
      case "serverRequest/resolved":
        forget(keyOf(told.params.requestId));
        break;
      default:
    }
    const translation = translate(view, told);
    emit(translation.events.map(withStructure));
    view = translation.view;
    if (told.method === "turn/completed") {
      for (const wake of turnWaiters) wake();
      turnWaiters.clear();
    }
  }

  function keyOf(rpcId: RpcId): string {
    return `${generation}-${typeof rpcId === "number" ? "n" : "s"}${rpcId}`;
  }

  function ask(rpcId: RpcId, request: ServerRequest): void {
    const body = translateRequest(request, view.open);
    if (body === undefined) {
      connection.respond(rpcId, unaskedAnswer(request));
      return;
    }
    const requestKey = keyOf(rpcId);
    // Said twice, it is still one question.
    if (asked.has(requestKey)) return;
    asked.set(requestKey, { rpcId, request, body });
    queue.push({ kind: "request", requestKey, body });
  }

  async function start(
    words: string,
    clientId: string,
    schema: Readonly<Record<string, unknown>> | undefined,
  ): Promise<Sent> {
    structured = schema !== undefined;
    const answer = await connection.request(
      methods.turnStart,
      {
        threadId: id,
        clientUserMessageId: clientId,
        input: textInput(words),
        ...deps.turnParams,
        ...(schema === undefined ? {} : { outputSchema: schema }),
      },
      turnStartMs,
    );
    if (!answer.ok) return answer;
    const parsed = turnStartResultSchema.safeParse(answer.value);
    if (!parsed.success) return strange(parsed.error);
    const agentTurnId = parsed.data.turn.id;
    sent.set(clientId, agentTurnId);
    // The turn's whole life may have been told before this answer is looked at.
    if (lastEnded !== agentTurnId) running = agentTurnId;
    return ok({ agentTurnId });
  }

  function send(words: string, clientId: string, schema?: Readonly<Record<string, unknown>>): Promise<Sent> {
    const known = sent.get(clientId);
    if (known !== undefined) return Promise.resolve(ok({ agentTurnId: known }));
    const underway = sending.get(clientId);
    if (underway !== undefined) return underway;
    if (over) return Promise.resolve(gone());
    // The server would take a second turn/start as a steer of the first.
    if (running !== undefined || sending.size > 0) {
      return Promise.resolve(
        fail("CONFLICT", "A turn is running in this thread.", "Steer the running turn, or send when it has ended."),
      );
    }
    const call = start(words, clientId, schema).finally(() => sending.delete(clientId));
    sending.set(clientId, call);
    return call;
  }

  async function steer(words: string, agentTurnId: string, clientId: string): Promise<Result<void>> {
    if (sent.has(clientId)) return ok(undefined);
    if (over) return gone();
    if (running !== agentTurnId) return turnOver();
    const answer = await connection.request(
      methods.turnSteer,
      { threadId: id, expectedTurnId: agentTurnId, clientUserMessageId: clientId, input: textInput(words) },
      callMs,
    );
    if (!answer.ok) return answer;
    sent.set(clientId, agentTurnId);
    return ok(undefined);
  }

  function ended(turnId: string): Promise<boolean> {
    if (running !== turnId) return Promise.resolve(true);
    return new Promise((resolve) => {
      const callOff = clock.after(interruptMs, () => resolve(false));
      turnWaiters.add(() => {
        callOff();
        resolve(true);
      });
    });
  }

  async function endTurn(): Promise<Result<void>> {
    await Promise.all(sending.values());
    const turnId = running;
    if (turnId === undefined) return ok(undefined);
    let seenEnd = false;
    for (let said = 0; said < interrupts && !seenEnd; said += 1) {
      const answer = await connection.request(methods.turnInterrupt, { threadId: id, turnId }, callMs);
      // A refusal means that the turn ended by itself meanwhile; commands it left behind are ended all the same.
      if (!answer.ok && answer.error.code !== "CONFLICT" && answer.error.code !== "BAD_REQUEST") return answer;
      seenEnd = await ended(turnId);
    }
    // Only a turn that is over has left its command to be ended.
    const cleaned = await connection.request(methods.threadClean, { threadId: id }, callMs);
    if (!cleaned.ok) return cleaned;
    if (seenEnd) return ok(undefined);
    return fail(
      "TIMED_OUT",
      "The turn was told to end and did not.",
      "Stop the workstream; that ends the agent's process if it must.",
    );
  }

  async function answer(requestKey: string, decision: Decision): Promise<Result<void>> {
    const waiting = asked.get(requestKey);
    if (waiting === undefined)
      return fail("NOT_FOUND", "The agent no longer waits for this answer.", "Look at what the thread does now.");
    const told = translateDecision(waiting.request, waiting.body, decision);
    if (!told.ok) return told;
    connection.respond(waiting.rpcId, told.value.result);
    forget(requestKey);
    if (told.value.endsTurn) return endTurn();
    if (decision.kind === "decline" && decision.reason !== undefined && running !== undefined) {
      return steer(decision.reason, running, `${requestKey}-reason`);
    }
    return ok(undefined);
  }

  async function close(): Promise<void> {
    if (over) return;
    over = true;
    await endTurn();
    await connection.request(methods.threadUnsubscribe, { threadId: id }, callMs);
    deps.onClosed();
    queue.end();
  }

  function lose(why: Problem): void {
    over = true;
    running = undefined;
    for (const key of asked.keys()) forget(key);
    for (const wake of turnWaiters) wake();
    turnWaiters.clear();
    queue.push({ kind: "lost", problem: why });
    queue.end();
  }

  const thread: Thread = {
    id,
    history: deps.history,
    send,
    steer,
    interrupt: () => (over ? Promise.resolve(ok(undefined)) : endTurn()),
    answer,
    events: queue.events,
    close,
  };
  return { thread, tell, ask, lose };
}

function textInput(text: string) {
  return [{ type: "text", text, text_elements: [] }];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function gone(): Result<never> {
  return fail("UNAVAILABLE", "This thread is closed.", "Resume it.");
}

function turnOver(): Result<never> {
  return fail("CONFLICT", "That turn is not running any more.", "Send the words as a new turn.");
}

/** The server answered, in a shape that is not understood. */
export function strange(cause: unknown): Result<never> {
  return fail(
    "VERSION_MISMATCH",
    "The agent's answer is not understood.",
    "Install the pinned version of the agent: `cox doctor` says how.",
    cause,
  );
}
