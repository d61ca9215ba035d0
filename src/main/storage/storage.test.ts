import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { unwrap, type Problem } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import { openDatabase } from "./database.ts";
import { migrations } from "./migrations.ts";
import { openStorage } from "./open-storage.ts";
import { createOperations } from "./operations.ts";
import { serve } from "./serve.ts";
import type { CommandRecord, RowChange } from "./storage.ts";
import type { Request } from "./wire.ts";
import {
  created,
  enveloped,
  item,
  localStorage,
  realStorage,
  temporaryFolder,
  told,
  upserted,
  workstream,
  workstreamId,
} from "./test-stand.ts";

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => remove());

const file = () => path.join(folder, "coxswain.db");
const rowOf = (n: number): RowChange => ({ table: "workstreams", id: workstreamId(n), row: workstream(n) });
const commitAndDie = fileURLToPath(new URL("test-commit-and-die.ts", import.meta.url));
const noWindow = { events: 1, characters: 0 };

describe("storage worker", () => {
  it("keeps what it answered, over a restart", async () => {
    const storage = await realStorage(folder);
    unwrap(await storage.commit(enveloped([created(1), upserted(1, 1, "hello")]), [rowOf(1)]));
    unwrap(await storage.saveTicket(workstreamId(1), { key: "T-1", title: "A ticket", body: "Do it." }));
    unwrap(await storage.saveSetting("theme", { dark: true }));
    await storage.close();
    const again = await realStorage(folder);
    const loaded = unwrap(await again.load());
    expect(loaded).toMatchObject({ seq: 2, state: { workstreams: { [workstreamId(1)]: workstream(1) } }, damaged: [] });
    expect(unwrap(await again.ticket(workstreamId(1)))).toEqual({ key: "T-1", title: "A ticket", body: "Do it." });
    expect(unwrap(await again.setting("theme"))).toEqual({ dark: true });
    expect(unwrap(await again.setting("nothing"))).toBeUndefined();
    expect(await again.ticket(workstreamId(9))).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    await again.close();
    expect(await again.load()).toMatchObject({ ok: false, error: { code: "CANCELLED" } });
  });

  it("stores 10,000 events that were asked for at once, each answered", async () => {
    const storage = await realStorage(folder);
    const events = Array.from({ length: 10_000 }, (_, n) => told(1 + (n % 15), `line ${n}`));
    const answers = await Promise.all(
      enveloped(events).map((envelope) => storage.commit([envelope], [rowOf(1 + (envelope.seq % 15))])),
    );
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(unwrap(await storage.load()).seq).toBe(10_000);
    await storage.close();
  });

  it("fails every waiting call with a next step when the worker dies, and tells it once", async () => {
    const worker = path.join(folder, "dying.mjs");
    writeFileSync(
      worker,
      `import { parentPort } from "node:worker_threads";
       parentPort.postMessage({ opened: { ok: true, value: undefined } });
       parentPort.on("message", () => process.exit(3));`,
    );
    const problems: Problem[] = [];
    const opened = await openStorage({ file: file(), worker, onProblem: (problem) => problems.push(problem) });
    const storage = unwrap(opened);
    const died = { ok: false, error: { code: "UNAVAILABLE", next: expect.stringContaining("Restart") } };
    expect(await Promise.all([storage.load(), storage.capabilities()])).toMatchObject([died, died]);
    expect(await storage.load()).toMatchObject(died);
    expect(problems).toHaveLength(1);
    await storage.close();
  });

  it("answers with a problem when the database can not be opened", async () => {
    writeFileSync(file(), "this is not a database, but it is long enough to look at ".repeat(40));
    const opened = await openStorage({
      file: file(),
      worker: new URL("worker.ts", import.meta.url),
      onProblem: () => expect.unreachable(),
    });
    expect(opened).toMatchObject({ ok: false, error: { code: "UNAVAILABLE", message: "The database is damaged." } });
  });

  it("loses nothing it acknowledged when its process is killed", { timeout: 60_000 }, async () => {
    for (const batches of [1, 7, 40]) {
      const child = spawnSync(process.execPath, [commitAndDie, folder, String(batches)], { encoding: "utf8" });
      expect(child.signal).toBe("SIGKILL");
      const acknowledged = Number(child.stdout.trim().split("\n").at(-1));
      const storage = localStorage(folder);
      const { seq, state, damaged } = unwrap(storage.ask("load"));
      expect(acknowledged).toBeGreaterThan(0);
      expect(seq).toBe(acknowledged);
      expect(damaged).toEqual([]);
      expect(state.workstreams[workstreamId(1)]?.turns).toBe(seq);
      storage.close();
    }
  });
});

describe("rows", () => {
  it("leaves a damaged row out, tells of it, and does not touch it", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([created(1), created(2), created(3)]), [rowOf(1), rowOf(2), rowOf(3)]));
    storage.db.exec(`UPDATE workstreams SET data = '{"id": "half a ro' WHERE id = '${workstreamId(1)}'`);
    storage.db.exec(
      `UPDATE workstreams SET data = json_set(data, '$.phase', 'dancing') WHERE id = '${workstreamId(2)}'`,
    );
    const { state, damaged } = unwrap(storage.ask("load"));
    expect(Object.keys(state.workstreams)).toEqual([workstreamId(3)]);
    expect(damaged.map(({ table, id }) => [table, id])).toEqual([
      ["workstreams", workstreamId(1)],
      ["workstreams", workstreamId(2)],
    ]);
    expect(damaged[1]?.why).toContain("phase");
    expect(storage.db.prepare("SELECT count(*) AS n FROM workstreams").get()).toEqual({ n: 3 });
    storage.close();
  });

  it("takes a row in which one letter is another for damaged, in its live part too", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([created(1), created(2), created(3)]), [rowOf(1), rowOf(2), rowOf(3)]));
    storage.db.exec(
      `UPDATE workstreams SET data = replace(data, 'quicker', 'quacker') WHERE id = '${workstreamId(1)}'`,
    );
    storage.db.exec(`UPDATE workstreams_live SET data = replace(data, '1', '2') WHERE id = '${workstreamId(2)}'`);
    const { state, damaged } = unwrap(storage.ask("load"));
    expect(Object.keys(state.workstreams)).toEqual([workstreamId(3)]);
    expect(damaged.map(({ why }) => why)).toEqual(["It is not as it was written.", "It is not as it was written."]);
    storage.close();
  });

  it("takes a row of a newer version, or one that says it is another, for damaged", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([created(1), created(2)]), [rowOf(1), rowOf(2)]));
    storage.db.exec(`UPDATE workstreams SET v = 2 WHERE id = '${workstreamId(1)}'`);
    storage.db.exec(
      `UPDATE workstreams SET data = json_set(data, '$.id', 'wsomebodyelse') WHERE id = '${workstreamId(2)}'`,
    );
    const { damaged } = unwrap(storage.ask("load"));
    expect(damaged.map(({ why }) => why)).toEqual([
      "Its version is 2; versions 1 to 1 are known.",
      "The row's id is not the id it is kept under.",
    ]);
    storage.close();
  });
});

describe("a workstream's live fields", () => {
  const stored = (storage: ReturnType<typeof localStorage>, table: string) =>
    storage.db.prepare(`SELECT data FROM ${table} WHERE id = ?`).get(workstreamId(1))?.data;
  const commit = (storage: ReturnType<typeof localStorage>, seq: number, row: object) =>
    unwrap(storage.ask("commit", enveloped([told(1, "x")], seq), [{ table: "workstreams", id: workstreamId(1), row }]));

  it("are written without the rest, and the rest without them", () => {
    const storage = localStorage(folder);
    const changes = () => Number(storage.db.prepare("SELECT total_changes() AS n").get()?.n);
    commit(storage, 0, workstream(1));
    const rest = stored(storage, "workstreams");
    expect(String(rest)).not.toContain('"line"');
    let before = changes();
    commit(storage, 1, { ...workstream(1), line: "tests run", heardAt: 9 });
    expect(changes() - before, "the event and the live row").toBe(2);
    const live = stored(storage, "workstreams_live");
    before = changes();
    commit(storage, 2, { ...workstream(1), line: "tests run", heardAt: 9, phase: "asking" });
    expect(changes() - before, "the event and the rest").toBe(2);
    expect(stored(storage, "workstreams_live")).toBe(live);
    expect(unwrap(storage.ask("load")).state.workstreams[workstreamId(1)]).toEqual({
      ...workstream(1),
      line: "tests run",
      heardAt: 9,
      phase: "asking",
    });
    storage.close();
  });

  it("go with their workstream, and one without them is damaged", () => {
    const storage = localStorage(folder);
    commit(storage, 0, workstream(1));
    storage.db.exec("UPDATE workstreams_live SET data = '{'");
    expect(unwrap(storage.ask("load")).damaged).toHaveLength(1);
    storage.db.exec("DELETE FROM workstreams_live");
    expect(unwrap(storage.ask("load")).damaged[0]?.why).toContain("lineAt");
    commit(storage, 1, workstream(1));
    expect(unwrap(storage.ask("load")).damaged).toEqual([]);
    unwrap(
      storage.ask("commit", enveloped([told(1, "x")], 2), [{ table: "workstreams", id: workstreamId(1), row: null }]),
    );
    expect(stored(storage, "workstreams_live")).toBeUndefined();
    storage.close();
  });
});

describe("commit", () => {
  it("takes events only where they continue the last one", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([created(1)]), []));
    expect(storage.ask("commit", enveloped([created(2)], 2), [])).toMatchObject({ error: { code: "CONFLICT" } });
    expect(storage.ask("commit", enveloped([created(2)], 0), [])).toMatchObject({ error: { code: "CONFLICT" } });
    unwrap(storage.ask("commit", enveloped([created(2)], 1), []));
    storage.close();
  });

  it("makes one transaction of what waits together, and writes a row that changed often once", () => {
    const storage = localStorage(folder);
    const changes = () => Number(storage.db.prepare("SELECT total_changes() AS n").get()?.n);
    const before = changes();
    const exec = vi.spyOn(storage.db, "exec");
    const requests = enveloped(Array.from({ length: 100 }, () => told(1, "x"))).map((envelope, id): Request => ({
      id,
      name: "commit",
      args: [[envelope], [rowOf(1)]],
    }));
    expect(serve(storage.db, storage.operations, requests)).toHaveLength(100);
    expect(exec.mock.calls).toEqual([["BEGIN IMMEDIATE"], ["COMMIT"]]);
    // A workstream is two rows.
    expect(changes() - before).toBe(102);
    storage.close();
  });

  it("lets one that fails pay for itself: its neighbours are stored, but no commit after it", () => {
    const storage = localStorage(folder);
    const replies = serve(storage.db, storage.operations, [
      { id: 1, name: "commit", args: [enveloped([created(1)]), [rowOf(1)]] },
      { id: 2, name: "commit", args: [enveloped([created(2)], 5), [rowOf(2)]] },
      { id: 3, name: "saveSetting", args: ["theme", "dark"] },
      { id: 4, name: "commit", args: [enveloped([created(3)], 6), [rowOf(3)]] },
      { id: 5, name: "setting", args: ["theme"] },
    ]);
    expect(replies.map(({ id, result }) => [id, result.ok])).toEqual([
      [1, true],
      [2, false],
      [3, true],
      [4, false],
      [5, true],
    ]);
    expect(Object.keys(unwrap(storage.ask("load")).state.workstreams)).toEqual([workstreamId(1)]);
    storage.close();
  });

  it("leaves everything as it was when the disk is full", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([created(1)]), [rowOf(1)]));
    storage.db.exec("PRAGMA max_page_count = 1");
    const much = enveloped(
      Array.from({ length: 20 }, (_, n) => upserted(1, n + 1, "x".repeat(5_000))),
      1,
    );
    expect(storage.ask("commit", much, [])).toMatchObject({ error: { code: "DISK_FULL" } });
    expect(storage.db.isTransaction).toBe(false);
    expect(unwrap(storage.ask("load")).seq).toBe(1);
    expect(unwrap(storage.ask("lastOrdinal", workstreamId(1)))).toBe(0);
    storage.close();
  });
});

describe("transcript", () => {
  it("pages backwards, and keeps an item written again in its place", () => {
    const storage = localStorage(folder);
    const events = Array.from({ length: 10 }, (_, n) => upserted(1, n + 1, `said ${n + 1}`));
    unwrap(storage.ask("commit", enveloped([...events, upserted(1, 4, "said better"), upserted(2, 1, "else")]), []));
    const newest = unwrap(storage.ask("items", workstreamId(1), undefined, 6));
    expect(newest.items.map(({ ordinal }) => ordinal)).toEqual([5, 6, 7, 8, 9, 10]);
    expect(newest.more).toBe(true);
    const oldest = unwrap(storage.ask("items", workstreamId(1), { before: 5 }, 6));
    expect(oldest).toEqual({
      items: [item(1, 1, "said 1"), item(1, 2, "said 2"), item(1, 3, "said 3"), item(1, 4, "said better")],
      more: false,
      newer: true,
      last: 10,
      turns: [],
    });
    expect(unwrap(storage.ask("lastOrdinal", workstreamId(1)))).toBe(10);
    storage.close();
  });

  it("takes an item that is told at another place for the same one, and one of the same hash for another", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([upserted(1, 1, "one"), upserted(1, 2, "two")]), []));
    storage.db.exec("UPDATE items SET id_hash = (SELECT id_hash FROM items WHERE ordinal = 1)");
    const moved: Event = { type: "item.upserted", item: { ...item(1, 1, "one again"), ordinal: 3 } };
    unwrap(storage.ask("commit", enveloped([moved], 2), []));
    const { items } = unwrap(storage.ask("items", workstreamId(1), undefined, 10));
    expect(items.map(({ id, body }) => [id, body])).toEqual([
      ["item-2", { kind: "message", text: "two" }],
      ["item-1", { kind: "message", text: "one again" }],
    ]);
    storage.close();
  });

  it("shows that an item is damaged instead of leaving a hole", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([upserted(1, 1, "one"), upserted(1, 2, "two")]), []));
    storage.db.exec("UPDATE items SET data = '{' WHERE ordinal = 1");
    const { items } = unwrap(storage.ask("items", workstreamId(1), undefined, 10));
    expect(items.map(({ body }) => body.kind)).toEqual(["notice", "message"]);
    storage.close();
  });

  it("keeps the newest plan, the notes in order and the turns", () => {
    const storage = localStorage(folder);
    const id = workstreamId(1);
    const turn = { id: "t00000001", number: 1, cause: "ticket", status: "sending", startedAt: 3 } as const;
    const events: Event[] = [
      { type: "plan.updated", workstreamId: id, steps: [{ text: "first", status: "pending" }] },
      { type: "note.recorded", workstreamId: id, at: 1, text: "one" },
      { type: "turn.opened", workstreamId: id, turn, round: false },
      { type: "note.recorded", workstreamId: id, at: 2, text: "two" },
      { type: "plan.updated", workstreamId: id, steps: [{ text: "first", status: "done" }] },
      { type: "turn.ended", workstreamId: id, turnId: turn.id, outcome: "completed" },
    ];
    unwrap(storage.ask("commit", enveloped(events), []));
    expect(unwrap(storage.ask("planAndNotes", id))).toEqual({
      plan: [{ text: "first", status: "done" }],
      notes: [
        { at: 1, text: "one" },
        { at: 2, text: "two" },
      ],
    });
    expect(storage.db.prepare("SELECT number, outcome, ended_at FROM turns").all()).toEqual([
      { number: 1, outcome: "completed", ended_at: 1_005 },
    ]);
    storage.close();
  });
});

describe("outbox", () => {
  it("answers events in order, with an item as it is now and stored once", () => {
    const storage = localStorage(folder);
    const envelopes = enveloped([created(1), upserted(1, 1, "draft"), told(1, "x"), upserted(1, 1, "final")]);
    unwrap(storage.ask("commit", envelopes, []));
    const after = unwrap(storage.ask("eventsAfter", 1, 10));
    expect(after).toEqual({
      gap: false,
      envelopes: [{ ...envelopes[1], event: upserted(1, 1, "final") }, ...envelopes.slice(2)],
    });
    expect(unwrap(storage.ask("eventsAfter", 4, 10))).toEqual({ gap: false, envelopes: [] });
    expect(unwrap(storage.ask("eventsAfter", 1, 1)).envelopes).toHaveLength(1);
    expect(storage.db.prepare("SELECT count(*) AS n FROM outbox WHERE event LIKE '%final%'").get()).toEqual({ n: 0 });
    storage.close();
  });

  it("tells a gap before its window, after its end, and where a row is damaged", () => {
    const storage = localStorage(folder);
    const { tidySome } = createOperations(storage.db);
    unwrap(storage.ask("commit", enveloped(Array.from({ length: 200 }, (_, n) => told(1, `${n}`))), []));
    while (tidySome({ events: 50, characters: 1_000_000 }));
    expect(unwrap(storage.ask("eventsAfter", 149, 500))).toMatchObject({ gap: true, envelopes: [] });
    expect(unwrap(storage.ask("eventsAfter", 150, 500)).envelopes).toHaveLength(50);
    expect(unwrap(storage.ask("eventsAfter", 201, 500)).gap).toBe(true);
    storage.db.exec("UPDATE outbox SET event = '{}' WHERE seq = 190");
    expect(unwrap(storage.ask("eventsAfter", 180, 500)).gap).toBe(true);
    expect(unwrap(storage.ask("eventsAfter", 190, 500)).gap).toBe(false);
    storage.close();
  });

  it("is trimmed by size too, but never of its newest event, so that no number is given twice", () => {
    const storage = localStorage(folder);
    const { tidySome } = createOperations(storage.db);
    unwrap(storage.ask("commit", enveloped(Array.from({ length: 100 }, () => told(1, "x".repeat(150)))), []));
    while (tidySome({ events: 1_000, characters: 4_000 }));
    expect(unwrap(storage.ask("eventsAfter", 50, 500)).gap).toBe(true);
    while (tidySome(noWindow));
    expect(unwrap(storage.ask("load")).seq).toBe(100);
    storage.close();
  });
});

describe("records", () => {
  const command: CommandRecord = {
    id: "c00000001",
    at: 1,
    name: "workstream.steer",
    actor: { kind: "human" },
    surface: "cli",
    key: "key-12345",
    focusedMs: 12,
    workstreamId: workstreamId(1),
    input: "{}",
  };

  it("answers a repeated command with its first record, its outcome included", () => {
    const storage = localStorage(folder);
    expect(unwrap(storage.ask("recordCommand", command))).toEqual(command);
    unwrap(storage.ask("recordCommand", { ...command, outcome: "ok", answer: "{}" }));
    expect(unwrap(storage.ask("recordCommand", { ...command, id: "c00000002" }))).toEqual({
      ...command,
      outcome: "ok",
      answer: "{}",
    });
    const other: CommandRecord = { ...command, id: "c00000003", actor: { kind: "workstream", id: workstreamId(1) } };
    expect(unwrap(storage.ask("recordCommand", other))).toEqual(other);
    storage.close();
  });

  it("keeps with an event that the command it came of had an effect, whatever is written of the command later", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("recordCommand", command));
    const repeated = { ...command, id: "c00000002" };
    expect(unwrap(storage.ask("recordCommand", repeated))).toEqual(command);
    const [envelope] = enveloped([told(1, "x")], 0);
    unwrap(storage.ask("commit", [{ ...envelope!, cause: command.id }], []));
    expect(unwrap(storage.ask("recordCommand", repeated))).toEqual({ ...command, caused: true });
    unwrap(storage.ask("recordCommand", { ...command, outcome: "ok" }));
    expect(unwrap(storage.ask("recordCommand", repeated))).toEqual({ ...command, outcome: "ok", caused: true });
    storage.close();
  });

  it("keeps capabilities by hash and forgets those of a kind", () => {
    const storage = localStorage(folder);
    const human = { hash: "aa", principal: { kind: "human" }, createdAt: 1 } as const;
    const author = { hash: "bb", principal: { kind: "workstream", id: workstreamId(1) }, createdAt: 2 } as const;
    unwrap(storage.ask("saveCapability", human));
    unwrap(storage.ask("saveCapability", author));
    expect(unwrap(storage.ask("capabilities"))).toEqual([human, author]);
    unwrap(storage.ask("forgetCapabilities", "human"));
    expect(unwrap(storage.ask("capabilities"))).toEqual([author]);
    storage.close();
  });
});

describe("migrations", () => {
  const older = [...migrations];
  const next = "CREATE TABLE berths (id TEXT PRIMARY KEY) STRICT";
  const broken = "CREATE TABLE berths (id TEXT PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1)";

  function withOneSetting(): void {
    const storage = localStorage(folder);
    unwrap(storage.ask("saveSetting", "theme", "dark"));
    storage.close();
  }

  it("brings an older database up to date and leaves a copy of it as it was", () => {
    withOneSetting();
    unwrap(openDatabase(file(), [...older, next])).close();
    const now = new DatabaseSync(file());
    expect(now.prepare("SELECT count(*) AS n FROM berths").get()).toEqual({ n: 0 });
    now.close();
    const copy = unwrap(openDatabase(`${file()}.before-${older.length + 1}`));
    expect(copy.prepare("SELECT value FROM settings").get()).toEqual({ value: '"dark"' });
    copy.close();
  });

  it("gives a database of before there were settings of the human a place for them", () => {
    unwrap(openDatabase(file(), older.slice(0, 1))).close();
    const storage = localStorage(folder);
    unwrap(
      storage.ask(
        "commit",
        [{ seq: 1, at: 1, actor: { kind: "human" }, v: 1, event: { type: "setting.changed", name: "zoom" } }],
        [{ table: "settings", id: "zoom", row: { value: 150 } }],
      ),
    );
    expect(unwrap(storage.ask("load")).state.settings).toEqual({ zoom: { value: 150 } });
    storage.close();
  });

  it("makes no copy of a database it has just made", () => {
    unwrap(openDatabase(file(), [...older, next])).close();
    expect(readdirSync(folder)).toEqual(["coxswain.db"]);
  });

  it("undoes a step that fails, refuses to start and says what to do", () => {
    withOneSetting();
    const version = older.length + 1;
    const refused = openDatabase(file(), [...older, broken]);
    expect(refused).toMatchObject({
      ok: false,
      error: { next: expect.stringContaining(`coxswain.db.before-${version}`) },
    });
    const storage = localStorage(folder);
    expect(unwrap(storage.ask("setting", "theme"))).toBe("dark");
    expect(storage.db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'berths'").get()).toEqual({ n: 0 });
    storage.close();
    expect(existsSync(`${file()}.before-${version}`)).toBe(true);
    unwrap(openDatabase(file(), [...older, next])).close();
  });

  it("refuses a database that is newer than it knows, and one that is not ours", () => {
    unwrap(openDatabase(file(), [...older, next])).close();
    expect(openDatabase(file())).toMatchObject({ ok: false, error: { code: "VERSION_MISMATCH" } });
    const foreign = path.join(folder, "foreign.db");
    const db = new DatabaseSync(foreign);
    db.exec("CREATE TABLE theirs (x)");
    db.close();
    expect(openDatabase(foreign)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });
});
