import { ok, type Result } from "../../../contract/errors.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { Deck } from "../crew.ts";
import { endTurn, interrupted } from "../end-turn.ts";

/** Records the end of a turn that is not to go on and whose thread is gone, and with it all that worked on it. */
export function abandon(deck: Deck, row: Workstream): Promise<Result<void>> {
  const { turn } = row;
  if (turn === undefined) return Promise.resolve(ok(undefined));
  return deck.tell(endTurn(deck, deck.crew(row.id), row, turn, "interrupted", interrupted));
}
