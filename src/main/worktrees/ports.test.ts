import { createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freeRanges, nothingListens, reservePorts, type PortRange } from "./ports.ts";

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
    const last = await reservePorts(allButOne, quiet);
    expect(last).toEqual({ first: 20_120, count: 10 });
    expect(await reservePorts([...allButOne, ...(last === undefined ? [] : [last])], quiet)).toBeUndefined();
  });

  it("passes over a range in which somebody listens", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await nothingListens({ first: port, count: 1 })).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await nothingListens({ first: port, count: 1 })).toBe(true);
    const second = await reservePorts([], ({ first }) => Promise.resolve(first !== 20_000));
    expect(second).toEqual({ first: 20_010, count: 10 });
  });
});
