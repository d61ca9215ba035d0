import type { SearchAnswer, SearchHit } from "../../src/contract/search.ts";
import { parseSearch } from "../../src/contract/search-query.ts";
import type { createFakeFleet } from "./fake-fleet.ts";

/**
 * Finds texts of the fake fleet that hold all the words of a search. It knows of filters only `in` with a number: what the
 * engine makes of a query is tested with the engine.
 */
export function findAnywhere(
  fleet: Pick<ReturnType<typeof createFakeFleet>, "state" | "detailOf">,
  { text, limit, offset, perWorkstream }: { text: string; limit: number; offset: number; perWorkstream: number },
): SearchAnswer {
  const query = parseSearch(text, new Date());
  const words = query.terms.map((term) => term.text.toLowerCase());
  const numbers = query.in.map(({ value }) => Number(value.replace("#", "")));
  const fits = (one: string): boolean => words.length > 0 && words.every((word) => one.toLowerCase().includes(word));
  const groups = Object.values(fleet.state().workstreams)
    .filter(({ number }) => numbers.length === 0 || numbers.includes(number))
    .map((row) => {
      const { items, ticket } = fleet.detailOf(row.id);
      const inTicket = fits(ticket.body)
        ? [
            hitOf(
              { workstreamId: row.id, kind: "ticket", from: "human", at: row.createdAt, ordinal: 0 },
              ticket.body,
              words,
            ),
          ]
        : [];
      const inItems = items.flatMap((item): SearchHit[] => {
        const { body } = item;
        const said = body.kind === "command" ? `${body.command}\n${body.output}` : "text" in body ? body.text : "";
        if (!fits(said)) return [];
        const from: SearchHit["from"] = body.kind === "words" ? body.from : "agent";
        const place = {
          workstreamId: row.id,
          kind: body.kind,
          from,
          at: item.at,
          itemId: item.id,
          ordinal: item.ordinal,
        };
        return [hitOf(place, said, words)];
      });
      return { row, hits: [...inTicket, ...inItems] };
    })
    .filter(({ hits }) => hits.length > 0);
  const told = groups.flatMap(({ hits }) => hits.slice(0, numbers.length === 1 ? 100 : perWorkstream));
  const hits = told.slice(offset, offset + limit);
  return {
    hits,
    workstreams: groups
      .filter(({ row }) => hits.some(({ workstreamId }) => workstreamId === row.id))
      .map(({ row: { id, projectId, number, name, phase }, hits: { length: found } }) => ({
        id,
        projectId,
        number,
        name: name.slice(0, 100),
        phase,
        found,
      })),
    total: groups.reduce((sum, group) => sum + group.hits.length, 0),
    more: told.length > offset + limit,
    partial: false,
    pending: 0,
    ignored: [...query.ignored],
  };
}

function hitOf(place: Omit<SearchHit, "excerpt" | "marks">, text: string, words: readonly string[]): SearchHit {
  const line = text.replaceAll(/\s+/g, " ");
  const first = Math.max(0, line.toLowerCase().indexOf(words[0] ?? "") - 40);
  const excerpt = line.slice(first, first + 200);
  const marks = words.flatMap((word): [number, number][] => {
    const at = excerpt.toLowerCase().indexOf(word);
    return at === -1 ? [] : [[at, at + word.length]];
  });
  return { ...place, excerpt, marks: marks.toSorted((a, b) => a[0] - b[0]) };
}
