import { ok, type Result } from "../../../contract/errors.ts";
import { type Decision, holdsTurn } from "../../../contract/requests.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { Deck } from "../crew.ts";
import { requestsOf } from "../facts.ts";

/** Hands the agent the human's answers, oldest first. One that no longer waits for its answer needs none. */
export async function answer(deck: Deck, row: Workstream): Promise<Result<void>> {
  const crew = deck.crew(row.id);
  for (let next = crew.answers.shift(); next !== undefined; next = crew.answers.shift()) {
    const key = crew.requestKeys.get(next.requestId);
    crew.requestKeys.delete(next.requestId);
    if (key === undefined || crew.thread === undefined) continue;
    // A reason goes to the author as words of its own, which outlive a crash.
    const decision: Decision = next.decision.kind === "decline" ? { kind: "decline" } : next.decision;
    crew.heardAt = deck.clock.awake();
    const told = await crew.thread.answer(key, decision);
    if (!told.ok && told.error.code !== "NOT_FOUND") return told;
  }
  if (!requestsOf(deck.state(), row.id).some(holdsTurn)) crew.clockedFrom ??= deck.clock.awake();
  return ok(undefined);
}
