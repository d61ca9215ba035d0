import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Tally } from "../../contract/tally.ts";
import { followTally } from "./follow-tally.ts";
import { createStand, own, type Stand } from "./test-stand.ts";

let stand: Stand;
let told: Tally[];
let now: number;
let end: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  stand = createStand();
  told = [];
  now = 1_000;
  end = followTally({ journal: stand.journal, clock: () => now, tell: (tally) => told.push(tally) });
});
afterEach(() => {
  end();
  stand.close();
  vi.useRealTimers();
});

const raised = (id: string) =>
  ({ type: "attention.raised", item: { id, kind: "question", workstreamId: own, ask: "Which?", at: 5 } }) as const;

test("tells at once how the fleet stands, and then only what is different", async () => {
  expect(told).toEqual([{ working: 2, waiting: 0, items: [] }]);
  stand.tell({ type: "line.told", workstreamId: own, line: "reading" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toHaveLength(1);
});

test("tells many changes as one", async () => {
  for (const id of ["a00000001", "a00000002", "a00000003"]) stand.tell(raised(id));
  expect(told).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(250);
  expect(told).toHaveLength(2);
  expect(told[1]?.waiting).toBe(3);
});

test("notices that something snoozed is back, which no event tells", async () => {
  stand.tell(raised("a00000001"), { type: "attention.snoozed", attentionId: "a00000001", until: 2_000 });
  await vi.advanceTimersByTimeAsync(250);
  expect(told.at(-1)?.items).toEqual([]);
  now = 2_000;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(told.at(-1)?.items).toMatchObject([{ kind: "question", workstream: { id: own } }]);
});

test("tells nothing after its end", async () => {
  stand.tell(raised("a00000001"));
  end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toHaveLength(1);
});
