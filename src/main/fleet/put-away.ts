import { fail, ok, type Result } from "../../contract/errors.ts";
import { holdsTurn } from "../../contract/requests.ts";
import type { Event } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Deck } from "./crew.ts";
import { requestsOf } from "./facts.ts";

/** What puts a workstream away. Nobody is to read or answer for it any more, and its terminals and temporary files go. */
export function putAway(deck: Deck, id: WorkstreamId): Event[] {
  deck.follow(deck.terminals.endOf(id));
  deck.follow(deck.dropScratch(id));
  const why = "The workstream was archived.";
  return [
    { type: "workstream.moved", workstreamId: id, phase: "archived" },
    ...dropWords(deck, id, why),
    ...withdrawQuestions(deck, id, why),
  ];
}

/** What brings one back that was put away. A turn that was ended for it stays ended. */
export function bringBack(deck: Deck, row: Workstream): Result<Event[]> {
  const { name, phase, projectId, place, awayFrom } = row;
  if (phase !== "archived") return fail("CONFLICT", `${name} is not put away.`, "`cox list` shows where it stands.");
  if (deck.state().projects[projectId] === undefined) {
    return fail("NOT_FOUND", `The project of ${name} is not open.`, "Open it again: `cox open PATH`.");
  }
  if (place.adopted !== undefined && place.gitDir === undefined) {
    return fail("CONFLICT", `The worktree of ${name} was given back.`, "Adopt it again: `cox adopt PATH`.");
  }
  const { awayFrom: _from, ...rest } = row;
  // Rows that were put away before it was kept how they stood: nothing begins by itself.
  const stood = awayFrom ?? { phase: "stopped" as const };
  return ok([{ type: "workstream.unarchived", workstream: { ...rest, ...stood } }]);
}

export function dropWords(deck: Deck, id: WorkstreamId, why: string): Event[] {
  return Object.values(deck.state().words)
    .filter((words) => words.workstreamId === id)
    .map((words) => ({ type: "words.dropped", workstreamId: id, wordsId: words.id, why }));
}

/** Questions that no turn waits for; the others go with their turn. */
function withdrawQuestions(deck: Deck, id: WorkstreamId, why: string): Event[] {
  return requestsOf(deck.state(), id)
    .filter((request) => !holdsTurn(request))
    .map((request) => ({ type: "request.withdrawn", workstreamId: id, requestId: request.id, why }));
}
