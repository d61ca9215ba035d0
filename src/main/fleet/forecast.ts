import { forecastFiles, mostForecastSiblings, type Forecast, type Overlap } from "../../contract/forecast.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Phase, Project, Workstream } from "../../contract/states.ts";
import type { Checkout } from "../git/run.ts";
import type { Deck } from "./crew.ts";

/** How often it is looked whether something moved, in milliseconds. */
const lookEvery = 2_000;
/** Answers kept: of a hundred pairs of each of a few hours; and of lists of paths, which may be long, of a fleet or two. */
const mostKept = 2_000;
const mostLists = 60;

/** Phases whose work is over or going: it conflicts with nobody any more. */
const over: ReadonlySet<Phase> = new Set(["archived", "landed", "deleting"]);

/** What was committed by a workstream, as far as it is known. */
interface Work {
  readonly row: Workstream;
  readonly head: string;
  /** What its base branch stands at. */
  readonly base: string;
}

/** What forecasting works with. */
export interface ForecastDeck extends Pick<Deck, "state" | "row" | "tell" | "closing" | "follow" | "crew"> {
  readonly clock: Pick<Deck["clock"], "now" | "awake">;
  readonly git: Pick<Deck["git"], "changedPaths" | "conflictsBetween" | "mergeBase">;
  readonly worktrees: Pick<Deck["worktrees"], "baseCommit">;
}

export interface Forecasts {
  /** To be called every second or so. Answers at once; what has moved is tried in the background, one merge at a time. */
  look(): void;
}

/**
 * Says which committed work no longer merges into its base as that now stands, and which live workstreams get in each other's
 * way. Work that is not committed is not looked at. Attempts at one ticket are left out against each other: one is kept.
 */
export function createForecasts(deck: ForecastDeck): Forecasts {
  const changed = createMemory<ReadonlySet<string>>(mostLists);
  const conflicts = createMemory<readonly string[]>(mostKept);
  const parted = createMemory<string>(mostKept);
  /** What each forecast rests on. */
  const rested = new Map<WorkstreamId, string>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking = false;

  async function lookAll(): Promise<void> {
    const works = await worksOf(deck);
    for (const id of rested.keys()) if (!works.some(({ row }) => row.id === id)) rested.delete(id);
    for (const row of Object.values(deck.state().workstreams)) {
      if (works.some((work) => work.row.id === row.id)) continue;
      if (row.forecast !== undefined) await deck.tell([{ type: "forecast.made", workstreamId: row.id }]);
    }
    for (const work of works) {
      if (deck.closing()) return;
      const siblings = works.filter((other) => isSibling(work.row, other.row));
      const basis = [work.head, work.base, ...siblings.map(({ row, head }) => `${row.id} ${head}`)].join("\n");
      if (rested.get(work.row.id) === basis) continue;
      rested.set(work.row.id, basis);
      await followBase(work);
      await tellOf(work, siblings);
    }
  }

  /**
   * An author that rebased, or merged its base, has what its base brought in its branch: none of that is its own change. Where a
   * worktree made by hand stood says more than where it parted from the base.
   */
  async function followBase({ row, base, head }: Work): Promise<void> {
    const { commit, adopted } = row.place;
    const at = checkout(deck, row);
    if (at === undefined || commit === undefined || adopted !== undefined || base === commit) return;
    const since = await partedAt(at, base, head);
    if (since === undefined || since === commit || since === head) return;
    // A base that was wound back is nobody's beginning.
    if ((await partedAt(at, commit, since)) !== commit || deck.row(row.id)?.place.commit !== commit) return;
    await deck.tell([{ type: "workstream.rebased", workstreamId: row.id, commit: since }]);
    deck.crew(row.id).measureDue = true;
  }

  async function tellOf(work: Work, siblings: readonly Work[]): Promise<void> {
    const forecast = await forecastOf(work, siblings);
    const row = deck.row(work.row.id);
    // While it was tried the work went on, or was put away: the next look has more to say.
    if (row?.diff?.head !== work.head || over.has(row.phase) || deck.closing()) return;
    if (forecast === undefined || !isSame(forecast, row.forecast)) {
      const told = forecast === undefined ? {} : { forecast };
      if (forecast !== undefined || row.forecast !== undefined)
        await deck.tell([{ type: "forecast.made", workstreamId: row.id, ...told }]);
    }
  }

  async function forecastOf(work: Work, siblings: readonly Work[]): Promise<Forecast | undefined> {
    const at = checkout(deck, work.row);
    const own = at && (await changesOf(at, work));
    if (at === undefined || own === undefined) return undefined;
    const against = own.size === 0 ? [] : await conflictsOf(at, work.base, work.head);
    if (against === undefined) return undefined;
    const overlaps: Overlap[] = [];
    for (const sibling of siblings) {
      const overlap = own.size === 0 ? undefined : await overlapOf(at, work, own, sibling);
      if (overlap !== undefined) overlaps.push(overlap);
    }
    const shown = overlaps.toSorted((a, b) => Number(b.conflicts) - Number(a.conflicts));
    const more = shown.length - mostForecastSiblings;
    return {
      head: work.head,
      base: work.base,
      ...(against.length === 0 ? {} : { conflict: forecastFiles(against) }),
      overlaps: shown.slice(0, mostForecastSiblings),
      ...(more > 0 ? { moreOverlaps: more } : {}),
      at: deck.clock.now(),
    };
  }

  async function overlapOf(
    at: Checkout,
    work: Work,
    own: ReadonlySet<string>,
    sibling: Work,
  ): Promise<Overlap | undefined> {
    const theirs = await changesOf(at, sibling);
    const shared = [...(theirs ?? [])].filter((path) => own.has(path));
    if (shared.length === 0) return undefined;
    const [one, other] = [work.head, sibling.head].sort();
    const found = await conflictsOf(at, one ?? work.head, other ?? sibling.head);
    const between = (found ?? []).filter((path) => own.has(path) || theirs?.has(path) === true);
    return {
      workstreamId: sibling.row.id,
      conflicts: between.length > 0,
      ...forecastFiles(between.length > 0 ? between : shared),
    };
  }

  function changesOf(at: Checkout, { base, head }: Work): Promise<ReadonlySet<string> | undefined> {
    return changed(`${base} ${head}`, async () => {
      const told = await deck.git.changedPaths(at, { base, head });
      return told.ok ? new Set(told.value.map(({ path }) => path)) : undefined;
    });
  }

  function partedAt(at: Checkout, one: string, other: string): Promise<string | undefined> {
    return parted(`${one} ${other}`, async () => {
      const told = await deck.git.mergeBase(at, one, other);
      return told.ok ? told.value : undefined;
    });
  }

  function conflictsOf(at: Checkout, ours: string, theirs: string): Promise<readonly string[] | undefined> {
    return conflicts(`${ours} ${theirs}`, async () => {
      const told = await deck.git.conflictsBetween(at, { ours, theirs });
      return told.ok ? told.value.map(({ path }) => path) : undefined;
    });
  }

  return {
    look() {
      const now = deck.clock.awake();
      if (looking || deck.closing() || now - lookedAt < lookEvery) return;
      lookedAt = now;
      looking = true;
      deck.follow(
        lookAll().finally(() => {
          looking = false;
        }),
      );
    },
  };
}

/** Whoever has committed something and may still land it. */
async function worksOf(deck: ForecastDeck): Promise<Work[]> {
  const works: Work[] = [];
  const bases = new Map<string, Promise<string | undefined>>();
  for (const row of Object.values(deck.state().workstreams)) {
    const project = deck.state().projects[row.projectId];
    const { diff } = row;
    if (project === undefined || diff === undefined || diff.commits === 0 || over.has(row.phase)) continue;
    const key = `${project.id} ${row.place.base}`;
    const told = bases.get(key) ?? deck.worktrees.baseCommit(sharedBy(project), row.place.base);
    bases.set(key, told);
    const base = await told;
    if (base !== undefined) works.push({ row, head: diff.head, base });
  }
  return works;
}

function sharedBy({ id, root, gitDir }: Project): Parameters<ForecastDeck["worktrees"]["baseCommit"]>[0] {
  return { id, root, gitDir, commonDir: gitDir, bare: false };
}

/** The main checkout: what an author wrote beside its commits has no say. */
function checkout(deck: ForecastDeck, { projectId }: Workstream): Checkout | undefined {
  const project = deck.state().projects[projectId];
  return project === undefined ? undefined : { path: project.root, gitDir: project.gitDir };
}

function isSibling(one: Workstream, other: Workstream): boolean {
  return one.id !== other.id && one.projectId === other.projectId && one.ticket.key !== other.ticket.key;
}

function isSame(one: Forecast, other: Forecast | undefined): boolean {
  return other !== undefined && JSON.stringify({ ...one, at: 0 }) === JSON.stringify({ ...other, at: 0 });
}

/** Answers a question once; the oldest answers are forgotten. What could not be answered is asked again with the next basis. */
function createMemory<T>(most: number): (key: string, ask: () => Promise<T | undefined>) => Promise<T | undefined> {
  const kept = new Map<string, T>();
  return async (key, ask) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const answer = await ask();
    if (answer === undefined) return undefined;
    kept.set(key, answer);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return answer;
  };
}
