import { copyFile, mkdir, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unwrap, type Problem } from "../src/contract/errors.ts";
import type { FleetState } from "../src/contract/states.ts";
import { seededRandom } from "../src/main/agents/scripted/pacing.ts";
import { openStorage } from "../src/main/storage/open-storage.ts";
import type { Loaded } from "../src/main/storage/storage.ts";
import { openStand, type Stand } from "./engine-stand.ts";
import { startEngineProcess } from "./engine-process.ts";
import { temporaryFolder } from "./scenarios/repositories.ts";

const worker = new URL("../src/main/storage/worker.ts", import.meta.url);

let folder: { path: string; remove: () => Promise<void> };
/** What a real engine left behind: the database as it lies on disk, and what is in it. */
let sound: { readonly file: string; readonly loaded: Loaded };

beforeAll(async () => {
  const cache = fileURLToPath(new URL("../.cache/", import.meta.url));
  await mkdir(cache, { recursive: true });
  folder = await temporaryFolder(cache);
  const stand = await openStand();
  const rows = [
    await stand.play("happy"),
    await stand.play("flaky"),
    await stand.play("ask"),
    await stand.play("approve"),
  ];
  await stand.until("they rest or ask", (state) =>
    rows.every((row) => ["ready", "asking"].includes(state.workstreams[row.id]?.phase ?? "")),
  );
  await stand.engine.close();
  const file = path.join(folder.path, "sound.db");
  await copyFile(path.join(path.dirname(stand.repository), "home", "coxswain.db"), file);
  await stand.close();
  const storage = unwrap(await openStorage({ file, worker, onProblem: () => undefined }));
  sound = { file, loaded: unwrap(await storage.load()) };
  await storage.close();
});
afterAll(() => folder.remove());

type Seen = { readonly refused: Problem } | { readonly loaded: Loaded };

const theWord = { terms: [{ text: "the", prefix: true, not: false }], only: {}, without: {} };

/** What a start makes of it: everything that start-up reads, and one write. */
async function look(file: string): Promise<Seen> {
  const problems: Problem[] = [];
  const storage = await openStorage({ file, worker, onProblem: (problem) => problems.push(problem) });
  if (!storage.ok) return { refused: storage.error };
  const loaded = await storage.value.load();
  // Reading on, and writing, must not bring the worker down either.
  const calls = Object.keys(sound.loaded.state.workstreams).flatMap((id) => [
    storage.value.items(id, undefined, 100),
    storage.value.ticket(id),
    storage.value.planAndNotes(id),
  ]);
  await Promise.all([
    ...calls,
    storage.value.eventsAfter(0, 5_000),
    storage.value.search(theWord, { order: "best", perWorkstream: 10, limit: 10, offset: 0 }),
  ]);
  await storage.value.saveSetting("looked", true);
  await storage.value.close();
  expect(problems, "the worker died of it").toEqual([]);
  return loaded.ok ? { loaded: loaded.value } : { refused: loaded.error };
}

/** Either a clear refusal, or the rows that are whole; those that are not are named, and none is invented. */
function expectHonest(seen: Seen, why: string): "refused" | "froze rows" | "untouched" {
  if ("refused" in seen) {
    expect(seen.refused.message, why).toMatch(/damaged|another program's|newer/);
    expect(seen.refused.next, why).toMatch(/backup|COXSWAIN_HOME/);
    return "refused";
  }
  const { state, damaged } = seen.loaded;
  for (const member of Object.keys(state) as (keyof FleetState)[]) {
    for (const [id, row] of Object.entries(state[member]))
      expect(row, `${why} ${member} ${id}`).toEqual(sound.loaded.state[member][id]);
  }
  const rowsOf = (all: FleetState) => Object.values(all).reduce((sum, rows) => sum + Object.keys(rows).length, 0);
  expect(rowsOf(state) + damaged.length, `${why}: what is missing is named`).toBeGreaterThanOrEqual(
    rowsOf(sound.loaded.state),
  );
  return damaged.length > 0 ? "froze rows" : "untouched";
}

async function copyOf(name: string): Promise<string> {
  const file = path.join(folder.path, `${name}.db`);
  await copyFile(sound.file, file);
  return file;
}

describe("a database that was damaged while the engine was off", () => {
  it("refuses with a next step or freezes single rows, wherever bytes turned", { timeout: 180_000 }, async () => {
    const outcomes: Record<string, number> = {};
    for (let seed = 0; seed < 60; seed += 1) {
      const random = seededRandom(seed);
      const file = await copyOf("turned");
      const bytes = await readFile(file);
      for (let count = 1 + Math.floor(random() * 8); count > 0; count -= 1) {
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(random() * 255));
      }
      await writeFile(file, bytes);
      const outcome = expectHonest(await look(file), `seed ${seed}`);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    expect(outcomes["froze rows"] ?? 0).toBeGreaterThan(0);
  });

  it("freezes exactly the row in which one character turned into another", async () => {
    const file = await copyOf("character");
    const bytes = await readFile(file);
    // A row is found by the words of its ticket, which stand in it as they are; in the outbox they stand once more.
    for (let at = bytes.indexOf("Play flaky"); at > 0; at = bytes.indexOf("Play flaky", at + 1)) bytes.write("S", at);
    await writeFile(file, bytes);
    const seen = await look(file);
    expect(expectHonest(seen, "one character")).toBe("froze rows");
    expect(seen).toMatchObject({
      loaded: { damaged: [{ table: "workstreams", why: "It is not as it was written." }] },
    });
  });

  it.each([0, 1, 99, 100, 512, 4_000, 40_000])("refuses one that was cut off after %i bytes", async (size) => {
    const file = await copyOf(`cut-${size}`);
    await truncate(file, size);
    const seen = await look(file);
    // An empty file is a new database, as SQLite has it.
    if (size === 0) expect(seen).toMatchObject({ loaded: { seq: 0, damaged: [] } });
    else expect(expectHonest(seen, `${size}`)).toBe("refused");
  });

  it("survives a write-ahead log that belongs to another database", async () => {
    const other = await openStand();
    const row = await other.play("happy");
    await other.until("it is ready", (state) => state.workstreams[row.id]?.phase === "ready");
    const file = await copyOf("strange");
    const home = path.join(path.dirname(other.repository), "home");
    for (const name of await readdir(home))
      if (name.endsWith("db-wal")) await copyFile(path.join(home, name), `${file}-wal`);
    expect((await stat(`${file}-wal`)).size).toBeGreaterThan(0);
    await other.close();
    // Its frames are whole, so SQLite takes them: what can be asked for is that nothing falls over.
    const seen = await look(file);
    if ("refused" in seen) expect(seen.refused.next).not.toBe("");
  });

  it("ends the engine's start with what is wrong and what to do", async () => {
    const home = path.join(folder.path, "home");
    await mkdir(home, { mode: 0o700 });
    const bytes = await readFile(sound.file);
    bytes.fill(0xff, 100, 5_000);
    await writeFile(path.join(home, "coxswain.db"), bytes, { mode: 0o600 });
    await expect(startEngineProcess(home, [])).rejects.toThrow(/The database is damaged\.[^]*backup/);
  });
});

describe("a row that was damaged", () => {
  let stand: Stand;
  afterAll(() => stand.close());

  it("freezes its workstream, visibly, and the others go on", async () => {
    stand = await openStand();
    const hurt = await stand.play("ask");
    const other = await stand.play("approve");
    await stand.until("both ask", (state) => Object.keys(state.requests).length === 2);
    await stand.restart(async (home) => {
      const file = path.join(home, "coxswain.db");
      const bytes = await readFile(file);
      let at = bytes.indexOf(`"id":"${hurt.id}","projectId"`);
      expect(at).toBeGreaterThan(0);
      for (; at > 0; at = bytes.indexOf(`"id":"${hurt.id}","projectId"`, at + 1)) bytes.write("!", at + 1);
      await writeFile(file, bytes);
    });
    await stand.until("the other asks again", (state) =>
      Object.values(state.requests).some((request) => request.workstreamId === other.id),
    );
    expect(stand.engine.journal.state().workstreams[hurt.id]).toBeUndefined();
    const items = Object.values(stand.engine.journal.state().attention);
    expect(items).toContainEqual(expect.objectContaining({ kind: "frozen", workstreamId: hurt.id }));
    const checks = await stand.engine.doctor();
    expect(JSON.stringify(checks)).toContain(hurt.id);
  });
});
