import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ok, unwrap } from "../../contract/errors.ts";
import type { PrincipalKind } from "../../contract/principals.ts";
import { createCapabilities } from "./capabilities.ts";
import type { Storage } from "./parts.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), "cox-capability-"));
});
afterEach(() => rm(home, { recursive: true }));

type Stored = Parameters<Storage["saveCapability"]>[0];

function createStore() {
  let kept: Stored[] = [];
  return {
    kept: () => kept,
    capabilities: () => Promise.resolve(ok(kept)),
    saveCapability: (stored: Stored) => {
      kept.push(stored);
      return Promise.resolve(ok(undefined));
    },
    forgetCapabilities: (kind: PrincipalKind) => {
      kept = kept.filter(({ principal }) => principal.kind !== kind);
      return Promise.resolve(ok(undefined));
    },
  };
}

const open = () => createCapabilities({ clock: () => 5 });

describe("the human's capability", () => {
  it("is 32 bytes in a file only its user can read, and is stored as a hash", async () => {
    const store = createStore();
    const token = unwrap(await open().openHuman(home, store));
    const file = path.join(home, "capability");
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect([(await readFile(file, "utf8")).trim(), (await stat(file)).mode & 0o777]).toEqual([token, 0o600]);
    expect(JSON.stringify(store.kept())).not.toContain(token);
  });

  it("stays the same over starts, and its file is closed to others again", async () => {
    const store = createStore();
    const token = unwrap(await open().openHuman(home, store));
    await chmod(path.join(home, "capability"), 0o644);
    const later = open();
    expect(unwrap(await later.openHuman(home, store))).toBe(token);
    expect(later.principalOf(token)).toEqual({ kind: "human" });
    expect((await stat(path.join(home, "capability"))).mode & 0o777).toBe(0o600);
  });

  it("is replaced when its file holds something else, and the old one opens nothing", async () => {
    const store = createStore();
    const token = unwrap(await open().openHuman(home, store));
    await writeFile(path.join(home, "capability"), "A".repeat(43));
    const later = open();
    const fresh = unwrap(await later.openHuman(home, store));
    expect(fresh).not.toBe(token);
    expect([later.principalOf(token), later.principalOf("A".repeat(43))]).toEqual([undefined, undefined]);
    expect(store.kept()).toHaveLength(1);
  });
});

describe("other capabilities", () => {
  it("of a workstream end with the next one, and never outlive the engine", () => {
    const capabilities = open();
    const first = capabilities.mintForWorkstream("w00000001");
    const second = capabilities.mintForWorkstream("w00000001");
    expect(capabilities.principalOf(first)).toBeUndefined();
    expect(capabilities.principalOf(second)).toEqual({ kind: "workstream", id: "w00000001" });
    expect(open().principalOf(second)).toBeUndefined();
    capabilities.revokeWorkstream("w00000001");
    expect(capabilities.principalOf(second)).toBeUndefined();
  });

  it("of a thread end with it, and not those of the next", () => {
    const capabilities = open();
    const first = capabilities.mintForWorkstream("w00000001");
    const second = capabilities.mintForWorkstream("w00000001");
    capabilities.revokeToken("w00000001", first);
    expect(capabilities.principalOf(second)).toEqual({ kind: "workstream", id: "w00000001" });
    capabilities.revokeToken("w00000001", second);
    expect(capabilities.principalOf(second)).toBeUndefined();
  });

  it("of a reader hold over starts", async () => {
    const store = createStore();
    const token = unwrap(await open().mintForReader(store));
    const later = open();
    await later.openHuman(home, store);
    expect(later.principalOf(token)).toEqual({ kind: "reader" });
  });

  it("of readers end when readers are forgotten, and nobody else's", async () => {
    const store = createStore();
    const capabilities = open();
    const human = unwrap(await capabilities.openHuman(home, store));
    const reader = unwrap(await capabilities.mintForReader(store));
    unwrap(await capabilities.forgetReaders(store));
    expect(capabilities.principalOf(reader)).toBeUndefined();
    expect(capabilities.principalOf(human)).toEqual({ kind: "human" });
    const later = open();
    await later.openHuman(home, store);
    expect(later.principalOf(reader)).toBeUndefined();
  });

  it.each([undefined, "", "x", "A".repeat(43), `${"A".repeat(43)}\n`])("open nothing when they are %j", (token) => {
    expect(open().principalOf(token)).toBeUndefined();
  });
});
