import type { Result } from "../../../contract/errors.ts";
import type { Workstream } from "../../../contract/states.ts";
import { checkoutOf } from "../checkout.ts";
import type { Deck } from "../crew.ts";
import { judge } from "./judge.ts";

/** Commits what the author left uncommitted, where policy has the engine do so, and judges again. */
export async function commit(deck: Deck, row: Workstream): Promise<Result<void>> {
  const at = checkoutOf(row);
  if (!at.ok) return at;
  const key = `${row.turn?.id ?? row.id}:commit`;
  const intended = await deck.tell([
    { type: "step.intended", workstreamId: row.id, intent: { key, step: "commit", at: deck.clock.now() } },
  ]);
  if (!intended.ok) return intended;
  const made = await deck.git.commit(at.value, {
    branch: row.place.branch,
    message: row.ticket.title,
    author: { name: "Coxswain", email: "coxswain@localhost" },
  });
  if (!made.ok) return made;
  const settled = await deck.tell([{ type: "step.settled", workstreamId: row.id, key }]);
  return settled.ok ? judge(deck, row) : settled;
}
