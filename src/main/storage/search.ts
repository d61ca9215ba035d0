import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Item } from "../../contract/items.ts";
import type { SearchHit, SearchKind } from "../../contract/search.ts";
import { createDocuments } from "./documents.ts";
import { excerptOf } from "./excerpt.ts";
import { matchOf, newestMatch } from "./search-match.ts";
import { kindOf, senderOf, textOfItem } from "./search-text.ts";
import type { SearchIndex } from "./search-index.ts";
import type { SearchFound, SearchPage, TextQuery } from "./storage.ts";
import { readItem } from "./transcript.ts";

/** Ranking looks at this many of the newest matches of each table, which bounds the time of a search for a common word. */
const mostMatches = 2_000;
/** And no longer than this, in milliseconds: commits wait meanwhile. */
const longest = 150;
/** How long what was just written may take to be indexed before a search. */
const longestFollowing = 100;

const candidateSchema = z.object({ n: z.number(), workstream: z.string(), at: z.number(), score: z.number() });
type Candidate = z.infer<typeof candidateSchema> & { readonly table: "items" | "documents" };
const numberSchema = z.object({ n: z.number() });
const storedSchema = z.object({ v: z.number().int(), data: z.string() });

interface Wanted {
  readonly kind: SearchKind;
  readonly words: readonly string[];
}

export interface Search {
  readonly find: (query: TextQuery, page: SearchPage) => SearchFound;
  /** The newest items of a kind in a workstream, those with any of the words where there are some. */
  readonly newest: (workstreamId: string, wanted: Wanted, limit: number) => Item[];
}

/** Looks through all texts: the newest that match, ranked, and grouped by workstream. */
export function createSearch(
  db: DatabaseSync,
  index: SearchIndex,
  now: () => number = () => performance.now(),
): Search {
  const documents = createDocuments(db);
  const readStored = db.prepare("SELECT v, data FROM items WHERE n = ?");
  // CROSS: from the words to the rows, never the other way.
  const matching = (words: string, rows: string) =>
    db.prepare(
      `SELECT r.n, r.workstream_id AS workstream, r.at, bm25(${words}, 1.0, 0.0) AS score
       FROM ${words} CROSS JOIN ${rows} r ON r.n = ${words}.rowid
       WHERE ${words} MATCH ? AND r.at >= ? AND r.at < ?
       ORDER BY ${words}.rowid DESC`,
    );
  const tables = [
    { table: "items", matches: matching("transcript", "items") },
    { table: "documents", matches: matching("documents_words", "documents") },
  ] as const;

  function candidates(query: TextQuery): { readonly all: Candidate[]; readonly partial: boolean } {
    const match = matchOf(query);
    const end = now() + longest;
    let partial = false;
    const all = tables.flatMap(({ table, matches }) => {
      const found: Candidate[] = [];
      for (const row of matches.iterate(match, query.since ?? 0, query.before ?? Number.MAX_SAFE_INTEGER)) {
        if (found.length === mostMatches || now() > end) {
          partial = true;
          break;
        }
        found.push({ ...candidateSchema.parse(row), table });
      }
      return found;
    });
    return { all, partial };
  }

  function hitOf({ table, n, at }: Candidate, query: TextQuery): SearchHit | undefined {
    if (table === "documents") {
      const row = documents.read(n);
      if (row === undefined) return undefined;
      const { workstream_id: workstreamId, kind, sender: from, ordinal, text } = row;
      return { workstreamId, kind, from, at, ordinal, ...excerptOf(text, query.terms) };
    }
    const item = itemAt(n);
    if (item === undefined) return undefined;
    const { workstreamId, id: itemId, ordinal } = item;
    const told = { workstreamId, kind: kindOf(item), from: senderOf(item), at, itemId, ordinal };
    return { ...told, ...excerptOf(textOfItem(item), query.terms) };
  }

  const newestOf = db.prepare("SELECT rowid AS n FROM transcript WHERE transcript MATCH ? ORDER BY rowid DESC LIMIT ?");

  function newest(workstreamId: string, wanted: Wanted, limit: number): Item[] {
    const end = now() + longestFollowing;
    while (now() < end && index.followSome());
    const match = newestMatch(workstreamId, wanted.kind, wanted.words);
    return newestOf.all(match, limit).flatMap((row) => itemAt(numberSchema.parse(row).n) ?? []);
  }

  function itemAt(n: number): Item | undefined {
    const stored = storedSchema.optional().parse(readStored.get(n));
    return stored === undefined ? undefined : readItem(stored.v, stored.data);
  }

  function find(query: TextQuery, { order, perWorkstream, limit, offset }: SearchPage): SearchFound {
    const end = now() + longestFollowing;
    while (now() < end && index.followSome());
    const { all, partial } = candidates(query);
    const byTime = (a: Candidate, b: Candidate): number => b.at - a.at;
    const ordered = all.toSorted(order === "newest" ? byTime : (a, b) => a.score - b.score || byTime(a, b));
    const groups = Map.groupBy(ordered, ({ workstream }) => workstream);
    const told = [...groups.values()].flatMap((group) => group.slice(0, perWorkstream));
    const page = told.slice(offset, offset + limit);
    return {
      hits: page.flatMap((candidate) => hitOf(candidate, query) ?? []),
      groups: [...new Set(page.map(({ workstream }) => workstream))].map((workstreamId) => ({
        workstreamId,
        found: groups.get(workstreamId)?.length ?? 0,
      })),
      total: all.length,
      more: told.length > offset + limit,
      partial,
      pending: index.pending(),
    };
  }

  return { find, newest };
}
