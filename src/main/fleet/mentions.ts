import { ok, type Result } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Mention } from "../../contract/mentions.ts";
import type { Workstream } from "../../contract/states.ts";
import { checkoutOf } from "./checkout.ts";
import type { Deck } from "./crew.ts";
import { fit } from "./fuzzy.ts";

/** For how long a listing serves the keys that are typed after it, in milliseconds. */
const freshMs = 4_000;
const mostKept = 8;

interface Listing {
  readonly at: number;
  readonly paths: readonly string[];
  readonly changed: ReadonlySet<string>;
  readonly truncated: boolean;
}

type Found = Result<{ readonly found: Mention[]; readonly partial: boolean }>;

/** Files of a worktree, and what is defined in it, for words that mention them. What this workstream changed comes first. */
export function createMentions(deck: Pick<Deck, "git" | "clock" | "row">) {
  const listings = new Map<WorkstreamId, Promise<Result<Listing>>>();
  const made = new Map<WorkstreamId, number>();

  async function list(row: Workstream): Promise<Result<Listing>> {
    const at = checkoutOf(row);
    if (!at.ok) return at;
    const base = row.place.commit ?? row.place.base;
    const [files, diff] = await Promise.all([
      deck.git.listFiles(at.value),
      deck.git.diff(at.value, { base, maxPatchBytes: 0 }),
    ]);
    if (!files.ok) return files;
    const changed = diff.ok ? diff.value.files.filter(({ change }) => change !== "deleted") : [];
    return ok({
      at: deck.clock.awake(),
      paths: files.value.paths,
      changed: new Set(changed.map(({ path }) => path)),
      truncated: files.value.truncated,
    });
  }

  function listing(row: Workstream): Promise<Result<Listing>> {
    const now = deck.clock.awake();
    const known = listings.get(row.id);
    if (known !== undefined && now - (made.get(row.id) ?? 0) < freshMs) return known;
    const listed = list(row);
    listings.delete(row.id);
    listings.set(row.id, listed);
    made.set(row.id, now);
    for (const [oldest] of listings) {
      if (listings.size <= mostKept) break;
      listings.delete(oldest);
      made.delete(oldest);
    }
    return listed;
  }

  return {
    async files(row: Workstream, text: string, limit: number): Promise<Found> {
      const listed = await listing(row);
      if (!listed.ok) return listed;
      const { paths, changed, truncated } = listed.value;
      const scored = paths.flatMap((path) => {
        const score = fit(text, path);
        const isChanged = changed.has(path);
        return score === undefined ? [] : [{ path, isChanged, score: score + (isChanged ? 1_000 : 0) }];
      });
      const best = scored.toSorted(
        (a, b) => b.score - a.score || a.path.length - b.path.length || compare(a.path, b.path),
      );
      return ok({
        found: best.slice(0, limit).map(({ path, isChanged }) => ({ path, changed: isChanged })),
        partial: truncated,
      });
    },
    async symbols(row: Workstream, text: string, limit: number): Promise<Found> {
      const at = checkoutOf(row);
      if (!at.ok) return at;
      const [told, listed] = await Promise.all([deck.git.findDefinitions(at.value, text), listing(row)]);
      if (!told.ok) return told;
      const changed = listed.ok ? listed.value.changed : new Set();
      const scored = told.value.found.map((one) => ({
        ...one,
        changed: changed.has(one.path),
        score: closeness(text, one.name),
      }));
      const best = scored.toSorted(
        (a, b) =>
          b.score - a.score ||
          Number(b.changed) - Number(a.changed) ||
          a.name.length - b.name.length ||
          compare(a.path, b.path),
      );
      return ok({
        found: best
          .slice(0, limit)
          .map(({ name, path, line, changed: isChanged }) => ({ name, path, line, changed: isChanged })),
        partial: told.value.truncated,
      });
    },
  };
}

/** The name itself, then in its own letters, then beginnings, then anything that has it. */
function closeness(text: string, name: string): number {
  if (name === text) return 4;
  if (name.toLowerCase() === text.toLowerCase()) return 3;
  return name.startsWith(text) ? 2 : name.toLowerCase().startsWith(text.toLowerCase()) ? 1 : 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
