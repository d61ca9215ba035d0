import { assertNever, problem, problemSchema } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { ItemBody, PlanStep } from "../../contract/items.ts";
import { requestBodySchema, holdsTurn } from "../../contract/requests.ts";
import type { TurnState, Workstream } from "../../contract/states.ts";
import { addTokens, type Tokens } from "../../contract/usage.ts";
import type { AgentEvent, AgentItem, Thread } from "../agents/agent.ts";
import type { Crew, Deck } from "./crew.ts";
import { endTurn, interrupted } from "./end-turn.ts";
import { requestsOf } from "./facts.ts";
import { freeze } from "./freeze.ts";
import { spend } from "./spend.ts";
import { guardedFrom, withoutTooMuch } from "./too-much.ts";
import { itemKey, lineOf, type Transcript } from "./transcript.ts";
import { itemWithoutSecret, valueWithoutSecret, withoutSecret } from "./without-secret.ts";

/** How many recorded events may wait for the disk before reading on from the agent. */
const mostInFlight = 64;
/** How many requests of one author may wait for the human. */
const mostRequests = 50;

/** Turns what a thread tells into events, until the thread ends. */
export async function listen(deck: Deck, id: WorkstreamId, thread: Thread): Promise<void> {
  const { shutDoors } = deck.crew(id);
  try {
    await hear(deck, deck.crew(id), thread);
  } catch (thrown) {
    // Nobody hears the thread any more; whoever takes the workstream up again takes up its thread.
    deck.crew(id).thread = undefined;
    deck.follow(thread.close());
    await freeze(deck, id, thrown);
  } finally {
    // Whoever got hold of its capability can do nothing with it any more.
    shutDoors?.();
  }
}

async function hear(deck: Deck, crew: Crew, thread: Thread): Promise<void> {
  let inFlight: Promise<void>[] = [];
  for await (const told of thread.events) {
    if (crew.thread !== thread) return;
    crew.heardAt = deck.clock.awake();
    const events = record(deck, crew, told);
    if (events.length > 0) inFlight.push(store(deck, crew, thread, events));
    if (inFlight.length >= mostInFlight) {
      await Promise.all(inFlight);
      inFlight = [];
    }
    if (needsDecision(told)) deck.poke(crew.id);
  }
}

/** What the disk did not take is lost; the agent remembers it, so its thread is taken up anew. */
async function store(deck: Deck, crew: Crew, thread: Thread, events: readonly Event[]): Promise<void> {
  const stored = await deck.tell(events);
  if (stored.ok || crew.thread !== thread) return;
  deck.log("What an agent told could not be recorded; its thread is taken up again.", stored.error);
  crew.thread = undefined;
  await thread.close();
  crew.refusedAt = deck.clock.awake();
}

/** Whether what was told can change the next step; streamed text and items cannot. */
function needsDecision(told: AgentEvent): boolean {
  switch (told.kind) {
    case "request":
    case "request-gone":
    case "turn-started":
    case "turn-ended":
    case "usage":
    case "lost":
      return true;
    default:
      return false;
  }
}

function record(deck: Deck, crew: Crew, told: AgentEvent): Event[] {
  const row = deck.row(crew.id);
  const transcript = crew.transcript;
  if (row === undefined || transcript === undefined) return [];
  const at = { deck, crew, row, transcript };
  switch (told.kind) {
    case "turn-started":
      return turnStarted(at, told.agentTurnId);
    case "item":
      return itemTold(at, told.item);
    case "delta":
      return deltaTold(at, told);
    case "plan":
      return [planTold(at, told.steps.slice(0, 50))];
    case "usage":
      return usageTold(at, told.tokens);
    case "rate-limits":
      return limitsTold(at, told.limits.slice(0, 20));
    case "request":
      return requestRaised(at, told);
    case "request-gone":
      return requestGone(at, told.requestKey);
    case "compacted":
      return notice(at, "info", "The agent compacted its context.");
    case "error":
      return notice(
        at,
        told.willRetry ? "warning" : "error",
        withoutSecret(`${told.problem.message}${told.willRetry ? " It tries again." : ""}`, crew.secret),
      );
    case "turn-ended":
      return turnEnded(at, told);
    case "lost":
      return lost(at, told.problem);
    default:
      return assertNever(told);
  }
}

interface At {
  readonly deck: Deck;
  readonly crew: Crew;
  readonly row: Workstream;
  readonly transcript: Transcript;
}

function turnStarted({ row }: At, agentTurnId: string): Event[] {
  if (row.turn?.status !== "sending") return [];
  return [{ type: "turn.started", workstreamId: row.id, turnId: row.turn.id, agentTurnId }];
}

function itemTold({ deck, crew, row, transcript }: At, told: AgentItem): Event[] {
  // Our own words come back from the agent; they were recorded when they were sent.
  if (told.body.kind === "words" || row.turn === undefined) return [];
  const item = { ...told, body: inWorktree(itemWithoutSecret(told.body, crew.secret), row.place.path) };
  const place = { workstreamId: row.id, threadId: row.threadId ?? "", turnId: row.turn.id };
  const events = transcript.upsert(item, place, deck.clock.now());
  if (item.ended && (item.body.kind === "command" || item.body.kind === "edit")) crew.measureDue = true;
  const line = events.length > 0 ? lineOf(item.body) : undefined;
  if (line !== undefined && line !== row.line) events.push({ type: "line.told", workstreamId: row.id, line });
  return events;
}

/** Files are named from the worktree's root, as people and git do; one outside keeps its whole path. */
function inWorktree(body: ItemBody, root: string): ItemBody {
  if (body.kind !== "edit") return body;
  const files = body.files.map((file) =>
    file.path.startsWith(`${root}/`) ? { ...file, path: file.path.slice(root.length + 1) } : file,
  );
  return { ...body, files };
}

function deltaTold(
  { deck, crew, row, transcript }: At,
  told: { readonly itemId: string; readonly text: string },
): Event[] {
  if (row.turn === undefined) return [];
  const itemId = itemKey(row.turn.id, told.itemId);
  transcript.grow(itemId, told.text, crew.secret);
  const text = withoutSecret(told.text, crew.secret);
  deck.stream({ workstreamId: row.id, turnId: row.turn.id, itemId, text });
  return [];
}

function planTold({ crew, row }: At, steps: readonly PlanStep[]): Event {
  const kept = steps.map((step) => ({ ...step, text: withoutSecret(step.text, crew.secret) }));
  return { type: "plan.updated", workstreamId: row.id, steps: kept };
}

function usageTold({ deck, crew, row }: At, reported: Tokens): Event[] {
  // Agents count each thread from zero; one that does so again, after a restart say, has not given tokens back.
  const base = crew.tokensBase ?? row.tokensBefore;
  crew.tokensBase = addTokens(base, reported).total < row.spent.tokens.total ? row.spent.tokens : base;
  return [spend(deck, crew, row, addTokens(crew.tokensBase, reported))];
}

function limitsTold({ deck, row }: At, limits: Extract<Event, { type: "agent.limited" }>["limits"]): Event[] {
  const known = deck.state().rateLimits[row.agent];
  if (limits.length === 0 || JSON.stringify(known) === JSON.stringify(limits)) return [];
  return [{ type: "agent.limited", agent: row.agent, limits }];
}

function requestRaised({ deck, crew, row }: At, told: Extract<AgentEvent, { kind: "request" }>): Event[] {
  if (row.turn === undefined) return [];
  // What is asked outside a turn would wait for ever: nothing would withdraw it.
  if (!isUnder(row.turn)) return declined(deck, crew, told, `${row.name} asks when its turn is over`);
  if (requestsOf(deck.state(), row.id).length >= mostRequests)
    return declined(deck, crew, told, `${row.name} asks for more than a human can answer`);
  const id = deck.newId("r");
  crew.requestKeys.set(id, told.requestKey);
  const counted = spend(deck, crew, row, row.spent.tokens);
  crew.clockedFrom = undefined;
  const asked = valueWithoutSecret(requestBodySchema, told.body, crew.secret);
  const body = withoutTooMuch(asked, guardedFrom(deck, row), row.place.path);
  return [
    {
      type: "request.raised",
      request: { id, workstreamId: row.id, turnId: row.turn.id, at: deck.clock.now(), body },
    },
    counted,
  ];
}

function declined(deck: Deck, crew: Crew, told: Extract<AgentEvent, { kind: "request" }>, why: string): [] {
  deck.log(`${why}; this was declined.`, told.body);
  if (crew.thread !== undefined) deck.follow(crew.thread.answer(told.requestKey, { kind: "decline" }));
  return [];
}

function requestGone({ deck, crew, row }: At, key: string): Event[] {
  const id = [...crew.requestKeys].find(([, candidate]) => candidate === key)?.[0];
  if (id === undefined) return [];
  crew.requestKeys.delete(id);
  if (deck.state().requests[id] === undefined) return [];
  const others = requestsOf(deck.state(), row.id).filter((request) => request.id !== id && holdsTurn(request));
  if (others.length === 0) crew.clockedFrom ??= deck.clock.awake();
  return [{ type: "request.withdrawn", workstreamId: row.id, requestId: id, why: "The agent no longer waits for it." }];
}

function notice({ deck, row, transcript }: At, level: "info" | "warning" | "error", text: string): Event[] {
  const place = row.turn === undefined ? {} : { turnId: row.turn.id };
  return transcript.add({ kind: "notice", level, text }, { id: deck.newId("i"), ...place }, deck.clock.now());
}

function turnEnded(at: At, told: Extract<AgentEvent, { kind: "turn-ended" }>): Event[] {
  const { crew, row } = at;
  const { turn } = row;
  if (turn === undefined || !isUnder(turn)) return [];
  // The end of an earlier turn, told late. One that is being sent may end before it is known what the agent calls it.
  if (turn.agentTurnId === undefined ? crew.endedTurn === told.agentTurnId : turn.agentTurnId !== told.agentTurnId) {
    return [];
  }
  crew.endedTurn = told.agentTurnId;
  const why = told.problem && valueWithoutSecret(problemSchema, told.problem, crew.secret);
  const problemTold = told.outcome === "interrupted" ? (why ?? interrupted) : why;
  return endTurn(at.deck, at.crew, row, turn, told.outcome, problemTold);
}

/** The process died under the thread. What it was doing is taken up again by the next step. */
function lost(at: At, why: Extract<AgentEvent, { kind: "lost" }>["problem"]): Event[] {
  const { deck, crew, row } = at;
  crew.thread = undefined;
  const events: Event[] = [{ type: "agent.lost", agent: row.agent, problem: why }];
  if (row.turn === undefined || !isUnder(row.turn)) return events;
  const asked = row.intent?.step === "interrupt";
  const told = asked
    ? interrupted
    : problem("UNAVAILABLE", "The agent ended in the middle of the turn.", why.next, why.message);
  return [...events, ...endTurn(deck, crew, row, row.turn, "interrupted", told)];
}

function isUnder(turn: TurnState): boolean {
  return turn.status === "sending" || turn.status === "running";
}
