import { holdsTurn } from "../../contract/requests.ts";
import type { Event } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Deck } from "./crew.ts";
import { requestsOf } from "./facts.ts";

/** What puts a workstream away. Nobody is to read or answer for it any more, and its temporary files go. */
export function putAway(deck: Deck, id: WorkstreamId): Event[] {
  deck.follow(deck.dropScratch(id));
  const why = "The workstream was archived.";
  return [
    { type: "workstream.moved", workstreamId: id, phase: "archived" },
    ...dropWords(deck, id, why),
    ...withdrawQuestions(deck, id, why),
  ];
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
