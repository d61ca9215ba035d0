import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blockingItems,
  countDownstream,
  explainRank,
  rankAttention,
  splitOf,
  splits,
  type Surroundings,
} from "./attention.ts";
import { judgedQueue } from "./judged-queue.ts";
import { kendallTau } from "./kendall.ts";
import { attentionKindSchema, phaseSchema, type AttentionItem } from "./states.ts";

const now = 1_800_000_000_000;
const minute = 60_000;
const nobody: Surroundings = { workstreams: {}, requests: {} };
const { around, order } = judgedQueue;
const someWorkstreams = Object.values(around.workstreams);

/** A fleet in any phases, with some of its workstreams queued, ready or attempts at one ticket. */
const anyFleet: fc.Arbitrary<Surroundings> = fc
  .array(fc.record({ phase: fc.constantFrom(...phaseSchema.options), ticket: fc.constantFrom("a.md", "b.md") }), {
    minLength: 1,
    maxLength: someWorkstreams.length,
  })
  .map((changes) => ({
    requests: around.requests,
    workstreams: Object.fromEntries(
      changes.map(({ phase, ticket }, at) => {
        const row = someWorkstreams[at] ?? someWorkstreams[0]!;
        return [row.id, { ...row, phase, ticket: { key: ticket, title: ticket } }];
      }),
    ),
  }));

const anyItems: fc.Arbitrary<AttentionItem[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...attentionKindSchema.options),
      at: fc.integer({ min: now - 365 * 86_400_000, max: now + 1_000 }),
      about: fc.option(fc.constantFrom(...someWorkstreams.map(({ id }) => id)), { nil: undefined }),
      request: fc.option(fc.constantFrom(...Object.keys(around.requests)), { nil: undefined }),
      snoozedUntil: fc.option(fc.integer({ min: now - 1_000, max: now + 1_000 }), { nil: undefined }),
    }),
    { maxLength: 20 },
  )
  .map((items) =>
    items.map(({ kind, at, about, request, snoozedUntil }, index) => ({
      id: `a${String(index).padStart(8, "0")}`,
      kind,
      at,
      ask: "?",
      ...(about === undefined ? {} : { workstreamId: about }),
      ...(request === undefined ? {} : { requestId: request }),
      ...(snoozedUntil === undefined ? {} : { snoozedUntil }),
    })),
  );

const isSnoozed = (item: AttentionItem) => (item.snoozedUntil ?? 0) > now;
const ids = (items: readonly AttentionItem[]) => items.map(({ id }) => id);

describe("the ranking of attention", () => {
  it("is one order, whatever order the items come in, and loses none", () => {
    fc.assert(
      fc.property(anyItems, anyFleet, fc.infiniteStream(fc.nat()), (items, fleet, chance) => {
        const shuffled = items
          .map((item) => ({ item, by: chance.next().value ?? 0 }))
          .sort((a, b) => a.by - b.by)
          .map(({ item }) => item);
        const ranked = ids(rankAttention(items, fleet, now));
        expect(ids(rankAttention(shuffled, fleet, now))).toEqual(ranked);
        expect([...ranked].sort()).toEqual(ids(items));
      }),
    );
  });

  it("does not reorder two items for the sake of a third", () => {
    fc.assert(
      fc.property(anyItems, anyFleet, fc.nat(), (items, fleet, pick) => {
        const left = items.filter((_, at) => at !== pick % Math.max(1, items.length));
        const kept = new Set(ids(left));
        expect(ids(rankAttention(left, fleet, now))).toEqual(
          ids(rankAttention(items, fleet, now)).filter((id) => kept.has(id)),
        );
      }),
    );
  });

  it("never lets an item fall for having waited longer", () => {
    fc.assert(
      fc.property(
        anyItems,
        anyFleet,
        fc.nat(),
        fc.integer({ min: 0, max: 86_400_000 }),
        (items, fleet, pick, longer) => {
          const chosen = items[pick % Math.max(1, items.length)];
          if (chosen === undefined) return;
          const older = items.map((item) => (item === chosen ? { ...item, at: item.at - longer } : item));
          const placeIn = (all: readonly AttentionItem[]) => ids(rankAttention(all, fleet, now)).indexOf(chosen.id);
          expect(placeIn(older)).toBeLessThanOrEqual(placeIn(items));
        },
      ),
    );
  });

  it("puts snoozed items last, however long they have been waiting", () => {
    fc.assert(
      fc.property(anyItems, anyFleet, (items, fleet) => {
        const snoozed = rankAttention(items, fleet, now).map(isSnoozed);
        expect(snoozed).toEqual([...snoozed].sort((a, b) => Number(a) - Number(b)));
      }),
    );
  });

  it("puts the older of a kind first where nothing else tells them apart", () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const ranked = rankAttention(items, nobody, now).filter((item) => !isSnoozed(item));
        for (const kind of attentionKindSchema.options) {
          const times = ranked.filter((item) => item.kind === kind).map((item) => Math.min(item.at, now));
          expect(times).toEqual([...times].sort((a, b) => a - b));
        }
      }),
    );
  });

  it("explains every place: the parts add up, and a higher place has no lower score", () => {
    fc.assert(
      fc.property(anyItems, anyFleet, (items, fleet) => {
        const open = rankAttention(items, fleet, now).filter((item) => !isSnoozed(item));
        const scores = open.map((item) => {
          const { score, parts } = explainRank(item, fleet, now);
          expect(parts.reduce((sum, { points }) => sum + points, 0)).toBe(score);
          return score;
        });
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }),
    );
  });

  it("asks for approvals before it tells of ready work, unless that has waited for hours", () => {
    const of = (kind: AttentionItem["kind"], minutes: number): AttentionItem => ({
      id: `a-${kind}`,
      kind,
      ask: "?",
      at: now - minutes * minute,
    });
    expect(ids(rankAttention([of("ready", 200), of("approval", 0)], nobody, now))).toEqual(["a-approval", "a-ready"]);
    expect(ids(rankAttention([of("approval", 0), of("ready", 601)], nobody, now))).toEqual(["a-ready", "a-approval"]);
  });

  it("agrees with a human's judgement", () => {
    const judged = ids(order.map(({ item }) => item));
    const ranked = ids(
      rankAttention(
        order.map(({ item }) => item),
        around,
        judgedQueue.now,
      ),
    );
    expect(order.length).toBeGreaterThanOrEqual(20);
    expect(order.every(({ because }) => because !== "")).toBe(true);
    expect(kendallTau(ranked, judged)).toBeGreaterThan(0.9);
  });
});

describe("who waits for an item", () => {
  const found = (ask: string) => order.find(({ item }) => item.ask === ask)!.item;

  it("counts those queued behind its place, and not what has room", () => {
    expect(countDownstream(around)(found("allow git push"))).toEqual({ queued: 3, attempts: 0 });
    expect(countDownstream(around)(found("Keep the old URLs?"))).toEqual({ queued: 0, attempts: 0 });
  });

  it("counts the other attempts that are done, and nobody for what goes on", () => {
    expect(countDownstream(around)(found("the same 3 tests failed"))).toEqual({ queued: 0, attempts: 1 });
    expect(countDownstream(around)(found("Is 80 columns wanted?"))).toEqual({ queued: 0, attempts: 0 });
  });

  it("says it in words", () => {
    expect(explainRank(found("allow git push"), around, judgedQueue.now).parts).toEqual([
      { of: "kind", points: 9_000, why: "an author waits for a yes or no" },
      { of: "waiting", points: 20, why: "2 minutes waited" },
      { of: "downstream", points: 600, why: "3 queued behind its place" },
    ]);
    const patient = explainRank(found("Is 80 columns wanted?"), around, judgedQueue.now);
    expect(patient.parts[0]?.why).toBe("an author asks, and goes on meanwhile");
  });
});

describe("the split of an item", () => {
  it("is one of the splits, and snoozed exactly while it is", () => {
    fc.assert(
      fc.property(anyItems, anyFleet, (items, fleet) => {
        for (const item of items) {
          const split = splitOf(item, fleet, now);
          expect(splits).toContain(split);
          expect(split === "snoozed").toBe(isSnoozed(item));
        }
      }),
    );
  });

  it("takes a question whose author goes on for information, until the author stands still", () => {
    const asked = order.find(({ item }) => item.ask === "Is 80 columns wanted?")!.item;
    expect(splitOf(asked, around, now)).toBe("fyi");
    const row = around.workstreams[asked.workstreamId!]!;
    const ended = { ...around, workstreams: { ...around.workstreams, [row.id]: { ...row, phase: "asking" as const } } };
    expect(splitOf(asked, ended, now)).toBe("blocking");
  });

  it("puts what a muted workstream only tells out of sight, and nothing else of it", () => {
    const asked = order.find(({ item }) => item.ask === "Is 80 columns wanted?")!.item;
    const muted = new Set([asked.workstreamId!]);
    expect(splitOf(asked, around, now, muted)).toBe("snoozed");
    expect(splitOf({ ...asked, kind: "failed" }, around, now, muted)).toBe("blocking");
  });
});

describe("ready work", () => {
  const { item } = order.find((one) => one.item.kind === "ready")!;
  const row = around.workstreams[item.workstreamId!]!;
  const diff = { files: 1, added: 1, removed: 0, commits: 1, head: "a", dirty: false, at: now };
  const viewed = { head: "a", hunks: 2, viewed: 2, unresolved: 0 };
  const of = (change: Partial<typeof row>) =>
    splitOf(item, { ...around, workstreams: { [row.id]: { ...row, ...change } } }, now);

  it("wants a review until all of it was viewed as it stands, and lands then", () => {
    expect(of({})).toBe("review");
    expect(of({ diff })).toBe("review");
    expect(of({ diff, reviewed: { ...viewed, viewed: 1 } })).toBe("review");
    expect(of({ diff, reviewed: { ...viewed, unresolved: 1 } })).toBe("review");
    expect(of({ diff, reviewed: viewed })).toBe("land");
    expect(of({ diff: { ...diff, head: "b" }, reviewed: viewed })).toBe("review");
  });
});

describe("what blocks", () => {
  const attention = Object.fromEntries(order.map(({ item }) => [item.id, item]));
  const kinds = (items: readonly AttentionItem[]) => new Set(items.map(({ kind }) => kind));

  it("is exactly the split of that name, the oldest first, without what was put away", () => {
    const items = blockingItems({ ...around, attention }, now);
    expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(new Set(ids(items))).toEqual(
      new Set(ids(order.map(({ item }) => item).filter((item) => splitOf(item, around, now) === "blocking"))),
    );
    const away = Object.fromEntries(
      Object.values(around.workstreams).map((row) => [row.id, { ...row, phase: "archived" as const }]),
    );
    expect(kinds(blockingItems({ ...around, workstreams: away, attention }, now))).toEqual(new Set(["disk"]));
  });

  it("is no conflict, no ready work, no policy, nothing snoozed and no question whose author goes on", () => {
    const { item } = order.find((one) => one.item.ask === "Is 80 columns wanted?")!;
    const all = attentionKindSchema.options.map((kind) => ({ ...item, kind, id: `a-${kind}` }));
    const found = blockingItems({ ...around, attention: Object.fromEntries(all.map((one) => [one.id, one])) }, now);
    expect([...kinds(found)].sort()).toEqual(["approval", "budget", "disk", "failed", "frozen", "rounds", "stalled"]);
    const later = all.map((one) => ({ ...one, snoozedUntil: now + 1 }));
    expect(blockingItems({ ...around, attention: Object.fromEntries(later.map((one) => [one.id, one])) }, now)).toEqual(
      [],
    );
  });
});

describe("the agreement of two orders", () => {
  it("is 1 for the same, -1 for its reverse, and counts pairs", () => {
    expect(kendallTau(["a", "b", "c"], ["a", "b", "c"])).toBe(1);
    expect(kendallTau(["c", "b", "a"], ["a", "b", "c"])).toBe(-1);
    expect(kendallTau(["b", "a", "c"], ["a", "b", "c"])).toBeCloseTo(1 / 3);
  });

  it("refuses orders of different things", () => {
    expect(() => kendallTau(["a"], ["b"])).toThrow("same ids");
    expect(() => kendallTau(["a", "a"], ["a", "b"])).toThrow("same ids");
  });
});
