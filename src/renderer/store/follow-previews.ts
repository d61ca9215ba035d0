import type { WorkstreamId } from "../../contract/ids.ts";
import type { TerminalPreview, TerminalRun } from "../../contract/terminals.ts";
import type { EngineClient } from "../client.ts";
import type { Store, TerminalsState } from "./stores.ts";

/** The last rows of a terminal, and when they changed last. */
export interface PreviewedRows {
  readonly rows: readonly (readonly TerminalRun[])[];
  readonly at: number;
}

/** As many rows as the largest tile has room for. */
const mostRows = 12;

/** Keeps the store at the last rows of the workstreams' terminals until the signal or the connection ends it. */
export async function followPreviews(
  client: EngineClient,
  workstreamIds: readonly WorkstreamId[],
  {
    store,
    now,
    signal,
  }: { readonly store: Store<TerminalsState>; readonly now: () => number; readonly signal: AbortSignal },
): Promise<void> {
  store.setState({ previews: {} });
  try {
    const wanted = { workstreamIds: workstreamIds.slice(0, 200), rows: mostRows };
    for await (const { previews } of await client.terminal.previews(wanted, { signal })) {
      store.setState((state) => ({ previews: withPreviews(state.previews, previews, now()) }));
    }
  } catch {
    // Tiles have their lines without it; the next connection brings the rows again.
  }
}

export function withPreviews(
  before: TerminalsState["previews"],
  news: readonly TerminalPreview[],
  at: number,
): TerminalsState["previews"] {
  const next: Record<WorkstreamId, PreviewedRows> = { ...before };
  for (const { workstreamId, count, changed } of news) {
    const rows = Array.from({ length: count }, (_, row) => before[workstreamId]?.rows[row] ?? []);
    for (const [row, runs] of changed) if (row < count) rows[row] = runs;
    if (count === 0) delete next[workstreamId];
    else next[workstreamId] = { rows, at };
  }
  return next;
}
