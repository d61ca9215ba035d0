import { z } from "zod";
import { timeSchema, turnIdSchema } from "./ids.ts";

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

/** One turn as it is told beside its items. */
export const turnFactsSchema = z.object({
  id: turnIdSchema,
  number: z.number().int().positive(),
  cause: z.string().max(40),
  openedAt: timeSchema,
  endedAt: timeSchema.optional(),
  outcome: z.string().max(40).optional(),
  /** Why it failed. */
  problem: z.string().max(2_000).optional(),
  /** Running totals of its workstream when it was opened, and when it ended or as they are now. Absent in old rows. */
  before: spentSchema.optional(),
  after: spentSchema.optional(),
});
export type TurnFacts = z.infer<typeof turnFactsSchema>;

/** What was spent between two running totals. */
export function spentBetween(before: Spent, after: Spent): Spent {
  const { input, cached, output, total } = before.tokens;
  const money = after.money === undefined ? undefined : Math.max(0, after.money - (before.money ?? 0));
  return {
    tokens: {
      input: Math.max(0, after.tokens.input - input),
      cached: Math.max(0, after.tokens.cached - cached),
      output: Math.max(0, after.tokens.output - output),
      total: Math.max(0, after.tokens.total - total),
    },
    minutes: Math.max(0, after.minutes - before.minutes),
    ...(money === undefined ? {} : { money }),
  };
}

/** What one workstream cost, and what of it was the human's. */
export const usageSchema = z.object({
  spent: spentSchema,
  budget: budgetSchema,
  /** The newest 200, oldest first. */
  turns: z.array(turnFactsSchema).max(200),
  moreTurns: z.boolean(),
  /** How long it was in each phase; `since` is when that began to be recorded. */
  phases: z.array(z.object({ phase: z.string().max(40), ms: z.number().nonnegative() })).max(40),
  since: timeSchema.optional(),
  human: z.object({
    /** How long its asks had the human's attention, in milliseconds. */
    focusedMs: z.number().nonnegative(),
    /** The human's commands by procedure, the most frequent first. */
    commands: z
      .array(z.object({ name: z.string(), count: z.number().int().positive(), focusedMs: z.number().nonnegative() }))
      .max(200),
    /** How often it had to be told no more than to go on: bare words to that effect, or a retry of what had failed. */
    continues: z.number().int().nonnegative(),
  }),
});
export type Usage = z.infer<typeof usageSchema>;
