import type { Result } from "../../../contract/errors.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { Deck } from "../crew.ts";
import { placeOf } from "../place.ts";

/** Gives up the folder of paused work once the vault has all of it. What the vault cannot hold keeps it where it is. */
export async function pause(deck: Deck, row: Workstream): Promise<Result<void>> {
  await deck.terminals.endOf(row.id);
  const place = placeOf(deck, row);
  if (!place.ok) return place;
  const cleared = await deck.clearing.pause(place.value);
  if (!cleared.ok) return cleared;
  const { value } = cleared;
  if (value.kind === "refused") {
    const reason = `It keeps its folder: ${value.why.message} ${value.why.next}`.slice(0, 600);
    return deck.tell([{ type: "workstream.moved", workstreamId: row.id, phase: "stopped", reason }]);
  }
  const { snapshot, bytes } = value;
  await deck.dropScratch(row.id);
  return deck.tell([
    {
      type: "worktree.freed",
      workstreamId: row.id,
      ...(snapshot === undefined ? {} : { snapshot }),
      ...(bytes === undefined ? {} : { bytes }),
    },
  ]);
}
