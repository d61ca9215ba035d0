import { problemOf } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Deck } from "./crew.ts";

/** Stops one workstream because of something nobody foresaw, so that it harms no other, and says so to the human. */
export async function freeze(deck: Deck, id: WorkstreamId, thrown: unknown): Promise<void> {
  deck.log(`Workstream ${id} could not be moved on.`, thrown);
  const why = (problemOf(thrown).cause ?? String(thrown)).slice(0, 600);
  await deck.tell([{ type: "workstream.frozen", workstreamId: id, why }]);
}
