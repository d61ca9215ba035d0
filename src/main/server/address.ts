import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { addressFile, addressSchema, capabilityFile, portFile, type Address } from "../../contract/address.ts";

/** Tells the home's other programs where this engine answers. */
export async function writeAddress(home: string, address: Address): Promise<void> {
  const file = path.join(home, addressFile);
  await writeFile(`${file}.new`, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function removeAddress(home: string): Promise<void> {
  await rm(path.join(home, addressFile), { force: true });
}

const portSchema = z.coerce.number().int().min(1).max(65_535);

/** The loopback port this home's engine had last; 0 where it never had one. Open browsers come back to it. */
export async function readLastPort(home: string): Promise<number> {
  try {
    return portSchema.parse((await readFile(path.join(home, portFile), "utf8")).trim());
  } catch {
    return 0;
  }
}

export async function writeLastPort(home: string, port: number): Promise<void> {
  await writeFile(path.join(home, portFile), `${port}\n`, { mode: 0o600 });
}

/** Where the home's running engine answers, with the human's token; undefined while it has not said so. */
export async function readAddress(home: string): Promise<{ address: Address; token: string } | undefined> {
  try {
    const address = addressSchema.parse(JSON.parse(await readFile(path.join(home, addressFile), "utf8")));
    const token = (await readFile(path.join(home, capabilityFile), "utf8")).trim();
    return { address, token };
  } catch {
    return undefined;
  }
}
