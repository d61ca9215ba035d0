import { z } from "zod";

const count = z.number().int().nonnegative();

/** Tokens spent, as running totals of one thread or workstream. `input` includes `cached`. */
export const tokensSchema = z.object({ input: count, cached: count, output: count, total: count });
export type Tokens = z.infer<typeof tokensSchema>;

export const noTokens: Tokens = { input: 0, cached: 0, output: 0, total: 0 };

export function addTokens(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    output: a.output + b.output,
    total: a.total + b.total,
  };
}

/** Limits that really stop the work; an absent one does not limit. Money is in the policy's currency. */
export const budgetSchema = z.object({
  tokens: z.number().positive().optional(),
  minutes: z.number().positive().optional(),
  money: z.number().positive().optional(),
});
export type Budget = z.infer<typeof budgetSchema>;

/** What was used of a budget. `money` is absent when policy gives no prices. */
export const spentSchema = z.object({
  tokens: tokensSchema,
  /** Minutes in which a turn was running; waiting for the human does not count. */
  minutes: z.number().nonnegative(),
  money: z.number().nonnegative().optional(),
});
export type Spent = z.infer<typeof spentSchema>;

/** How much of an account's allowance is used, as the agent's service reports it. */
export const rateLimitSchema = z.object({
  name: z.string().max(200),
  usedPercent: z.number().min(0).max(100),
  resetsAt: z.number().int().nonnegative().optional(),
});
export type RateLimit = z.infer<typeof rateLimitSchema>;
