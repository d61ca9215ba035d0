import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { assertNever } from "../../contract/errors.ts";
import type { Item } from "../../contract/items.ts";
import type { SearchHit } from "./storage.ts";
import { readItem } from "./transcript.ts";

/** Items indexed in one go: a few milliseconds' work, so that a commit never waits long behind it. */
const sliceOfItems = 64;
/** Ranking looks at this many of the newest matches, which bounds the time of a search for a common word. */
const rankedMatches = 2_000;
const longestTerm = 64;
const mostTerms = 12;
const excerptLength = 160;

/** Full text over all items. The index follows the outbox at a distance and catches up before it is asked. */
export interface Search {
  /** Indexes a slice of what was written since; whether there is more. */
  indexSome(): boolean;
  /** How far the index has come, as a sequence number. */
  indexedTo(): number;
  readonly find: (text: string, limit: number) => SearchHit[];
}

const markSchema = z.object({ seq: z.number().int() });
const pendingSchema = z.object({
  seq: z.number().int(),
  item: z.number().int().nullable(),
  v: z.number().int().nullable(),
  data: z.string().nullable(),
});
const foundSchema = z.object({ v: z.number().int(), data: z.string() });

export function createSearch(db: DatabaseSync): Search {
  const mark = db.prepare("SELECT seq FROM marks WHERE name = 'indexed'");
  const setMark = db.prepare(
    "INSERT INTO marks (name, seq) VALUES ('indexed', ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
  );
  const pending = db.prepare(
    `SELECT o.seq, o.item, i.v, i.data FROM outbox o LEFT JOIN items i ON i.n = o.item
     WHERE o.seq > ? ORDER BY o.seq LIMIT ${sliceOfItems}`,
  );
  const write = db.prepare("INSERT OR REPLACE INTO transcript (rowid, text) VALUES (?, ?)");
  const matches = db.prepare(
    `SELECT i.v, i.data FROM (
       SELECT rowid AS n, bm25(transcript) AS score FROM transcript WHERE transcript MATCH ?
       ORDER BY rowid DESC LIMIT ${rankedMatches}
     ) AS newest JOIN items i ON i.n = newest.n ORDER BY newest.score LIMIT ?`,
  );

  const indexedTo = () => markSchema.optional().parse(mark.get())?.seq ?? 0;

  function indexSome(): boolean {
    const events = z.array(pendingSchema).parse(pending.all(indexedTo()));
    const newest = events.at(-1);
    if (newest === undefined) return false;
    db.exec("BEGIN IMMEDIATE");
    const texts = new Map(events.flatMap(({ item, v, data }) => (item === null ? [] : [[item, indexable(v, data)]])));
    for (const [item, text] of texts) write.run(item, text);
    setMark.run(newest.seq);
    db.exec("COMMIT");
    return events.length === sliceOfItems;
  }

  function find(text: string, limit: number): SearchHit[] {
    const terms = termsOf(text);
    if (terms.length === 0) return [];
    while (indexSome());
    return z
      .array(foundSchema)
      .parse(matches.all(matchOf(terms), limit))
      .flatMap(({ v, data }) => {
        const item = readItem(v, data);
        return item === undefined ? [] : [hitOf(item, terms)];
      });
  }

  return { indexSome, indexedTo, find };
}

/** What a damaged item says is not known, and it must not stop those after it. */
function indexable(v: number | null, data: string | null): string {
  const item = readItem(v ?? 0, data ?? "null");
  return item === undefined ? "" : textOf(item);
}

function hitOf(item: Item, terms: readonly string[]): SearchHit {
  const { workstreamId, id: itemId, ordinal, at } = item;
  return { workstreamId, itemId, ordinal, at, excerpt: excerptOf(textOf(item), terms) };
}

function textOf({ body }: Item): string {
  switch (body.kind) {
    case "words":
    case "message":
    case "reasoning":
    case "notice":
      return body.text;
    case "command":
      return `${body.command}\n${body.output}`;
    case "edit":
      return body.files.map((file) => file.path).join("\n");
    case "tool":
      return `${body.tool}\n${body.arguments}\n${body.result}`;
    default:
      return assertNever(body);
  }
}

/** What lies between spaces; FTS5 itself finds the words in it, or none and then leaves it out. */
function termsOf(text: string): string[] {
  return text
    .split(/[\s\p{Cc}]+/u)
    .filter((term) => term !== "")
    .map((term) => term.slice(0, longestTerm))
    .slice(0, mostTerms);
}

/**
 * Every term as a quoted FTS5 string, so that nothing in it is syntax; all must be there. Longer ones also match the
 * beginning of a word; the beginnings of a single letter would be half of all words.
 */
function matchOf(terms: readonly string[]): string {
  return terms.map((term) => `"${term.replaceAll('"', '""')}"${term.length > 1 ? "*" : ""}`).join(" ");
}

/** The surroundings of the first term that is found as it was written; else the beginning. On one line. */
function excerptOf(text: string, terms: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term.toLowerCase())).filter((place) => place >= 0);
  const start = places.length === 0 ? 0 : Math.max(0, Math.min(...places) - excerptLength / 4);
  const cut = text
    .slice(start, start + excerptLength)
    .replaceAll(/\s+/gu, " ")
    .trim();
  return `${start > 0 ? "…" : ""}${cut}${start + excerptLength < text.length ? "…" : ""}`;
}
