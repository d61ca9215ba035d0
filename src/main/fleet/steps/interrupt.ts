import { ok, type Result } from "../../../contract/errors.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { Deck } from "../crew.ts";
import { endTurn, interrupted } from "../end-turn.ts";

/** Tells the agent once to end the running turn; that it did is seen by the turn's own event. */
export async function interrupt(deck: Deck, row: Workstream): Promise<Result<void>> {
  const crew = deck.crew(row.id);
  const { turn } = row;
  const { thread } = crew;
  if (turn === undefined || thread === undefined || crew.ending?.turnId === turn.id) return ok(undefined);
  crew.ending = { turnId: turn.id, since: deck.clock.awake() };
  if (row.intent?.step !== "interrupt") {
    const intended = await deck.tell([
      {
        type: "step.intended",
        workstreamId: row.id,
        intent: { key: turn.id, step: "interrupt", at: deck.clock.now() },
      },
    ]);
    if (!intended.ok) return intended;
  }
  const told = await thread.interrupt();
  if (!told.ok) deck.log(`Interrupting ${row.name} failed; its agent is ended if the turn goes on.`, told.error);
  const now = deck.row(row.id);
  // Nothing is being sent while this step runs: a turn still to be sent never reached the agent, which will not end it.
  if (!told.ok || now?.turn?.id !== turn.id || now.turn.status !== "sending") return ok(undefined);
  return deck.tell(endTurn(deck, crew, now, now.turn, "interrupted", interrupted));
}
