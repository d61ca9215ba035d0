import { ok, type Result } from "../../../contract/errors.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { Deck } from "../crew.ts";
import { transcriptOf } from "../transcript-of.ts";

/** Puts waiting words into the running turn. When that turn is over, they open the next one instead. */
export async function steer(deck: Deck, row: Workstream, wordsId: string): Promise<Result<void>> {
  const crew = deck.crew(row.id);
  const words = deck.state().words[wordsId];
  const { turn } = row;
  const { thread } = crew;
  if (words === undefined || turn?.agentTurnId === undefined || thread === undefined) return ok(undefined);
  const intended = await deck.tell([
    { type: "step.intended", workstreamId: row.id, intent: { key: wordsId, step: "steer", at: deck.clock.now() } },
  ]);
  if (!intended.ok) return intended;
  const steered = await thread.steer(words.text, turn.agentTurnId, wordsId);
  if (!steered.ok) {
    crew.steerless = turn.id;
    return deck.tell([{ type: "step.settled", workstreamId: row.id, key: wordsId }]);
  }
  const transcript = await transcriptOf(deck, row.id);
  return deck.tell([
    { type: "words.delivered", workstreamId: row.id, wordsId, turnId: turn.id },
    { type: "step.settled", workstreamId: row.id, key: wordsId },
    ...transcript.add(
      { kind: "words", from: words.from.kind === "human" ? "human" : "engine", text: words.text },
      {
        id: `${turn.id}:${wordsId}`,
        turnId: turn.id,
        ...(row.threadId === undefined ? {} : { threadId: row.threadId }),
      },
      deck.clock.now(),
    ),
  ]);
}
