import { expect, it } from "vitest";
import { noTokens } from "../../contract/usage.ts";
import { fleetWords } from "./fleet-words.ts";
import { clock } from "./format.ts";
import { anAttentionItem, aWorkstream } from "./sample-rows.ts";
import { standingOf } from "./standing.ts";

const now = 1_800_000_000_000;
const minute = 60_000;
const turn = { id: "t1", number: 1, cause: "ticket", status: "running", startedAt: now } as const;
const running = (change = {}) => standingOf(aWorkstream({ phase: "working", turn, ...change }), [], []);
const queued = standingOf(aWorkstream({ id: "w2", phase: "queued" }), [], []);

it("says how many work and wait, and nothing of what is not known", () => {
  expect(fleetWords([running(), queued], {}, now)).toBe("1 working. 1 queued.");
  expect(fleetWords([], {}, now)).toBe("Nobody is working.");
});

it("names the first moment at which something surely comes", () => {
  const limited = running({ budget: { minutes: 30 }, spent: { tokens: noTokens, minutes: 10 } });
  expect(fleetWords([limited], {}, now)).toBe(
    `1 working. Next check-in about ${clock(now + 20 * minute)}: pay-retry has used its minutes by then.`,
  );
  const snoozed = { a1: anAttentionItem({ snoozedUntil: now + 5 * minute }) };
  expect(fleetWords([limited], snoozed, now)).toBe(
    `1 working. Next check-in about ${clock(now + 5 * minute)}: a snooze ends.`,
  );
});

it("says nothing of a snooze until something changes", () => {
  const snoozed = { a1: anAttentionItem({ snoozedUntil: Date.UTC(9999, 0, 1) }) };
  expect(fleetWords([running()], snoozed, now)).toBe("1 working.");
});
