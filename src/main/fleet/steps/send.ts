import { fail, ok, type Problem, type Result } from "../../../contract/errors.ts";
import type { Event } from "../../../contract/events.ts";
import type { TurnCause, TurnState, Workstream } from "../../../contract/states.ts";
import type { Thread } from "../../agents/agent.ts";
import type { PromptTicket } from "../../policy/render-prompt.ts";
import { clearLocks } from "../clear-locks.ts";
import type { Deck } from "../crew.ts";
import { endTurn } from "../end-turn.ts";
import { transcriptOf } from "../transcript-of.ts";
import { withinTime } from "../within-time.ts";
import { fitting, gateWords, wordsFor } from "../words.ts";
import { writableRoots } from "../writable.ts";

/** Opens a turn: recorded first, then sent under its own id, so that a crash in between can neither lose nor repeat it. */
export async function send(
  deck: Deck,
  row: Workstream,
  cause: TurnCause,
  wordsIds: readonly string[],
): Promise<Result<void>> {
  if (row.turn !== undefined && row.turn.status !== "completed") await clearLocks(deck, row);
  const whole = await textFor(deck, row, cause, wordsIds);
  if (!whole.ok) return whole;
  const text = fitting(whole.value);
  const now = deck.clock.now();
  const turn: TurnState = { id: deck.newId("t"), number: row.turns + 1, cause, status: "sending", startedAt: now };
  const transcript = await transcriptOf(deck, row.id);
  const from = cause === "human" || cause === "answer" ? "human" : "engine";
  const events: Event[] = [
    { type: "turn.opened", workstreamId: row.id, turn, round: cause === "gate" },
    ...wordsIds.map((wordsId): Event => ({ type: "words.delivered", workstreamId: row.id, wordsId, turnId: turn.id })),
    ...transcript.add({ kind: "words", from, text }, { id: wordsItem(turn), turnId: turn.id, ...threadOf(row) }, now),
  ];
  // Taken back meanwhile: what is to be said has to be looked at again.
  if (wordsIds.some((id) => deck.state().words[id] === undefined)) return ok(undefined);
  const told = await deck.tell(events);
  return told.ok ? deliver(deck, row, turn, text) : told;
}

/** Sends a turn that was recorded, and perhaps sent, before a crash. The agent knows its id if it ever arrived. */
export async function resend(deck: Deck, row: Workstream): Promise<Result<void>> {
  const { turn } = row;
  if (turn === undefined) return ok(undefined);
  const page = await deck.storage.items(row.id, undefined, 500);
  if (!page.ok) return page;
  const words = page.value.items.find((item) => item.id === wordsItem(turn));
  if (words?.body.kind !== "words")
    return fail("NOT_FOUND", "The words of the turn are gone.", "Retry the workstream.");
  return deliver(deck, row, turn, words.body.text);
}

async function deliver(deck: Deck, row: Workstream, turn: TurnState, text: string): Promise<Result<void>> {
  const crew = deck.crew(row.id);
  if (row.confinement === "workspace-write") {
    const ready = await writableRoots(deck, row);
    if (!ready.ok) return ready;
  }
  const thread: Thread | undefined = crew.thread;
  // Lost in the meantime: taking the thread up again reconciles the turn.
  if (thread === undefined) return ok(undefined);
  crew.clockedFrom = deck.clock.awake();
  crew.heardAt = crew.clockedFrom;
  const sent = await thread.send(text, turn.id);
  const now = deck.row(row.id);
  // Its end was told before the answer.
  if (now?.turn?.id !== turn.id || (now.turn.status !== "sending" && now.turn.status !== "running"))
    return ok(undefined);
  if (!sent.ok) return notSent(deck, now, now.turn, thread, sent.error);
  if (now.turn.status === "running") return ok(undefined);
  return deck.tell([
    { type: "turn.started", workstreamId: row.id, turnId: turn.id, agentTurnId: sent.value.agentTurnId },
  ]);
}

/** A refused turn has failed. One without an answer may have arrived: taking the thread up again tells. */
async function notSent(
  deck: Deck,
  row: Workstream,
  turn: TurnState,
  thread: Thread,
  why: Problem,
): Promise<Result<void>> {
  const crew = deck.crew(row.id);
  crew.clockedFrom = undefined;
  if (crew.thread !== thread) return ok(undefined);
  if (why.code !== "TIMED_OUT") return deck.tell(endTurn(deck, crew, row, turn, "failed", why));
  crew.thread = undefined;
  await thread.close();
  return { ok: false, error: why };
}

async function textFor(
  deck: Deck,
  row: Workstream,
  cause: TurnCause,
  wordsIds: readonly string[],
): Promise<Result<string>> {
  if (wordsIds.length > 0) {
    const { words } = deck.state();
    const texts = wordsIds.flatMap((id) => words[id]?.text ?? []);
    const own = row.turn === undefined ? await prompt(deck, row) : undefined;
    if (own !== undefined && !own.ok) return own;
    return ok([...(own === undefined ? [] : [own.value]), ...texts].join("\n\n"));
  }
  if (cause === "gate") return ok(gateWords(row.place.branch));
  const said = wordsFor(cause);
  return said === undefined ? prompt(deck, row) : ok(said);
}

async function prompt(deck: Deck, row: Workstream): Promise<Result<string>> {
  const ticket = (await ticketNow(deck, row)) ?? (await ticketThen(deck, row));
  return ticket.ok ? deck.render(deck.policy(row), ticket.value, row.turns === 0 ? null : row.turns) : ticket;
}

/** How long a tracker may take to tell of a ticket, in milliseconds. */
const trackerLimit = 15_000;

/** The ticket as its tracker has it now; undefined when it is gone or cannot be asked for. */
async function ticketNow(deck: Deck, row: Workstream): Promise<Result<PromptTicket> | undefined> {
  const asked = deck.rooms(row.projectId)?.tracker.byKeys([row.ticket.key]);
  if (asked === undefined) return undefined;
  const found = await withinTime(deck.clock, trackerLimit, asked, `The tracker did not tell of ${row.ticket.key}.`);
  if (!found.ok) deck.log(`${row.name} works from the ticket as it was when it was started.`, found.error);
  const ticket = found.ok ? found.value.find(({ key }) => key === row.ticket.key) : undefined;
  return ticket === undefined ? undefined : ok(ticket);
}

/** The ticket as it was when the workstream was started. */
async function ticketThen(deck: Deck, row: Workstream): Promise<Result<PromptTicket>> {
  const kept = await deck.storage.ticket(row.id);
  if (!kept.ok) return kept;
  const { key, title, body } = kept.value;
  return ok({ key, title, description: body === "" ? null : body });
}

function wordsItem(turn: TurnState): string {
  return `${turn.id}:words`;
}

function threadOf(row: Workstream): { threadId?: string } {
  return row.threadId === undefined ? {} : { threadId: row.threadId };
}
