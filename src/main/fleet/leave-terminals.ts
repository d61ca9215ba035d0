import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Deck } from "./crew.ts";

/** Whether nothing is at work in a workstream's terminals, which end with its folder. A shell that waits holds nothing up. */
export async function nothingAtTerminals(deck: Deck, { id, name }: Workstream): Promise<Result<void>> {
  const programs = await deck.terminals.atWork(id);
  if (programs.length === 0) return ok(undefined);
  const shown = [...new Set(programs)].slice(0, 5).join(", ");
  return fail(
    "CONFLICT",
    `In a terminal of ${name} something is at work: ${shown}.`,
    "Let it finish or end it there, then try again.",
  );
}
