import type { Address } from "../../contract/address.ts";
import type { Check } from "../../contract/check.ts";
import { protocolVersion } from "../../contract/procedures.ts";
import type { LockHolder } from "../storage/engine-lock.ts";

/** What a home tells of its engine when that does not answer. */
export interface EngineFacts {
  readonly holder: LockHolder | "unknown" | undefined;
  /** What the last one left, or the running one says. */
  readonly address?: Address;
  /** The port it had last, where somebody else listens now. */
  readonly takenPort?: number;
}

export function judgeEngine(home: string, { holder, address, takenPort }: EngineFacts): Check[] {
  const name = "engine";
  if (holder === "unknown") {
    return [
      {
        name,
        state: "wrong",
        says: `another process holds ${home} and does not answer`,
        next: "cox doctor in a moment; it may be starting",
      },
    ];
  }
  if (holder !== undefined) {
    const { pid, since } = holder;
    const says = `process ${pid}, since ${new Date(since).toISOString()},`;
    if (address !== undefined && address.protocol !== protocolVersion) {
      const versions = `is another version (it speaks ${address.protocol}, this is ${protocolVersion})`;
      return [{ name, state: "wrong", says: `${says} ${versions}`, next: `kill ${pid} && npm start` }];
    }
    return [{ name, state: "wrong", says: `${says} does not answer`, next: `If it goes on: kill ${pid} && npm start` }];
  }
  const found: Check[] = [
    address === undefined
      ? { name, state: "warning", says: `none runs for ${home}; looked at from outside`, next: "npm start" }
      : {
          name,
          state: "warning",
          says: `the last one (process ${address.pid}) was ended by force; the next takes up where it stood`,
          next: "npm start",
        },
  ];
  if (takenPort !== undefined) {
    const says = `${takenPort}, which this home had last, is another program's now; the next start takes another`;
    found.push({ name: "port", state: "warning", says, next: "npm start, and open the address it prints" });
  }
  return found;
}
