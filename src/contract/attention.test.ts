import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankAttention } from "./attention.ts";
import { attentionKindSchema, type AttentionItem } from "./states.ts";

const now = 1_000_000_000_000;
const anyItems: fc.Arbitrary<AttentionItem[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...attentionKindSchema.options),
      at: fc.integer({ min: now - 365 * 86_400_000, max: now + 1_000 }),
      snoozedUntil: fc.option(fc.integer({ min: now - 1_000, max: now + 1_000 }), { nil: undefined }),
    }),
    { maxLength: 20 },
  )
  .map((items) =>
    items.map(({ snoozedUntil, ...item }, index) => ({
      ...item,
      id: `a${String(index).padStart(8, "0")}`,
      ask: "?",
      ...(snoozedUntil === undefined ? {} : { snoozedUntil }),
    })),
  );

const isSnoozed = (item: AttentionItem) => (item.snoozedUntil ?? 0) > now;
const ids = (items: readonly AttentionItem[]) => items.map(({ id }) => id);

describe("the ranking of attention", () => {
  it("is one order, whatever order the items come in, and loses none", () => {
    fc.assert(
      fc.property(anyItems, fc.infiniteStream(fc.nat()), (items, chance) => {
        const shuffled = items
          .map((item) => ({ item, by: chance.next().value ?? 0 }))
          .sort((a, b) => a.by - b.by)
          .map(({ item }) => item);
        const ranked = ids(rankAttention(items, now));
        expect(ids(rankAttention(shuffled, now))).toEqual(ranked);
        expect([...ranked].sort()).toEqual(ids(items));
      }),
    );
  });

  it("puts snoozed items last, however long they have been waiting", () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const snoozed = rankAttention(items, now).map(isSnoozed);
        expect(snoozed).toEqual([...snoozed].sort((a, b) => Number(a) - Number(b)));
      }),
    );
  });

  it("puts the older of a kind first", () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const ranked = rankAttention(items, now).filter((item) => !isSnoozed(item));
        for (const kind of attentionKindSchema.options) {
          const times = ranked.filter((item) => item.kind === kind).map((item) => Math.min(item.at, now));
          expect(times).toEqual([...times].sort((a, b) => a - b));
        }
      }),
    );
  });

  it("asks for approvals before it tells of ready work, unless that has waited for hours", () => {
    const of = (kind: AttentionItem["kind"], minutes: number): AttentionItem => ({
      id: `a-${kind}`,
      kind,
      ask: "?",
      at: now - minutes * 60_000,
    });
    expect(ids(rankAttention([of("ready", 200), of("approval", 0)], now))).toEqual(["a-approval", "a-ready"]);
    expect(ids(rankAttention([of("approval", 0), of("ready", 601)], now))).toEqual(["a-ready", "a-approval"]);
  });
});
