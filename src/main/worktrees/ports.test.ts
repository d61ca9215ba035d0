import { createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPortLedger, freeRanges, nothingListens, type PortRange } from "./ports.ts";

describe("the port ledger", () => {
  it("never hands out a range that overlaps a taken one", () => {
    const range = fc.record({
      first: fc.integer({ min: 19_990, max: 30_000 }),
      count: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(range, { maxLength: 50 }), (taken) => {
        const portsOf = ({ first, count }: PortRange) => Array.from({ length: count }, (_, index) => first + index);
        const takenPorts = new Set(taken.flatMap(portsOf));
        const free = freeRanges(taken);
        expect(free.flatMap(portsOf).filter((port) => takenPorts.has(port))).toEqual([]);
        expect(free.every(({ first, count }) => first >= 20_000 && first + count <= 30_000)).toBe(true);
      }),
    );
  });

  it("gives the last range away and then says that there are none left", async () => {
    const quiet = () => Promise.resolve(true);
    const allButOne = freeRanges([]).filter(({ first }) => first !== 20_120);
    expect(allButOne).toHaveLength(999);
    const reserve = createPortLedger(quiet);
    const last = await reserve("w1", () => allButOne);
    expect(last).toEqual({ first: 20_120, count: 10 });
    expect(await reserve("w2", () => allButOne)).toBeUndefined();
    expect(await reserve("w1", () => allButOne)).toEqual(last);
  });

  it("hands fifteen that ask at once fifteen ranges, before any is recorded", async () => {
    const recorded: PortRange[] = [];
    // Answers in any order, and finds every third range noisy.
    const reserve = createPortLedger(async ({ first }) => {
      for (let turns = first % 7; turns > 0; turns -= 1) await Promise.resolve();
      return first % 30 !== 0;
    });
    const ranges = await Promise.all(
      Array.from({ length: 15 }, async (_, n) => {
        const range = await reserve(`w${n}`, () => recorded);
        if (range !== undefined && n % 2 === 0) recorded.push(range);
        return range?.first;
      }),
    );
    expect(new Set(ranges).size).toBe(15);
    expect(ranges).not.toContain(undefined);
  });

  it("keeps a range for its holder until it is recorded, and gives it away when that was undone", async () => {
    const reserve = createPortLedger(() => Promise.resolve(true));
    const first = { first: 20_000, count: 10 };
    expect(await reserve("w1", () => [])).toEqual(first);
    expect(await reserve("w1", () => [])).toEqual(first);
    expect(await reserve("w2", () => [first])).toEqual({ first: 20_010, count: 10 });
    expect(await reserve("w3", () => [])).toEqual(first);
  });

  it("passes over a range in which somebody listens", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await nothingListens({ first: port, count: 1 })).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await nothingListens({ first: port, count: 1 })).toBe(true);
    const reserve = createPortLedger(({ first }) => Promise.resolve(first !== 20_000));
    expect(await reserve("w1", () => [])).toEqual({ first: 20_010, count: 10 });
  });
});
