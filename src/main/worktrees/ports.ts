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
 * The lowest free range in which nothing of this machine listens, or undefined when there is none. It is its holder's from
 * then on, although it is not among the taken ones until that is recorded; asking again, a holder gets one range, not two.
 * `taken` tells the recorded ranges as they are when it is called.
 */
export type ReservePorts = (holder: string, taken: () => readonly PortRange[]) => Promise<PortRange | undefined>;

/** One for all who reserve: it knows what it has handed out and is not recorded yet. */
export function createPortLedger(isQuiet: (range: PortRange) => Promise<boolean> = nothingListens): ReservePorts {
  const held = new Map<string, PortRange>();

  function lowestFree(holder: string, taken: readonly PortRange[], noisy: readonly PortRange[]): PortRange | undefined {
    for (const [other, { first }] of held) {
      if (other === holder || taken.some((range) => range.first === first)) held.delete(other);
    }
    return freeRanges([...taken, ...held.values(), ...noisy])[0];
  }

  return async (holder, taken) => {
    const noisy: PortRange[] = [];
    for (;;) {
      const range = lowestFree(holder, taken(), noisy);
      if (range === undefined) return undefined;
      held.set(holder, range);
      if (await isQuiet(range)) return range;
      noisy.push(range);
    }
  };
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
