import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attentionKindSchema,
  emptyFleetState,
  type AttentionItem,
  type FleetState,
  type Workstream,
} from "./states.ts";
import { tallyOf, tallySchema } from "./tally.ts";

const now = 1_000_000;

function fleet(items: readonly Partial<AttentionItem>[], rows: readonly Partial<Workstream>[] = []): FleetState {
  const attention = items.map((item, at): AttentionItem => ({
    id: `a${String(at).padStart(8, "0")}`,
    kind: "approval",
    ask: "allow make",
    at,
    ...item,
  }));
  const workstreams = rows.map((row, at) => ({
    id: `w${String(at).padStart(8, "0")}`,
    number: at + 1,
    name: "fix",
    ...row,
  }));
  return {
    ...emptyFleetState,
    attention: Object.fromEntries(attention.map((item) => [item.id, item])),
    // Only what a tally reads.
    workstreams: Object.fromEntries(workstreams.map((row) => [row.id, row as Workstream])),
  };
}

describe("a tally", () => {
  it("counts what is at work, and not what waits for a place, for the human, or is frozen", () => {
    const phases = ["queued", "preparing", "working", "gating", "asking", "ready", "stopped", "failed"] as const;
    const rows: Partial<Workstream>[] = [...phases.map((phase) => ({ phase })), { phase: "working", frozen: "why" }];
    expect(tallyOf(fleet([], rows), now)).toEqual({ working: 3, waiting: 0, items: [] });
  });

  it("names what holds work up, oldest first, with its workstream, and counts nothing else", () => {
    const workstreamId = "w00000000";
    const state = fleet(
      [
        { kind: "question", at: 9, workstreamId },
        { kind: "ready", at: 1, workstreamId },
        { kind: "failed", at: 3 },
        { kind: "approval", at: 2, snoozedUntil: now + 1 },
        { kind: "frozen", at: 4, snoozedUntil: now },
      ],
      [{ phase: "asking", name: "pay-retry" }],
    );
    const tally = tallyOf(state, now);
    expect(tally.waiting).toBe(3);
    expect(tally.items.map(({ kind }) => kind)).toEqual(["failed", "frozen", "question"]);
    expect(tally.items[2]?.workstream).toEqual({ id: workstreamId, number: 1, name: "pay-retry" });
  });

  it("tells what the human set of what concerns a host, and nothing where nothing is set", () => {
    const settings = { letters: { value: "off" }, zoom: { value: 150 } };
    expect(tallyOf({ ...fleet([]), settings }, now).settings).toEqual({
      letters: "off",
      notifications: "blocking",
      keys: {},
    });
    expect(tallyOf({ ...fleet([]), settings: { zoom: { value: 150 } } }, now)).not.toHaveProperty("settings");
  });

  it("fits its schema whatever agents write, and holds no character that steers", () => {
    const text = fc.string({ unit: "binary", maxLength: 300 });
    const items = fc.array(fc.record({ kind: fc.constantFrom(...attentionKindSchema.options), ask: text }), {
      maxLength: 150,
    });
    fc.assert(
      fc.property(items, text, (some, name) => {
        const state = fleet(
          some.map((item) => ({ ...item, workstreamId: "w00000000" })),
          [{ phase: "asking", name: name.slice(0, 100) }],
        );
        const tally = tallyOf(state, now);
        expect(tallySchema.safeParse(tally).error).toBeUndefined();
        expect(JSON.stringify(tally)).not.toMatch(/\\u00[01][0-9a-f]|[\u0080-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});
