import type { Event } from "../../contract/events.ts";
import { restingPhases, type Workstream } from "../../contract/states.ts";
import { problem } from "../../contract/errors.ts";
import type { Crew, Deck } from "./crew.ts";
import { spend } from "./listen.ts";
import { endingGrace } from "./steps/interrupt.ts";
import { measure } from "./steps/judge.ts";

/** How often one worktree is measured while its author works, in milliseconds; each look costs git a few tens of them. */
const measureEvery = 5_000;
/** Time is counted against a budget at least this often. */
const countEvery = 10_000;

/** What passes with time alone: growing items stored, turns that refuse to end, silence, retries that are due, minutes spent. */
export function watch(deck: Deck, stalled: Set<string>): void {
  const now = deck.clock.now();
  let silenceChanged = false;
  for (const row of Object.values(deck.state().workstreams)) {
    const crew = deck.crew(row.id);
    const events = [...(crew.transcript?.flush(now) ?? []), ...countMinutes(deck, crew, row, now)];
    if (events.length > 0) void deck.tell(events);
    silenceChanged = markSilence(deck, row, stalled, now) || silenceChanged;
    void endByForce(deck, crew, row, now);
    measureWhenDue(deck, crew, row, now);
    if (row.retryAt !== undefined && row.retryAt <= now && !restingPhases.includes(row.phase)) deck.poke(row.id);
  }
  if (silenceChanged) void deck.tell([]);
}

function countMinutes(deck: Deck, crew: Crew, row: Workstream, now: number): Event[] {
  if (crew.clockedFrom === undefined || now - crew.clockedFrom < countEvery) return [];
  queueMicrotask(() => deck.poke(row.id));
  return [spend(deck, crew, row, row.spent.tokens)];
}

/** Whether it fell silent or spoke again. A turn that waits for the human is not silent. */
function markSilence(deck: Deck, row: Workstream, stalled: Set<string>, now: number): boolean {
  const minutes = deck.policy(row).coxswain.stallMinutes;
  const silent =
    minutes !== null &&
    row.phase === "working" &&
    row.turn?.status === "running" &&
    now - row.heardAt > minutes * 60_000;
  if (silent === stalled.has(row.id)) return false;
  if (silent) stalled.add(row.id);
  else stalled.delete(row.id);
  return true;
}

/**
 * An agent that does not end an interrupted turn is ended itself: a stop must really stop. Its other threads are taken up
 * again by a new process.
 */
async function endByForce(deck: Deck, crew: Crew, row: Workstream, now: number): Promise<void> {
  if (crew.ending === undefined || now - crew.ending.since < endingGrace) return;
  crew.ending = undefined;
  const agent = deck.agent(row.agent);
  deck.log(
    `${row.name} did not end its turn; its agent's process is ended.`,
    problem("TIMED_OUT", "Not ended in time.", ""),
  );
  if (agent.ok) await agent.value.restart();
}

function measureWhenDue(deck: Deck, crew: Crew, row: Workstream, now: number): void {
  if (!crew.measureDue || now - crew.measuredAt < measureEvery || row.place.gitDir === undefined) return;
  crew.measureDue = false;
  crew.measuredAt = now;
  void measure(deck, row).then((seen) => {
    if (!seen.ok) deck.log(`The diff of ${row.name} could not be measured.`, seen.error);
  });
}
