import { holdsTurn } from "../../contract/requests.ts";
import { problem, type Problem } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { TurnState, Workstream } from "../../contract/states.ts";
import type { Crew, Deck } from "./crew.ts";
import { requestsOf } from "./facts.ts";
import { spend } from "./spend.ts";

/** Ended because somebody wanted it to. */
export const interrupted: Problem = problem("CANCELLED", "The turn was interrupted.", "Say how to go on.");

/** What has to be recorded when a turn ends, in whatever way: its open items, its requests, its time, and the end itself. */
export function endTurn(
  deck: Deck,
  crew: Crew,
  row: Workstream,
  turn: TurnState,
  outcome: "completed" | "interrupted" | "failed",
  why: Problem | undefined,
): Event[] {
  const counted = spend(deck, crew, row, row.spent.tokens);
  crew.clockedFrom = undefined;
  crew.ending = undefined;
  crew.answers.length = 0;
  crew.requestKeys.clear();
  return [
    ...(crew.transcript?.endTurn(deck.clock.now()) ?? []),
    ...withdrawRequests(deck, row, "The turn is over."),
    counted,
    {
      type: "turn.ended",
      workstreamId: row.id,
      turnId: turn.id,
      outcome,
      ...(why === undefined ? {} : { problem: why }),
    },
  ];
}

/** Those a turn waits for; the others outlive it. */
export function withdrawRequests(deck: Deck, row: Workstream, why: string): Event[] {
  return requestsOf(deck.state(), row.id)
    .filter(holdsTurn)
    .map((request): Event => ({ type: "request.withdrawn", workstreamId: row.id, requestId: request.id, why }));
}
