import type { FleetState, Workstream } from "../../contract/states.ts";
import { addTokens, noTokens, type Budget, type Spent, type Tokens } from "../../contract/usage.ts";
import { budgetReason } from "./attention.ts";

/** Money per million tokens of each kind; `input` is for tokens that were not cached. */
export interface Price {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

/** What tokens cost, in the price's currency. */
export function cost(tokens: Tokens, price: Price): number {
  const fresh = Math.max(0, tokens.input - tokens.cached);
  return (fresh * price.input + tokens.cached * price.cached + tokens.output * price.output) / 1_000_000;
}

/** Which limit is used up, in a sentence; undefined while none is. */
export function exhausted(spent: Spent, budget: Budget, whose: "workstream" | "fleet"): string | undefined {
  const of = whose === "fleet" ? " by all workstreams together" : "";
  if (budget.tokens !== undefined && spent.tokens.total >= budget.tokens) {
    return `${budgetReason}: ${spent.tokens.total} of ${budget.tokens} tokens${of}.`;
  }
  if (budget.minutes !== undefined && spent.minutes >= budget.minutes) {
    return `${budgetReason}: ${Math.round(spent.minutes)} of ${budget.minutes} minutes${of}.`;
  }
  if (budget.money !== undefined && spent.money !== undefined && spent.money >= budget.money) {
    return `${budgetReason}: ${spent.money.toFixed(2)} of ${budget.money}${of}.`;
  }
  return undefined;
}

/** What a project's workstreams spent together, archived ones included. */
export function fleetSpent(state: FleetState, projectId: Workstream["projectId"]): Spent {
  let tokens = noTokens;
  let minutes = 0;
  let money: number | undefined;
  for (const workstream of Object.values(state.workstreams)) {
    if (workstream.projectId !== projectId) continue;
    tokens = addTokens(tokens, workstream.spent.tokens);
    minutes += workstream.spent.minutes;
    if (workstream.spent.money !== undefined) money = (money ?? 0) + workstream.spent.money;
  }
  return money === undefined ? { tokens, minutes } : { tokens, minutes, money };
}
