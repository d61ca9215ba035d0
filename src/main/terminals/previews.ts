import type { TerminalRun } from "../../contract/terminals.ts";

/** What a preview is made of: a terminal, and whether anything was drawn since its rows were last asked for. */
export interface Previewed {
  readonly id: string;
  readonly workstreamId: string;
  /** Grows with everything that is drawn. */
  readonly drawn: number;
  rows(most: number): TerminalRun[][];
}

export interface PreviewRows {
  readonly workstreamId: string;
  readonly count: number;
  readonly changed: [row: number, runs: TerminalRun[]][];
}

/** Tells one who watches how the last rows of some workstreams' terminals have changed since they were told last. */
export function createPreviews(workstreamIds: readonly string[], most: number) {
  const wanted = new Set(workstreamIds);
  const known = new Map<string, { readonly id: string; readonly drawn: number; readonly rows: readonly string[] }>();

  return function changes(terminals: readonly Previewed[]): PreviewRows[] {
    const newest = new Map(terminals.map((terminal) => [terminal.workstreamId, terminal]));
    const gone = [...known.keys()].filter((workstreamId) => !newest.has(workstreamId));
    for (const workstreamId of gone) known.delete(workstreamId);
    const changed = [...newest.values()].flatMap((terminal): PreviewRows[] => {
      const { id, workstreamId, drawn } = terminal;
      const before = known.get(workstreamId);
      if (!wanted.has(workstreamId) || (before?.id === id && before.drawn === drawn)) return [];
      const rows = terminal.rows(most);
      const texts = rows.map((runs) => JSON.stringify(runs));
      known.set(workstreamId, { id, drawn, rows: texts });
      const different = rows.flatMap((runs, at): [number, TerminalRun[]][] =>
        before?.rows[at] === texts[at] ? [] : [[at, runs]],
      );
      if (different.length === 0 && before?.rows.length === rows.length) return [];
      return [{ workstreamId, count: rows.length, changed: different }];
    });
    return [...gone.map((workstreamId) => ({ workstreamId, count: 0, changed: [] })), ...changed];
  };
}
