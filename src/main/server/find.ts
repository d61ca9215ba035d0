import type { z } from "zod";
import { ok, type Result } from "../../contract/errors.ts";
import type { SearchAnswer, searchInputSchema } from "../../contract/search.ts";
import { parseSearch, type SearchQuery } from "../../contract/search-query.ts";
import type { FleetState, Project, Workstream } from "../../contract/states.ts";
import type { Storage } from "./parts.ts";

interface FindDeps {
  readonly storage: Pick<Storage, "search">;
  readonly state: FleetState;
  readonly clock: () => number;
}

/** More than this many workstreams of one name are not told apart by it. */
const mostNamed = 50;

/** Looks up what a search names, has it carried out, and says which workstreams the hits are in. */
export async function find(
  { storage, state, clock }: FindDeps,
  { text, ...page }: z.output<typeof searchInputSchema>,
): Promise<Result<SearchAnswer>> {
  const query = parseSearch(text, new Date(clock()));
  const named = lookUp(query, state);
  const { terms, since, before } = query;
  const { only, without } = named;
  const ignored = [...query.ignored, ...named.unknown].slice(0, 20);
  const isAll = terms.length === 0 && since === undefined && before === undefined && !hasAny(only) && !hasAny(without);
  if (isAll) return ok({ hits: [], workstreams: [], total: 0, more: false, partial: false, pending: 0, ignored });
  const inOne = only.workstreams?.length === 1;
  const found = await storage.search(
    { terms, only, without, ...(since === undefined ? {} : { since }), ...(before === undefined ? {} : { before }) },
    inOne ? { ...page, perWorkstream: Number.MAX_SAFE_INTEGER } : page,
  );
  if (!found.ok) return found;
  const { groups, hits, ...rest } = found.value;
  const workstreams = groups.flatMap(({ workstreamId, found: count }) => {
    const row = state.workstreams[workstreamId];
    if (row === undefined) return [];
    const { id, projectId, number, name, phase } = row;
    return [{ id, projectId, number, name, phase, found: count }];
  });
  // A damaged row is left out of the fleet, and so are its texts: nobody could go there.
  return ok({ ...rest, hits: hits.filter(({ workstreamId: id }) => id in state.workstreams), workstreams, ignored });
}

type Filter = Parameters<Storage["search"]>[0]["only"];

function hasAny({ kinds = [], from = [], workstreams = [], projects = [] }: Filter): boolean {
  return kinds.length + from.length + workstreams.length + projects.length > 0;
}

function lookUp({ in: workstreams, projects, kinds, from }: SearchQuery, state: FleetState) {
  const unknown: string[] = [];
  const ids = <T extends { readonly id: string }>(
    wanted: SearchQuery["in"],
    not: boolean,
    what: string,
    named: (value: string) => readonly T[],
  ): string[] =>
    wanted
      .filter((each) => each.not === not)
      .flatMap(({ value }) => {
        const found = named(value).slice(0, mostNamed);
        if (found.length === 0) unknown.push(`${what}:${value.slice(0, 80)}: there is none of that name`);
        return found.map(({ id }) => id);
      });
  const side = (not: boolean): Filter => ({
    kinds: kinds.filter((each) => each.not === not).map(({ value }) => value),
    from: from.filter((each) => each.not === not).map(({ value }) => value),
    workstreams: ids(workstreams, not, "in", (value) => workstreamsNamed(state, value)),
    projects: ids(projects, not, "project", (value) => projectsNamed(state, value)),
  });
  return { only: side(false), without: side(true), unknown };
}

/** By number, by exact name, else all whose name holds it. */
function workstreamsNamed({ workstreams }: FleetState, value: string): Workstream[] {
  const all = Object.values(workstreams);
  const number = /^#?(\d{1,9})$/u.exec(value)?.[1];
  if (number !== undefined) return all.filter((each) => each.number === Number(number));
  return byName(all, value);
}

function projectsNamed({ projects }: FleetState, value: string): Project[] {
  return byName(Object.values(projects), value);
}

function byName<T extends { readonly name: string }>(all: readonly T[], value: string): T[] {
  const wanted = value.toLowerCase();
  const exact = all.filter(({ name }) => name.toLowerCase() === wanted);
  return exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase().includes(wanted));
}
