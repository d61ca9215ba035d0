import { createServer } from "node:net";

/** Consecutive ports reserved for one workstream. */
export interface PortRange {
  readonly first: number;
  readonly count: number;
}

const lowest = 20_000;
const highest = 29_999;
const perWorkstream = 10;

/** All ranges there are, lowest first, without those that overlap one that is taken. */
export function freeRanges(taken: readonly PortRange[]): readonly PortRange[] {
  const takenPorts = new Set(taken.flatMap(portsOf));
  const ranges = Array.from({ length: Math.floor((highest - lowest + 1) / perWorkstream) }, (_, index) => ({
    first: lowest + index * perWorkstream,
    count: perWorkstream,
  }));
  return ranges.filter((range) => !portsOf(range).some((port) => takenPorts.has(port)));
}

function portsOf({ first, count }: PortRange): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/**
 * The lowest free range in which nothing of this machine listens, or undefined when there is none. Whoever calls it
 * records the range among the taken ones before it asks again.
 */
export async function reservePorts(
  taken: readonly PortRange[],
  isQuiet: (range: PortRange) => Promise<boolean> = nothingListens,
): Promise<PortRange | undefined> {
  for (const range of freeRanges(taken)) {
    if (await isQuiet(range)) return range;
  }
  return undefined;
}

/** Whether every port of a range can be bound on loopback right now. */
export async function nothingListens(range: PortRange): Promise<boolean> {
  return (await Promise.all(portsOf(range).map(canBind))).every(Boolean);
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
