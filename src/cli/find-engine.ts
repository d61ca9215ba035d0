import { readFileSync } from "node:fs";
import path from "node:path";
import { addressFile, addressSchema, capabilityFile } from "../contract/address.ts";
import { fail, ok, type Result } from "../contract/errors.ts";
import { protocolVersion } from "../contract/procedures.ts";

export interface Found {
  readonly socketPath: string;
  readonly capability: string;
}

/** Where the engine of `home` listens, and what opens it: the capability given, else the human's own in the home. */
export function findEngine(home: string, given: string | undefined): Result<Found> {
  const address = readAddress(home);
  if (!address.ok) return address;
  if (address.value.protocol !== protocolVersion) {
    return fail(
      "VERSION_MISMATCH",
      `The engine of ${home} speaks version ${address.value.protocol} and this is version ${protocolVersion}.`,
      "Stop it and start it again with the installed version.",
    );
  }
  const capability = given ?? readCapability(home);
  if (capability === undefined) {
    return fail("UNAUTHENTICATED", `There is no capability to read in ${home}.`, "Start the engine again: npm start.");
  }
  return ok({ socketPath: address.value.socket, capability });
}

function readAddress(home: string): Result<{ readonly socket: string; readonly protocol: number }> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path.join(home, addressFile), "utf8"));
    return ok(addressSchema.parse(parsed));
  } catch {
    return noEngine(home);
  }
}

function readCapability(home: string): string | undefined {
  try {
    return readFileSync(path.join(home, capabilityFile), "utf8").trim();
  } catch {
    return undefined;
  }
}

export function noEngine(home: string): Result<never> {
  return fail(
    "UNAVAILABLE",
    `No engine runs for ${home}.`,
    "Start one with `npm start`, or say which home it has with COXSWAIN_HOME.",
  );
}
