import type { SearchKind } from "../../contract/search.ts";
import type { SearchTerm } from "../../contract/search-query.ts";
import { facetWord, spaced } from "./search-text.ts";
import type { SearchFilter, TextQuery } from "./storage.ts";

/** A query in the syntax of FTS5, in which nothing that a human typed is syntax: all of it stands in quotes. */
export function matchOf({ terms, only, without }: TextQuery): string {
  const wanted = [
    ...filterWords(only).map((words) => `facets : (${words.map(quoted).join(" OR ")})`),
    ...terms.filter(({ not }) => !not).map((term) => `text : ${termOf(term)}`),
  ];
  const unwanted = [
    ...filterWords(without).map((words) => `facets : (${words.map(quoted).join(" OR ")})`),
    ...terms.filter(({ not }) => not).map((term) => `text : ${termOf(term)}`),
  ];
  // What must not be there can only be taken away from something.
  const base = wanted.length === 0 ? `facets : ${quoted(facetWord.all)}` : wanted.join(" AND ");
  return unwanted.length === 0 ? base : `(${base}) NOT (${unwanted.join(" OR ")})`;
}

/** One kind of one workstream, with any of the words. */
export function newestMatch(workstreamId: string, kind: SearchKind, words: readonly string[]): string {
  const facets = `facets : (${quoted(facetWord.id(workstreamId))} AND ${quoted(facetWord.kind(kind))})`;
  return words.length === 0 ? facets : `${facets} AND text : (${words.map(quoted).join(" OR ")})`;
}

/** The words of each kind of filter; any of them will do. */
function filterWords({ kinds = [], from = [], workstreams = [], projects = [] }: SearchFilter): string[][] {
  return [
    kinds.map(facetWord.kind),
    from.map(facetWord.from),
    workstreams.map(facetWord.id),
    projects.map(facetWord.id),
  ].filter((words) => words.length > 0);
}

function termOf({ text, prefix }: SearchTerm): string {
  return `${quoted(spaced(text))}${prefix ? " *" : ""}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
