import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noTokens, type Spent } from "../../contract/usage.ts";
import { cost, exhausted, fleetSpent } from "./budget.ts";
import { aRow, stateOf } from "./test-stand.ts";

const spent = (total: number, minutes = 0, money?: number): Spent => ({
  tokens: { input: total, cached: 0, output: 0, total },
  minutes,
  ...(money === undefined ? {} : { money }),
});

describe("a budget", () => {
  it.each<[Spent, Parameters<typeof exhausted>[1], string | undefined]>([
    [spent(99), { tokens: 100 }, undefined],
    [spent(100), { tokens: 100 }, "Budget used up: 100 of 100 tokens."],
    [spent(0, 29.9), { minutes: 30 }, undefined],
    [spent(0, 30.2), { minutes: 30 }, "Budget used up: 30 of 30 minutes."],
    [spent(0, 0, 4.99), { money: 5 }, undefined],
    [spent(0, 0, 5), { money: 5 }, "Budget used up: 5.00 of 5."],
    [spent(1_000_000, 1_000), { money: 5 }, undefined],
    [spent(1_000_000, 1_000, 1_000), {}, undefined],
  ])("is used up when one of its limits is (%#)", (used, budget, told) => {
    expect(exhausted(used, budget, "workstream")).toBe(told);
  });

  it("that is used up stays so, whatever else is spent", () => {
    const amount = fc.nat(1_000);
    fc.assert(
      fc.property(amount, amount, amount, amount, (limit, used, more, minutes) => {
        const budget = { tokens: limit + 1, minutes: limit + 1 };
        const before = exhausted(spent(used, minutes), budget, "workstream");
        const after = exhausted(spent(used + more, minutes + more), budget, "workstream");
        if (before !== undefined) expect(after).toBeDefined();
      }),
    );
  });
});

describe("the price of tokens", () => {
  it("is lower for cached input, and never negative", () => {
    const price = { input: 2, cached: 0.5, output: 10 };
    expect(cost({ input: 1_000_000, cached: 250_000, output: 100_000, total: 0 }, price)).toBe(1.5 + 0.125 + 1);
    expect(cost({ input: 10, cached: 20, output: 0, total: 0 }, price)).toBeCloseTo(0.00001);
    expect(cost(noTokens, price)).toBe(0);
  });
});

describe("what the fleet spent", () => {
  it("is the sum over a project, put-away work included, with money where it is known", () => {
    const state = stateOf(
      aRow(1, { spent: spent(10, 1, 0.5) }),
      aRow(2, { spent: spent(20, 2), phase: "archived" }),
      aRow(3, { spent: spent(40, 4, 9), projectId: "p0000000002" }),
    );
    expect(fleetSpent(state, aRow(1).projectId)).toEqual(spent(30, 3, 0.5));
    expect(fleetSpent(stateOf(), aRow(1).projectId)).toEqual({ tokens: noTokens, minutes: 0 });
  });
});
