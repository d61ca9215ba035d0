import type { Event } from "../../contract/events.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Tokens } from "../../contract/usage.ts";
import { cost } from "./budget.ts";
import type { Crew, Deck } from "./crew.ts";

/** Counts tokens and the time the turn has been running since it was last counted. */
export function spend(deck: Deck, crew: Crew, row: Workstream, tokens: Tokens): Event {
  const now = deck.clock.awake();
  const minutes = row.spent.minutes + (crew.clockedFrom === undefined ? 0 : (now - crew.clockedFrom) / 60_000);
  if (crew.clockedFrom !== undefined) crew.clockedFrom = now;
  const price = row.model === undefined ? undefined : deck.policy(row).coxswain.prices?.models[row.model];
  return {
    type: "usage.counted",
    workstreamId: row.id,
    spent: price === undefined ? { tokens, minutes } : { tokens, minutes, money: cost(tokens, price) },
  };
}
