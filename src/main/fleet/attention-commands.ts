import { fail, ok, type Result } from "../../contract/errors.ts";
import type { AttentionId } from "../../contract/ids.ts";
import type { AttentionItem } from "../../contract/states.ts";
import type { Deck } from "./crew.ts";
import type { Fleet } from "./fleet.ts";

/** How many cleared items can be brought back; undone is what was done just now. */
const mostKept = 200;

/** Putting off, clearing and bringing back what needs the human. */
export function createAttentionCommands(deck: Deck): Pick<Fleet, "snooze" | "clear" | "restoreItem"> {
  const cleared = new Map<AttentionId, AttentionItem>();

  return {
    async snooze(id, until, by) {
      if (deck.state().attention[id] === undefined) return noItem();
      return deck.tell([{ type: "attention.snoozed", attentionId: id, until }], by);
    },

    async clear(id, by) {
      const item = deck.state().attention[id];
      if (item === undefined) return noItem();
      cleared.set(id, item);
      const [oldest] = cleared.keys();
      if (cleared.size > mostKept && oldest !== undefined) cleared.delete(oldest);
      return deck.tell([{ type: "attention.cleared", attentionId: id }], by);
    },

    async restoreItem(id, by) {
      if (deck.state().attention[id] !== undefined) return ok(undefined);
      const item = cleared.get(id);
      if (item === undefined) return gone();
      const told = await deck.tell([{ type: "attention.raised", item }], by);
      // What brings items into line with their causes took it away again if it has none left.
      return told.ok && deck.state().attention[id] === undefined ? gone() : told;
    },
  };
}

function noItem(): Result<never> {
  return fail("NOT_FOUND", "This item no longer needs you.", "`cox attention` lists those that do.");
}

function gone(): Result<never> {
  return fail(
    "NOT_FOUND",
    "This item cannot be brought back: it has no cause left.",
    "`cox attention` lists what needs you.",
  );
}
