import { describe, expect, it } from "vitest";
import {
  heldChange,
  isInterruptible,
  isOutOfBudget,
  isPutAwayable,
  isRetriable,
  isSteerable,
  takesWords,
  wantedLoosenings,
} from "./abilities.ts";
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

describe("a change to harness files", () => {
  const why = "Changes harness files: AGENTS.md.";
  const harness = { verdict: "pending", digest: "1f2e3d4c", why, at: 1 } as const;
  const held = aWorkstream({ phase: "asking", reason: why, gates: { harness } });

  it("is let pass where it is what the workstream asks about, and nowhere else", () => {
    expect(heldChange(held)).toBe(harness);
    expect(heldChange({ ...held, reason: "Six rounds without a clean worktree." })).toBeUndefined();
    expect(heldChange({ ...held, phase: "working" })).toBeUndefined();
    expect(heldChange({ ...held, frozen: "Its row was damaged." })).toBeUndefined();
    expect(heldChange({ ...held, gates: { harness: { ...harness, verdict: "waived" } } })).toBeUndefined();
  });
});

it("leaves of what a project asks for what it was not given", () => {
  const asks = ["no-confinement", "unconfined-commands"] as const;
  const project = {
    id: "p00000001",
    name: "shop",
    root: "/shop",
    gitDir: "/shop/.git",
    defaultBranch: "main",
    identity: true,
    openedAt: 0,
  };
  const asking = { ...project, policy: { source: "file" as const, asks: [...asks] } };
  expect(wantedLoosenings(asking)).toEqual(asks);
  expect(wantedLoosenings({ ...asking, allowed: ["no-confinement"] })).toEqual(["unconfined-commands"]);
  expect(wantedLoosenings({ ...project, policy: { source: "embedded" }, allowed: ["no-confinement"] })).toEqual([]);
});
