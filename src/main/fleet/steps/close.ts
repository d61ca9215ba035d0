import { ok, type Result } from "../../../contract/errors.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { Deck } from "../crew.ts";

/** Lets go of a thread that is not needed any more, so that its agent can. */
export async function close(deck: Deck, row: Workstream): Promise<Result<void>> {
  const crew = deck.crew(row.id);
  const { thread } = crew;
  crew.thread = undefined;
  await thread?.close();
  // Whoever writes into it again begins from what is stored.
  crew.transcript = undefined;
  return ok(undefined);
}
