import type { Event } from "../../contract/events.ts";
import { restingPhases, type Workstream } from "../../contract/states.ts";
import { problem } from "../../contract/errors.ts";
import type { Crew, Deck } from "./crew.ts";
import { retryTime } from "./facts.ts";
import { spend } from "./spend.ts";
import { measure } from "./steps/judge.ts";

/** How often one worktree is measured while its author works, in milliseconds; each look costs git a few tens of them. */
const measureEvery = 5_000;
/** Time is counted against a budget at least this often, in milliseconds. */
const countEvery = 10_000;
/** How long a workstream waits whose step could not be recorded, in milliseconds. */
const refusedPause = 10_000;

/**
 * What passes with time alone: growing items stored, minutes spent, silence, turns that refuse to end, diffs measured,
 * retries that are due. Waits for nothing, so that no workstream holds up another.
 */
export function watch(deck: Deck, stalled: Set<string>): void {
  const now = deck.clock.now();
  const awake = deck.clock.awake();
  let silenceChanged = false;
  for (const row of Object.values(deck.state().workstreams)) {
    const crew = deck.crew(row.id);
    storeWhatGrew(deck, crew, now);
    countMinutes(deck, crew, row, awake);
    silenceChanged = markSilence(deck, crew, row, stalled, awake) || silenceChanged;
    if (refusesToEnd(deck, crew, row, awake)) deck.follow(endByForce(deck, crew, row));
    if (isMeasureDue(crew, row, awake)) deck.follow(measureForTile(deck, crew, row));
    if (isRetryDue(deck, row, now) || (crew.refusedAt !== undefined && awake - crew.refusedAt >= refusedPause))
      deck.poke(row.id);
  }
  if (silenceChanged || deck.disk.look(now)) deck.follow(deck.tell([]));
}

/** Of those at rest only what gives up its folder goes on by itself. */
function isRetryDue(deck: Deck, row: Workstream, now: number): boolean {
  const moves = !restingPhases.includes(row.phase) || row.phase === "paused" || row.phase === "deleting";
  return row.retryAt !== undefined && retryTime(row, deck.policy(row), now) <= now && moves;
}

function storeWhatGrew(deck: Deck, crew: Crew, now: number): void {
  const events = crew.transcript?.flush(now) ?? [];
  if (events.length > 0) deck.follow(deck.tell(events));
}

/** Has the workstream looked at too: its budget may be used up. */
function countMinutes(deck: Deck, crew: Crew, row: Workstream, now: number): void {
  if (crew.clockedFrom === undefined || now - crew.clockedFrom < countEvery) return;
  const counted: Event = spend(deck, crew, row, row.spent.tokens);
  deck.follow(deck.tell([counted]));
  deck.poke(row.id);
}

/** Whether it fell silent or spoke again. A turn that waits for the human is not silent. */
function markSilence(deck: Deck, crew: Crew, row: Workstream, stalled: Set<string>, now: number): boolean {
  const minutes = deck.policy(row).coxswain.stallMinutes;
  const silent =
    minutes !== null &&
    row.phase === "working" &&
    row.turn?.status === "running" &&
    now - crew.heardAt > minutes * 60_000;
  if (silent === stalled.has(row.id)) return false;
  if (silent) stalled.add(row.id);
  else stalled.delete(row.id);
  return true;
}

function refusesToEnd(deck: Deck, crew: Crew, row: Workstream, now: number): boolean {
  const { ending } = crew;
  return (
    ending !== undefined &&
    ending.turnId === row.turn?.id &&
    (row.turn.status === "running" || row.turn.status === "sending") &&
    now - ending.since >= deck.endingGraceMs
  );
}

/**
 * An agent that does not end an interrupted turn is ended itself: a stop must really stop. Its other threads are taken up
 * again by a new process.
 */
async function endByForce(deck: Deck, crew: Crew, row: Workstream): Promise<void> {
  crew.ending = undefined;
  const agent = deck.agent(row.agent);
  deck.log(
    `${row.name} did not end its turn; its agent's process is ended.`,
    problem("TIMED_OUT", "Not ended in time.", "Nothing: its other threads go on in a new process."),
  );
  if (agent.ok) await agent.value.restart();
}

function isMeasureDue(crew: Crew, row: Workstream, now: number): boolean {
  return crew.measureDue && !crew.measuring && now - crew.measuredAt >= measureEvery && row.place.gitDir !== undefined;
}

async function measureForTile(deck: Deck, crew: Crew, row: Workstream): Promise<void> {
  crew.measureDue = false;
  crew.measuring = true;
  try {
    const seen = await measure(deck, row);
    if (!seen.ok) deck.log(`The diff of ${row.name} could not be measured.`, seen.error);
  } finally {
    crew.measuring = false;
    crew.measuredAt = deck.clock.awake();
  }
}
