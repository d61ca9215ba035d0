import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fail, ok, unwrap, type Problem, type Result } from "../../contract/errors.ts";
import type { Envelope } from "../../contract/events.ts";
import { emptyFleetState } from "../../contract/states.ts";
import { createJournal } from "./create-journal.ts";
import type { RowChange } from "./storage.ts";
import { created, engine, localStorage, temporaryFolder, told, workstreamId } from "./test-stand.ts";

/** A storage that answers when it is told to. */
function heldStorage() {
  const asked: {
    envelopes: readonly Envelope[];
    rows: readonly RowChange[];
    answer: (result: Result<void>) => void;
  }[] = [];
  return {
    asked,
    commit: (envelopes: readonly Envelope[], rows: readonly RowChange[]) =>
      new Promise<Result<void>>((answer) => asked.push({ envelopes, rows, answer })),
  };
}

function journalOver(storage: Parameters<typeof createJournal>[0]["storage"]) {
  const troubles: (Problem | undefined)[] = [];
  const journal = createJournal({
    storage,
    loaded: { seq: 0, state: emptyFleetState },
    clock: () => 5,
    onTrouble: (trouble) => troubles.push(trouble),
  });
  return { journal, troubles };
}

const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));
const diskFull = fail("DISK_FULL", "The disk is full.", "Free some space.");

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("journal", () => {
  it("folds at once and tells nobody before it is stored", async () => {
    const storage = heldStorage();
    const { journal } = journalOver(storage);
    const heard: number[] = [];
    journal.subscribe((envelopes) => heard.push(...envelopes.map(({ seq }) => seq)));
    const recorded = journal.record([created(1)], engine);
    await turnOfTheLoop();
    expect(journal.state().workstreams[workstreamId(1)]).toBeDefined();
    expect(journal.published()).toEqual({ seq: 0, state: emptyFleetState });
    expect(heard).toEqual([]);
    storage.asked[0]?.answer(ok(undefined));
    expect(await recorded).toEqual(ok(undefined));
    expect(journal.published()).toEqual({ seq: 1, state: journal.state() });
    expect(heard).toEqual([1]);
  });

  it("stores what was recorded meanwhile in one batch, each row once", async () => {
    const storage = heldStorage();
    const { journal } = journalOver(storage);
    void journal.record([created(1)], engine);
    await turnOfTheLoop();
    void journal.record([told(1, "one")], engine);
    void journal.record([created(2)], engine);
    void journal.record([told(1, "two")], engine);
    storage.asked[0]?.answer(ok(undefined));
    await turnOfTheLoop();
    expect(storage.asked).toHaveLength(2);
    expect(storage.asked[1]?.envelopes.map(({ seq }) => seq)).toEqual([2, 3, 4]);
    expect(storage.asked[1]?.rows.map(({ table, id }) => [table, id])).toEqual([
      ["workstreams", workstreamId(1)],
      ["workstreams", workstreamId(2)],
    ]);
    expect(storage.asked[1]?.rows[0]?.row).toMatchObject({ line: "two" });
  });

  it("lets progress wait for company, but not for long, and not when something else happens", async () => {
    const storage = heldStorage();
    const { journal } = journalOver(storage);
    void journal.record([told(1, "progress")], engine);
    await turnOfTheLoop();
    expect(storage.asked).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(300);
    expect(storage.asked).toHaveLength(1);
    storage.asked[0]?.answer(ok(undefined));
    await turnOfTheLoop();
    void journal.record([told(1, "more")], engine);
    void journal.record([created(1)], engine);
    await turnOfTheLoop();
    expect(storage.asked[1]?.envelopes).toHaveLength(2);
  });

  it("keeps everything in order while the disk is full, says so, and clears when it is stored", async () => {
    const storage = heldStorage();
    const { journal, troubles } = journalOver(storage);
    const heard: number[] = [];
    journal.subscribe((envelopes) => heard.push(...envelopes.map(({ seq }) => seq)));
    const first = journal.record([created(1)], engine);
    await turnOfTheLoop();
    storage.asked[0]?.answer(diskFull);
    await turnOfTheLoop();
    expect(journal.trouble()?.code).toBe("DISK_FULL");
    const second = journal.record([created(2)], engine);
    await turnOfTheLoop();
    expect(storage.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(storage.asked[1]?.envelopes.map(({ seq }) => seq)).toEqual([1, 2]);
    storage.asked[1]?.answer(diskFull);
    await vi.advanceTimersByTimeAsync(199);
    expect(storage.asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    storage.asked[2]?.answer(ok(undefined));
    expect([await first, await second]).toEqual([ok(undefined), ok(undefined)]);
    expect(heard).toEqual([1, 2]);
    expect(journal.trouble()).toBeUndefined();
    expect(troubles.map((trouble) => trouble?.code)).toEqual(["DISK_FULL", undefined]);
  });

  it("refuses more than memory should hold, and folds nothing it refused", async () => {
    const storage = heldStorage();
    const { journal } = journalOver(storage);
    void journal.record(
      Array.from({ length: 20_000 }, () => told(1, "x")),
      engine,
    );
    const before = journal.state();
    expect(await journal.record([created(1)], engine)).toMatchObject({ ok: false, error: { code: "TOO_MANY" } });
    expect(journal.state()).toBe(before);
  });

  it("tries once more when it is closed, then fails what could not be stored", async () => {
    const storage = heldStorage();
    const { journal } = journalOver(storage);
    const recorded = journal.record([created(1)], engine);
    await turnOfTheLoop();
    storage.asked[0]?.answer(diskFull);
    await turnOfTheLoop();
    const closed = journal.close();
    await turnOfTheLoop();
    storage.asked[1]?.answer(diskFull);
    await closed;
    expect(await recorded).toEqual(diskFull);
    expect(await journal.record([created(2)], engine)).toMatchObject({ ok: false, error: { code: "CANCELLED" } });
  });

  it("hands every stored event to all listeners even when one of them throws", async () => {
    const storage = heldStorage();
    const { journal } = journalOver(storage);
    const raised: (() => void)[] = [];
    vi.spyOn(globalThis, "queueMicrotask").mockImplementation((work) => raised.push(work));
    const heard: number[] = [];
    journal.subscribe(() => {
      throw new Error("a bug");
    });
    journal.subscribe((envelopes) => heard.push(envelopes.length));
    const recorded = journal.record([created(1)], engine);
    await turnOfTheLoop();
    storage.asked[0]?.answer(ok(undefined));
    await recorded;
    expect(heard).toEqual([1]);
    expect(raised[0]).toThrow("a bug");
  });

  it("tries again on a database that really is full, and stores all of it once there is space", async () => {
    const { folder, remove } = temporaryFolder();
    const storage = localStorage(folder);
    const { journal } = journalOver({ commit: async (envelopes, rows) => storage.ask("commit", envelopes, rows) });
    unwrap(await journal.record([created(1)], engine));
    storage.db.exec("PRAGMA max_page_count = 1");
    const recorded = Array.from({ length: 50 }, (_, n) => journal.record([created(n + 2)], engine));
    await turnOfTheLoop();
    expect(journal.trouble()).toMatchObject({ code: "DISK_FULL" });
    expect(journal.published().seq).toBe(1);
    storage.db.exec("PRAGMA max_page_count = 1000000");
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.all(recorded)).toEqual(recorded.map(() => ok(undefined)));
    expect(unwrap(storage.ask("load"))).toEqual({ seq: 51, state: journal.state(), damaged: [] });
    storage.close();
    remove();
  });
});
