import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { ItemBody } from "../../contract/items.ts";
import { parseSearch } from "../../contract/search-query.ts";
import { migrations } from "./migrations.ts";
import { createOperations } from "./operations.ts";
import type { SearchFilter, SearchFound, SearchPage } from "./storage.ts";
import {
  created,
  enveloped,
  item,
  localStorage,
  realStorage,
  temporaryFolder,
  upserted,
  workstream,
  workstreamId,
  type LocalStorage,
} from "./test-stand.ts";

let folder: string;
let remove: () => void;
let storage: LocalStorage;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
  storage = localStorage(folder);
});
afterEach(() => {
  storage.close();
  remove();
});

const page: SearchPage = { order: "best", perWorkstream: 100, limit: 100, offset: 0 };
const none: SearchFilter = {};

function queryOf(text: string, only = none, without = none) {
  const { terms, kinds, from } = parseSearch(text, new Date());
  const named = <T>(all: readonly { readonly value: T; readonly not: boolean }[], not: boolean): T[] =>
    all.filter((each) => each.not === not).map(({ value }) => value);
  return {
    terms,
    only: { kinds: named(kinds, false), from: named(from, false), ...only },
    without: { kinds: named(kinds, true), from: named(from, true), ...without },
  };
}

const find = (text: string, how: Partial<SearchPage> = {}, only = none, without = none) =>
  unwrap(storage.ask("search", queryOf(text, only, without), { ...page, ...how }));
const places = (text: string) =>
  find(text).hits.map(({ workstreamId: id, ordinal, kind }) => `${kind} ${Number(id.slice(1))}/${ordinal}`);

let seq = 0;
beforeEach(() => (seq = 0));
function tell(...events: Event[]): void {
  unwrap(storage.ask("commit", enveloped(events, seq), []));
  seq += events.length;
}

const itemOf = (n: number, ordinal: number, body: ItemBody): Event => ({
  type: "item.upserted",
  item: { ...item(n, ordinal, ""), threadId: "thread", body },
});
const command = (n: number, ordinal: number, text: string, output: string): Event =>
  itemOf(n, ordinal, { kind: "command", command: text, folder: "/", status: "failed", output });
const asked = (n: number, id: string, text: string): Event => ({
  type: "request.raised",
  request: {
    id,
    workstreamId: workstreamId(n),
    turnId: "t00000001",
    at: 5,
    body: { kind: "permissions", wanted: text, reason: "", offers: [] },
  },
});

/** The excerpt with what is marked in brackets. */
function marked({ excerpt, marks }: { excerpt: string; marks: readonly (readonly [number, number])[] }): string {
  return marks.reduceRight(
    (text, [from, to]) => `${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)}`,
    excerpt,
  );
}

describe("search", () => {
  it("finds the beginnings of words without case and accents, and what was written again", () => {
    tell(
      upserted(1, 1, "the lighthouse keeper"),
      upserted(1, 2, "draft"),
      command(2, 1, "npm test", "no déjà_vu here"),
    );
    const [hit] = find("LIGHT keep").hits;
    expect(hit).toMatchObject({ workstreamId: workstreamId(1), itemId: "item-1", ordinal: 1, at: 1, from: "agent" });
    expect(hit && marked(hit)).toBe("the [light]house [keep]er");
    expect(find("deja_vu").hits.map(marked)).toEqual(["npm test no [déjà_vu] here"]);
    tell(upserted(1, 2, "rewritten"));
    expect(places("draft")).toEqual([]);
    expect(places("rewritten")).toEqual(["message 1/2"]);
  });

  it("finds code, paths and phrases as they are written, and scripts without spaces anywhere", () => {
    tell(
      upserted(1, 1, "call foo_bar() in src/payments/retry.ts"),
      upserted(1, 2, "foo and then bar"),
      upserted(1, 3, "全文検索のテスト"),
      upserted(1, 4, "retry in src"),
    );
    expect(places("foo_bar()")).toEqual(["message 1/1"]);
    expect(places("src/payments/retry.ts")).toEqual(["message 1/1"]);
    expect(places('"then ba"')).toEqual([]);
    expect(places('"then bar"')).toEqual(["message 1/2"]);
    expect(find("検索").hits.map(marked)).toEqual(["全文[検索]のテスト"]);
    expect(places("索検")).toEqual([]);
    expect(places("foo -bar")).toEqual([]);
    expect(places("retry -payments")).toEqual(["message 1/4"]);
  });

  it("filters by kind, sender, workstream, project and time", () => {
    tell(
      created(1),
      created(2),
      itemOf(1, 1, { kind: "words", from: "human", text: "mind the gap" }),
      itemOf(1, 2, { kind: "notice", level: "info", text: "Note: the gap is minded" }),
      command(2, 1, "mind --gap", ""),
      asked(2, "r00000001", "to mind the gap alone"),
    );
    expect(places("gap").toSorted()).toEqual(["command 2/1", "note 1/2", "request 2/1", "words 1/1"]);
    expect(places("gap kind:command")).toEqual(["command 2/1"]);
    expect(places("gap from:human")).toEqual(["words 1/1"]);
    expect(places("gap -kind:command -from:human").toSorted()).toEqual(["note 1/2", "request 2/1"]);
    expect(find("gap", {}, { workstreams: [workstreamId(2)] }).total).toBe(2);
    expect(find("gap", {}, none, { workstreams: [workstreamId(2)] }).total).toBe(2);
    expect(find("gap", {}, { projects: [workstream(1).projectId] }).total).toBe(4);
    expect(find("gap", {}, { projects: ["p00000009"] }).total).toBe(0);
    expect(places("kind:note")).toEqual(["note 1/2"]);
    const since = { ...queryOf("gap"), since: 2, before: 3 };
    expect(unwrap(storage.ask("search", since, page)).hits.map(({ at }) => at)).toEqual([2]);
  });

  it("finds tickets, requests that were answered, and words until they are an item", () => {
    unwrap(storage.ask("saveTicket", workstreamId(1), { key: "T", title: "Wish lists", body: "can be shared" }));
    const from = { kind: "human" } as const;
    const words = { id: "m00000001", workstreamId: workstreamId(1), text: "shared by link", from, at: 7 };
    tell(created(1), { type: "words.accepted", words: { ...words, when: "next", cause: "human" } });
    tell(asked(1, "r00000001", "shared folder"));
    tell({
      type: "request.answered",
      workstreamId: workstreamId(1),
      requestId: "r00000001",
      decision: { kind: "accept" },
    });
    expect(places("shared").toSorted()).toEqual(["request 1/0", "ticket 1/0", "words 1/0"]);
    tell({ type: "words.delivered", workstreamId: workstreamId(1), wordsId: "m00000001", turnId: "t00000001" });
    expect(places("shared").toSorted()).toEqual(["request 1/0", "ticket 1/0"]);
  });

  it("finds what was said in review threads, and by whom", () => {
    const anchor = { path: "src/pay.ts", side: "new", first: 1, last: 1, excerpt: [], before: [], after: [] } as const;
    const entry = (by: "human" | "author", said: string, at: number) => ({ by, text: said, at });
    const opened = { number: 1, anchor: { ...anchor, excerpt: [], before: [], after: [] }, state: "open" as const };
    tell(
      {
        type: "review.sent",
        workstreamId: workstreamId(1),
        review: { id: "v00000001", at: 1, wordsId: "m00000001", summary: "", threads: [1], delivery: "accepted" },
        opened: [{ ...opened, entries: [entry("human", "name this better", 3)] }],
        replies: [],
      },
      {
        type: "review.answered",
        workstreamId: workstreamId(1),
        number: 1,
        entry: entry("author", "named it better", 4),
      },
    );
    expect(
      find("better kind:review")
        .hits.map(({ from }) => from)
        .toSorted(),
    ).toEqual(["agent", "human"]);
    expect(find("pay.ts").hits).toMatchObject([{ kind: "review", at: 3 }]);
  });

  it("forgets a deleted workstream, and whatever was still to be indexed of it", () => {
    tell(created(1), upserted(1, 1, "secret word"), asked(1, "r00000001", "secret request"));
    expect(find("secret").total).toBe(2);
    tell(upserted(1, 2, "secret again"), { type: "workstream.deleted", workstreamId: workstreamId(1) });
    expect(find("secret").total).toBe(0);
    expect(storage.db.prepare("SELECT count(*) AS n FROM documents").get()).toEqual({ n: 0 });
  });

  it("groups by workstream, pages, and says how many there are of each", () => {
    const many = Array.from({ length: 12 }, (_, at) => upserted(1, at + 1, `pigeon number ${at}`));
    tell(...many, upserted(2, 20, "one pigeon"), upserted(3, 30, "a pigeon"));
    const newest = find("pigeon", { order: "newest", perWorkstream: 3 });
    expect(newest.groups.map(({ workstreamId: id, found }) => [Number(id.slice(1)), found])).toEqual([
      [3, 1],
      [2, 1],
      [1, 12],
    ]);
    expect(newest.hits.map(({ ordinal }) => ordinal)).toEqual([30, 20, 12, 11, 10]);
    expect(newest).toMatchObject({ total: 14, more: false, partial: false });
    const first = find("pigeon", { order: "newest", limit: 3 });
    const second = find("pigeon", { order: "newest", limit: 3, offset: 3 });
    expect([...first.hits, ...second.hits].map(({ ordinal }) => ordinal)).toEqual([30, 20, 12, 11, 10, 9]);
    expect(first.more).toBe(true);
  });

  it("bounds what it tells of a long text, and marks in the middle of it", () => {
    tell(upserted(1, 1, `${"filler ".repeat(5_000)}needle\n\n\tin   hay ${"filler ".repeat(2_000)}`));
    const [hit] = find("needle hay").hits;
    expect(hit?.excerpt.length).toBeLessThan(260);
    expect(hit && marked(hit)).toContain("[needle] in [hay]");
  });

  it("tells the newest items of a kind, and what the human asked for", () => {
    const words = ["test", "vitest"];
    tell(
      command(1, 1, "npm test", ""),
      command(1, 2, "ls", ""),
      command(2, 3, "npm test", ""),
      command(1, 4, "vitest", ""),
    );
    const newest = (kind: "command" | "message", some: string[]) =>
      unwrap(storage.ask("newestItems", workstreamId(1), { kind, words: some }, 10)).map(({ ordinal }) => ordinal);
    expect(newest("command", words)).toEqual([4, 1]);
    expect(newest("command", [])).toEqual([4, 2, 1]);
    expect(newest("message", [])).toEqual([]);
    const record = {
      id: "c1",
      at: 1,
      name: "steer",
      surface: "window",
      input: "{}",
      workstreamId: workstreamId(1),
    } as const;
    unwrap(storage.ask("recordCommand", { ...record, actor: { kind: "human" }, focusedMs: 900 }));
    unwrap(storage.ask("recordCommand", { ...record, id: "c2", actor: { kind: "human" } }));
    unwrap(storage.ask("recordCommand", { ...record, id: "c3", actor: { kind: "engine" } }));
    expect(unwrap(storage.ask("humanAttention", workstreamId(1)))).toEqual({ commands: 2, focusedMs: 900 });
  });

  it("never fails for what is typed", () => {
    tell(upserted(1, 1, 'nothing "of" the kind NEAR(a b) text:x'));
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom(
        '"',
        "'",
        "*",
        "(",
        "NOT ",
        "AND OR",
        "NEAR(a b)",
        "text:x",
        "^a",
        "{a b}: c",
        "\0",
        "a\0b",
        "; DROP TABLE items",
        "🦀",
        "½",
        "ﷺ",
        "+",
        "漢字",
        "x ".repeat(100),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        expect(storage.ask("search", queryOf(pieces.join(" ")), page)).toMatchObject({ ok: true });
      }),
      { numRuns: 100 },
    );
  });

  it("reads a database of the version before, the newest first, without holding up the start", async () => {
    storage.close();
    const old = new DatabaseSync(path.join(folder, "old.db"));
    const before = migrations.findIndex((step) => step.includes("documents_words"));
    old.exec(`PRAGMA synchronous = OFF; ${migrations.slice(0, before).join(";")}`);
    const data = (ordinal: number): string => JSON.stringify(item(1, ordinal, `pigeon ${ordinal}`));
    const insert = old.prepare(
      "INSERT INTO items (workstream_id, id, id_hash, ordinal, at, v, data) VALUES (?, ?, 1, ?, ?, 1, ?)",
    );
    for (let n = 1; n <= 200; n += 1) insert.run(workstreamId(1), `item-${n}`, n, n, data(n));
    old.prepare("INSERT INTO tickets VALUES (?, 'T', 'Pigeon post', 'by air')").run(workstreamId(1));
    const request = asked(1, "r00000001", "pigeon loft");
    const row = request.type === "request.raised" ? request.request : {};
    old.prepare("INSERT INTO requests VALUES ('r00000001', 1, ?, 1)").run(JSON.stringify(row));
    old.exec(migrations.slice(before).join(";"));
    const { operations, tidySome } = createOperations(old);
    const newest: SearchPage = { ...page, order: "newest" };
    const found = () => operations.search(queryOf("pigeon"), newest) as SearchFound;
    expect(found()).toMatchObject({ total: 0, pending: 202 });
    while (found().total < 60) tidySome({ events: 1, characters: 1 });
    expect(found().hits.map(({ ordinal }) => ordinal)).toContain(200);
    expect(found().hits.map(({ ordinal }) => ordinal)).not.toContain(1);
    while (tidySome({ events: 1, characters: 1 }));
    expect(found()).toMatchObject({ total: 202, pending: 0 });
    old.close();
    storage = localStorage(folder);
    const real = await realStorage(folder);
    expect(await real.search(queryOf("pigeon"), page)).toMatchObject({ ok: true, value: { total: 0 } });
    await real.close();
  });
});
