import { fail, ok, type Result } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Deck } from "./crew.ts";
import type { Fleet } from "./fleet.ts";
import { createMentions } from "./mentions.ts";

/** What belongs to the words of a human besides saying them: taking them back, and finding what they mention. */
export function createWordCommands(deck: Deck): Pick<Fleet, "unsay" | "mention"> {
  const mentions = createMentions(deck);
  return {
    async unsay(id, wordsId, by) {
      const row = deck.row(id);
      if (row === undefined) return missing(id);
      const mine = Object.values(deck.state().words)
        .filter((words) => words.workstreamId === id && words.from.kind === "human" && words.cause === "human")
        .toSorted((a, b) => a.at - b.at);
      const words = wordsId === undefined ? mine.at(-1) : mine.find((each) => each.id === wordsId);
      if (words === undefined) {
        return fail("NOT_FOUND", `No such words wait for ${row.name}.`, "The author has them: `cox transcript`.");
      }
      if (row.intent?.step === "steer" && row.intent.key === words.id) {
        return fail("CONFLICT", "These words are being told right now.", "Say what you want instead.");
      }
      const dropped = { type: "words.dropped", workstreamId: id, wordsId: words.id, why: "Taken back." } as const;
      const told = await deck.tell([dropped], by);
      deck.poke(id);
      return told.ok ? ok({ text: words.text, when: words.when }) : told;
    },
    async mention(id, what, text, limit) {
      const row = deck.row(id);
      if (row === undefined) return missing(id);
      return what === "file" ? mentions.files(row, text, limit) : mentions.symbols(row, text, limit);
    },
  };
}

function missing(id: WorkstreamId): Result<never> {
  return fail("NOT_FOUND", `There is no workstream ${id}.`, "`cox list` shows those there are.");
}
