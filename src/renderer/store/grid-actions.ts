import type { Problem } from "../../contract/errors.ts";
import { filesInWords } from "../../contract/forecast.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Workstream } from "../../contract/states.ts";
import { isSteerable } from "./abilities.ts";
import { problemOfCall, type EngineClient } from "../client.ts";
import { densities, filters, type GridState } from "./grid-store.ts";
import type { Notice, Stores } from "./stores.ts";
import { newsOf } from "./unread.ts";

interface GridActionsDeps {
  readonly stores: Pick<Stores, "engine" | "grid" | "seen">;
  readonly client: () => EngineClient | undefined;
  readonly notify: (notice: Omit<Notice, "id">) => void;
  readonly refused: (
    about: string,
    call: (
      engine: EngineClient,
      extras: { readonly focusedMs: number; readonly commandKey: string },
    ) => Promise<unknown>,
  ) => Promise<Problem | undefined>;
}

/** What became of words for one of several. */
export type Outcome =
  | { readonly kind: "accepted"; readonly wordsId: string }
  | { readonly kind: "failed"; readonly problem: Problem };

/** How the grid is looked at, and what is said to several at once. */
export function createGridActions({ stores, client, notify, refused }: GridActionsDeps) {
  const { engine, grid, seen } = stores;

  /** Into the running turn where it takes words, else as the next one. */
  async function tell(workstream: Workstream, text: string): Promise<Outcome> {
    const { id } = workstream;
    const when = isSteerable(workstream, engine.getState().agents) ? "now" : "next";
    let wordsId = "";
    const problem = await refused(id, async (on, extras) => {
      ({ wordsId } = await on.workstream.steer({ workstreamId: id, text, when, ...extras }));
    });
    return problem === undefined ? { kind: "accepted", wordsId } : { kind: "failed", problem };
  }

  function choose(change: (chosen: Set<WorkstreamId>) => void): void {
    const chosen = new Set(grid.getState().chosen);
    change(chosen);
    grid.setState({ chosen });
  }

  return {
    tell,
    showGrid(change: Partial<Pick<GridState, "text" | "enlarged" | "filter">>): void {
      grid.setState(change);
    },
    cycleFilter(): void {
      const { filter } = grid.getState();
      grid.setState({ filter: filters[(filters.indexOf(filter) + 1) % filters.length] ?? "all" });
    },
    toggleTerminals(): void {
      grid.setState(({ shows }) => ({ shows: shows === "lines" ? "terminal" : "lines" }));
    },
    setDensity(by: 1 | -1): void {
      const { density } = grid.getState();
      grid.setState({ density: densities[densities.indexOf(density) + by] ?? density });
    },
    chooseToggle(id: WorkstreamId): void {
      choose((chosen) => void (chosen.delete(id) || chosen.add(id)));
    },
    chooseAlso(...ids: readonly WorkstreamId[]): void {
      choose((chosen) => ids.forEach((id) => chosen.add(id)));
    },
    chooseNone(): void {
      grid.setState({ chosen: new Set() });
    },
    markUnread(workstream: Workstream): void {
      const { id } = workstream;
      seen.setState((rows) => ({
        ...rows,
        [id]: { ...(rows[id] ?? newsOf(engine.getState().fleet, workstream)), marked: true },
      }));
    },
    /** Which files a workstream changed, without their text. */
    async loadFiles(id: WorkstreamId): Promise<void> {
      const on = client();
      if (on === undefined) return;
      try {
        const { files } = await on.workstream.diff({ workstreamId: id, patch: false });
        if (grid.getState().enlarged?.id === id) grid.setState({ files: { id, all: files }, filesProblem: undefined });
      } catch (thrown) {
        if (grid.getState().enlarged?.id === id) grid.setState({ filesProblem: problemOfCall(thrown) });
      }
    },
    /** Has the author bring its work to where it merges again. */
    async resolveConflict(workstream: Workstream): Promise<void> {
      const words = resolvingWords(workstream);
      if (words === undefined) return;
      const outcome = await tell(workstream, words);
      if (outcome.kind === "accepted") {
        return notify({ tone: "done", text: `Told ${workstream.name} to rebase onto ${workstream.place.base}.` });
      }
      const { message, next } = outcome.problem;
      notify({ tone: "failed", text: message, next });
    },
  };
}

/** What an author is told whose work no longer merges. */
export function resolvingWords({ forecast, place: { base } }: Workstream): string | undefined {
  if (forecast?.conflict === undefined) return undefined;
  const files = filesInWords(forecast.conflict);
  return `Your branch no longer merges into ${base}: it conflicts in ${files}. Rebase onto ${base} (git rebase ${base}), resolve these files so that what ${base} brought holds as well as your own change, run the checks again, and commit.`;
}
