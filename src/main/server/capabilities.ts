import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmod, lstat, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { capabilityFile } from "../../contract/address.ts";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Principal } from "../../contract/principals.ts";
import type { Storage } from "./parts.ts";

export interface Capabilities {
  /** Who a token stands for; undefined when it stands for nobody. */
  principalOf(token: string | undefined): Principal | undefined;
  /** A new token for a workstream's thread, in memory only; the workstream's earlier one stops working. */
  mintForWorkstream(id: string): string;
  /** Ends this token of a workstream, and none that it was given later. */
  revokeToken(id: string, token: string): void;
  /** Ends a workstream's token. */
  revokeWorkstream(id: string): void;
  /** A new token for somebody who may only read; kept (hashed) until readers are forgotten. */
  mintForReader(storage: CapabilityStore): Promise<Result<string>>;
  /** Ends the tokens of all readers. */
  forgetReaders(storage: CapabilityStore): Promise<Result<void>>;
  /**
   * Makes the human's token known: the one in `<home>/capability` when it is still the stored one, else a new one that
   * replaces both. The file is readable by its user only. Readers' tokens are made known, too.
   */
  openHuman(home: string, storage: CapabilityStore): Promise<Result<string>>;
}

type CapabilityStore = Pick<Storage, "capabilities" | "saveCapability" | "forgetCapabilities">;

export interface CapabilitiesDeps {
  readonly clock: () => number;
  /** Bytes nobody can guess. */
  readonly random?: (size: number) => Uint8Array;
}

interface Known {
  readonly hash: Uint8Array;
  readonly principal: Principal;
}

const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

/** Tokens are 32 random bytes in base64url. Only their SHA-256 is kept, and all are compared in constant time. */
export function createCapabilities({ clock, random = randomBytes }: CapabilitiesDeps): Capabilities {
  let lasting: Known[] = [];
  const workstreams = new Map<string, Known>();

  function newToken(): string {
    return Buffer.from(random(32)).toString("base64url");
  }

  async function keep(storage: CapabilityStore, token: string, principal: Principal): Promise<Result<void>> {
    const saved = await storage.saveCapability({ hash: hash(token).toString("hex"), principal, createdAt: clock() });
    if (saved.ok) lasting.push({ hash: hash(token), principal });
    return saved;
  }

  return {
    principalOf(token) {
      if (token === undefined || !tokenPattern.test(token)) return undefined;
      const presented = hash(token);
      let found: Principal | undefined;
      for (const known of [...lasting, ...workstreams.values()]) {
        if (timingSafeEqual(presented, known.hash)) found = known.principal;
      }
      return found;
    },

    mintForWorkstream(id) {
      const token = newToken();
      workstreams.set(id, { hash: hash(token), principal: { kind: "workstream", id } });
      return token;
    },

    revokeToken(id, token) {
      const known = workstreams.get(id);
      if (known !== undefined && timingSafeEqual(known.hash, hash(token))) workstreams.delete(id);
    },

    revokeWorkstream: (id) => void workstreams.delete(id),

    async mintForReader(storage) {
      const token = newToken();
      const kept = await keep(storage, token, { kind: "reader" });
      return kept.ok ? ok(token) : kept;
    },

    async forgetReaders(storage) {
      lasting = lasting.filter(({ principal }) => principal.kind !== "reader");
      return storage.forgetCapabilities("reader");
    },

    async openHuman(home, storage) {
      const stored = await storage.capabilities();
      if (!stored.ok) return stored;
      const readers = stored.value.filter(({ principal }) => principal.kind === "reader");
      lasting.push(...readers.map((kept) => ({ hash: Buffer.from(kept.hash, "hex"), principal: kept.principal })));
      const file = path.join(home, capabilityFile);
      const before = await readToken(file);
      const hashes = stored.value.filter(({ principal }) => principal.kind === "human").map((kept) => kept.hash);
      if (before !== undefined && hashes.includes(hash(before).toString("hex"))) {
        lasting.push({ hash: hash(before), principal: { kind: "human" } });
        return ok(before);
      }
      const forgotten = await storage.forgetCapabilities("human");
      if (!forgotten.ok) return forgotten;
      const token = newToken();
      const written = await writeToken(file, token);
      if (!written.ok) return written;
      const kept = await keep(storage, token, { kind: "human" });
      return kept.ok ? ok(token) : kept;
    },
  };
}

function hash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** The token in the file; undefined when there is none that only its user can read. */
async function readToken(file: string): Promise<string | undefined> {
  try {
    const facts = await lstat(file);
    if (!facts.isFile() || facts.size > 200) return undefined;
    await chmod(file, 0o600);
    const token = (await readFile(file, "utf8")).trim();
    return tokenPattern.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}

async function writeToken(file: string, token: string): Promise<Result<void>> {
  const fresh = `${file}.new`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(fresh, `${token}\n`, { mode: 0o600 });
    await chmod(fresh, 0o600);
    await rename(fresh, file);
    return ok(undefined);
  } catch (cause) {
    return fail(
      "UNAVAILABLE",
      `The capability could not be written to ${file}.`,
      "Make the home writable for you, or name another one with COXSWAIN_HOME.",
      cause,
    );
  }
}
