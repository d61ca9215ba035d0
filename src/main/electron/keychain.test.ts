import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFakeElectron, type FakeMachine } from "./fake-electron.ts";
import { createKeychain } from "./keychain.ts";
import { desktop } from "./test-desktop.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "cox-keychain-"));
  file = path.join(folder, "secrets.json");
});
afterEach(() => rm(folder, { recursive: true }));

function open(keychain: FakeMachine["keychain"] = "gnome_libsecret", platform: NodeJS.Platform = "linux") {
  const { electron } = createFakeElectron({ keychain });
  return { ...electron, ...createKeychain({ safeStorage: electron.safeStorage, file, platform }) };
}

test("keeps secrets as ciphertext, for its user only, and gives them back to a later start", async () => {
  const first = open();
  expect(await first.answer({ verb: "keep", name: "OPENAI_API_KEY", value: "s3cret-one" })).toMatchObject({ ok: true });
  await first.answer({ verb: "keep", name: "GITHUB_TOKEN", value: "s3cret-two" });

  const text = await readFile(file, "utf8");
  expect(text).not.toContain("s3cret");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["secrets.json"]);
  expect(await open().answer({ verb: "read" })).toEqual({
    ok: true,
    value: { secrets: { OPENAI_API_KEY: "s3cret-one", GITHUB_TOKEN: "s3cret-two" }, unreadable: [] },
  });
  await first.answer({ verb: "forget", name: "OPENAI_API_KEY" });
  expect(await open().answer({ verb: "read" })).toMatchObject({ value: { secrets: { GITHUB_TOKEN: "s3cret-two" } } });
});

test("loses none of those that are kept at once", async () => {
  const { answer } = open();
  const names = Array.from({ length: 20 }, (_, at) => `TOKEN_${String(at)}`);
  await Promise.all(names.map((name) => answer({ verb: "keep", name, value: name })));
  const read = await open().answer({ verb: "read" });
  expect(read.ok && Object.keys(read.value.secrets).toSorted()).toEqual(names.toSorted());
});

test.each([
  ["basic_text", "linux", "has no keychain"],
  ["none", "linux", "cannot be used"],
  ["none", "darwin", "cannot be used"],
] as const)(
  "refuses to keep a secret with the back end %s on %s, and says what to do",
  async (backEnd, platform, why) => {
    const refused = await open(backEnd, platform).answer({ verb: "keep", name: "GITHUB_TOKEN", value: "s3cret" });
    expect(refused).toMatchObject({ ok: false, error: { code: "UNAVAILABLE", message: expect.stringContaining(why) } });
    expect(refused.ok || refused.error.next).toContain("environment");
    expect(await readdir(folder)).toEqual([]);
  },
);

test("names what it can no longer decrypt, lets it be removed, and keeps the rest", async () => {
  await open().answer({ verb: "keep", name: "GITHUB_TOKEN", value: "good" });
  const kept = JSON.parse(await readFile(file, "utf8")) as { secrets: Record<string, string> };
  kept.secrets["OLD_TOKEN"] = Buffer.from("of another machine").toString("base64");
  await writeFile(file, JSON.stringify(kept));
  const read = { ok: true, value: { secrets: { GITHUB_TOKEN: "good" }, unreadable: ["OLD_TOKEN"] } };
  expect(await open().answer({ verb: "read" })).toEqual(read);
  expect(await open("none").answer({ verb: "read" })).toMatchObject({
    value: { secrets: {}, unreadable: ["GITHUB_TOKEN", "OLD_TOKEN"] },
  });
  expect(await open().answer({ verb: "forget", name: "OLD_TOKEN" })).toMatchObject({ value: { unreadable: [] } });
});

test.each([
  "{",
  "[]",
  '{"version":2,"secrets":{}}',
  '{"version":1,"secrets":{"PATH ":"eA=="}}',
  '{"version":1,"secrets":{"A_TOKEN":"%"}}',
])("leaves a file of another shape alone and says so: %s", async (text) => {
  await writeFile(file, text);
  for (const ask of [{ verb: "read" }, { verb: "keep", name: "GITHUB_TOKEN", value: "s" }] as const) {
    expect(await open().answer(ask)).toMatchObject({
      ok: false,
      error: { next: expect.stringContaining("Move the file") },
    });
  }
  expect(await readFile(file, "utf8")).toBe(text);
});

test("does not ask the system for a key while nothing is kept", async () => {
  const { safeStorage, answer } = open();
  const asked = vi.spyOn(safeStorage, "isAsyncEncryptionAvailable");
  expect(await answer({ verb: "read" })).toEqual({ ok: true, value: { secrets: {}, unreadable: [] } });
  expect(asked).not.toHaveBeenCalled();
});

test("answers the engine's word with the same number, and the background server gets the secrets as its environment", async () => {
  const { electron, seen, tell, backgrounds } = await desktop({ secrets: file });
  const [engine] = seen.children;
  engine!.emit("message", { kind: "keychain", id: 4, ask: { verb: "keep", name: "GITHUB_TOKEN", value: "s3cret" } });
  await vi.waitFor(() =>
    expect(engine!.words).toEqual([
      { kind: "keychain", id: 4, answer: { ok: true, value: { secrets: { GITHUB_TOKEN: "s3cret" }, unreadable: [] } } },
    ]),
  );
  tell({ working: 1 });
  electron.app.quit();
  seen.dialogs[0]!.answer(2);
  await vi.waitFor(() => expect(engine!.words.at(-1)).toEqual({ kind: "end" }));
  engine!.die(0);
  await vi.waitFor(() => expect(backgrounds).toEqual([{ GITHUB_TOKEN: "s3cret" }]));
  expect(JSON.stringify(seen.dialogs)).not.toContain("s3cret");
});
