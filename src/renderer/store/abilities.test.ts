import { describe, expect, it } from "vitest";
import { isInterruptible, isOutOfBudget, isPutAwayable, isRetriable, isSteerable, takesWords } from "./abilities.ts";
import { aWorkstream } from "./sample-rows.ts";

const turn = { id: "t00000001", number: 1, cause: "ticket", status: "running", startedAt: 0 } as const;
const running = aWorkstream({ turn });

describe("a running turn", () => {
  it("takes words and interrupts where the agent has the ability", () => {
    const can = [{ name: "scripted", capabilities: { steer: true, interrupt: false } }];
    expect(isSteerable(running, can)).toBe(true);
    expect(isInterruptible(running, can)).toBe(false);
  });

  it("is offered everything while the agent is not known", () => {
    expect(isSteerable(running, [])).toBe(true);
    expect(isInterruptible(running, [{ name: "another", capabilities: {} }])).toBe(true);
  });

  it("is needed for either", () => {
    expect(isSteerable(aWorkstream(), [])).toBe(false);
    expect(isInterruptible(aWorkstream(), [])).toBe(false);
  });
});

describe("a frozen workstream", () => {
  const frozen = aWorkstream({ turn, frozen: "Its row was damaged." });
  it("takes no words, and can be taken up or put away whatever its turn does", () => {
    expect([takesWords(frozen), isInterruptible(frozen, []), isSteerable(frozen, [])]).toEqual([false, false, false]);
    expect([isRetriable(frozen), isPutAwayable(frozen)]).toEqual([true, true]);
  });
});

it("waits for its next try, and need not", () => {
  expect(isRetriable(aWorkstream({ retryAt: 5 }))).toBe(true);
  expect(isRetriable(running)).toBe(false);
});

it("is not taken up again once it has landed", () => {
  expect(isRetriable(aWorkstream({ phase: "landed" }))).toBe(false);
  expect(isPutAwayable(aWorkstream({ phase: "landed" }))).toBe(true);
});

it("is out of its budget when it stands and any of its own limits is used up", () => {
  const spent = { tokens: { input: 90, cached: 0, output: 10, total: 100 }, minutes: 5 };
  const standing = aWorkstream({ phase: "stopped", spent });
  expect(isOutOfBudget({ ...standing, budget: { tokens: 100 } })).toBe(true);
  expect(isOutOfBudget({ ...standing, budget: { tokens: 101, minutes: 5 } })).toBe(true);
  expect(isOutOfBudget({ ...standing, budget: { tokens: 101, money: 1 } })).toBe(false);
  expect(isOutOfBudget({ ...standing, budget: {} })).toBe(false);
  expect(isOutOfBudget({ ...standing, phase: "working", budget: { tokens: 100 } })).toBe(false);
});
