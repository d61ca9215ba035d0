import { ok, type Result } from "../../../contract/errors.ts";
import type { Event } from "../../../contract/events.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { Deck } from "../crew.ts";
import { requestsOf } from "../facts.ts";
import { runProjectHook } from "../hooks.ts";
import { placeOf } from "../place.ts";

/**
 * Finishes a deletion, also one that a crash cut short: the worktree first, the row last, so that whatever is left says what
 * is still to go. Work that came since it was asked for spares it.
 */
export async function remove(deck: Deck, row: Workstream): Promise<Result<void>> {
  await deck.terminals.endOf(row.id);
  const place = placeOf(deck, row);
  if (!place.ok) return spare(deck, row, `${place.error.message} ${place.error.next}`);
  if (row.place.gitDir !== undefined && (await deck.clearing.isInPlace(place.value))) {
    const hook = await runProjectHook(deck, row, "before_remove", deck.policy(row).hooks.beforeRemove);
    if (!hook.ok) deck.log(`The before_remove hook of ${row.name} failed; that holds nothing up.`, hook.error);
  }
  const cleared = await deck.clearing.remove(place.value, row.tombstone?.confirmed === true);
  if (!cleared.ok) return cleared;
  if (cleared.value.kind === "refused") {
    return spare(deck, row, `It was not deleted: ${cleared.value.why.message} ${cleared.value.why.next}`);
  }
  const { keptBranches } = cleared.value;
  if (keptBranches.length > 0) {
    const why = "They are checked out elsewhere, or have moved on since they were copied to the vault.";
    deck.log(`${row.name} is deleted, but for its branches ${keptBranches.join(", ")}.`, why);
  }
  await deck.dropScratch(row.id);
  const gone = await deck.tell([...leftOf(deck, row), { type: "workstream.deleted", workstreamId: row.id }]);
  if (!gone.ok) return gone;
  deck.follow(deck.vault.tidy(place.value.project, deck.clock.now()));
  return ok(undefined);
}

function spare(deck: Deck, row: Workstream, reason: string): Promise<Result<void>> {
  return deck.tell([
    { type: "workstream.moved", workstreamId: row.id, phase: "stopped", reason: reason.slice(0, 600) },
  ]);
}

/** Rows of others that name it. */
function leftOf(deck: Deck, { id }: Workstream): Event[] {
  const why = "The workstream was deleted.";
  const words = Object.values(deck.state().words).filter((each) => each.workstreamId === id);
  return [
    ...words.map((each): Event => ({ type: "words.dropped", workstreamId: id, wordsId: each.id, why })),
    ...requestsOf(deck.state(), id).map((request): Event => ({
      type: "request.withdrawn",
      workstreamId: id,
      requestId: request.id,
      why,
    })),
  ];
}
