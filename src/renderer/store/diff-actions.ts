import type { BranchCommit, DiffWanted, FilePatch } from "../../contract/diffs.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { problemOfCall, type EngineClient } from "../client.ts";
import { inPlaceOf, isSameDiff, withFrame, type DiffRead, type DiffState } from "./diff-state.ts";
import type { Notice, Stores } from "./stores.ts";

export interface DiffActionsDeps {
  readonly stores: Pick<Stores, "detail">;
  readonly client: () => EngineClient | undefined;
  readonly notify: (notice: Omit<Notice, "id">) => void;
}

/** How many lines are asked for above and below what is shown. */
const step = 20;

export function createDiffActions({ stores: { detail }, client, notify }: DiffActionsDeps) {
  const readings = new Map<WorkstreamId, AbortController>();
  const stateOf = (id: WorkstreamId): DiffState => detail.getState().diffs[id] ?? { busy: false, folds: {} };

  function set(id: WorkstreamId, change: Partial<DiffState>): void {
    detail.setState(({ diffs }) => ({ diffs: { ...diffs, [id]: { ...stateOf(id), ...change } } }));
  }

  function change(id: WorkstreamId, alter: (read: DiffRead) => Partial<DiffRead>): void {
    const { read } = stateOf(id);
    if (read !== undefined) set(id, { read: { ...read, ...alter(read) } });
  }

  function tellFailure(thrown: unknown): void {
    const { message, next } = problemOfCall(thrown);
    notify({ tone: "failed", text: message, next });
  }

  /** Reads it; what is shown of the same diff already stays until all of the newer has come. */
  async function readDiff(id: WorkstreamId, wanted: DiffWanted): Promise<void> {
    const engine = client();
    if (engine === undefined) return;
    readings.get(id)?.abort();
    const reading = new AbortController();
    readings.set(id, reading);
    const { read: shown } = stateOf(id);
    const refreshes = shown?.whole === true && isSameWanted(shown.wanted, wanted);
    let read: DiffRead | undefined;
    set(id, { busy: true });
    try {
      for await (const frame of await engine.workstream.changes(
        { workstreamId: id, ...wanted },
        { signal: reading.signal },
      )) {
        if (readings.get(id) !== reading) return;
        read = withFrame(read, frame, wanted);
        if (!refreshes && read !== undefined) set(id, { read, newer: undefined, problem: undefined });
      }
      if (refreshes && read !== undefined) {
        const now = stateOf(id).read;
        const newer = inPlaceOf(read, now);
        const same = now !== undefined && isSameDiff(now, newer);
        set(id, same ? { read: newer, newer: undefined, problem: undefined } : { newer, problem: undefined });
      }
    } catch (thrown) {
      if (readings.get(id) === reading) set(id, { problem: problemOfCall(thrown) });
    } finally {
      if (readings.get(id) === reading) {
        readings.delete(id);
        set(id, { busy: false });
      }
    }
  }

  return {
    readDiff,
    stopReadingDiff(id: WorkstreamId): void {
      readings.get(id)?.abort();
      readings.delete(id);
      if (stateOf(id).busy) set(id, { busy: false });
    },

    /** Shows the newer diff in the place of the one that was read before. */
    showNewerDiff(id: WorkstreamId): void {
      const { read, newer } = stateOf(id);
      if (newer !== undefined) set(id, { read: inPlaceOf(newer, read), newer: undefined });
    },

    /** Has a file folded by what it is, and no longer by what the reader did. */
    unfoldByItself(id: WorkstreamId, path: string): void {
      const { [path]: _turned, ...folds } = stateOf(id).folds;
      set(id, { folds });
    },

    /** Folds or unfolds a file; the lines of one that came without them are fetched. */
    async foldFile(id: WorkstreamId, path: string, folded: boolean): Promise<void> {
      const { read, folds } = stateOf(id);
      set(id, { folds: { ...folds, [path]: folded } });
      const patch = read?.patches.get(path);
      const engine = client();
      if (folded || read === undefined || engine === undefined) return;
      if (patch !== undefined && patch.folded === undefined) return;
      const file = read.files.find((one) => one.path === path);
      try {
        const told: FilePatch = await engine.workstream.filePatch({
          workstreamId: id,
          path,
          previousPath: file?.previousPath,
          ...read.wanted,
        });
        // The engine folds by whole diffs; its identity is the same when nothing changed since.
        change(id, ({ patches }) => ({ patches: new Map([...patches, [path, told]]) }));
      } catch (thrown) {
        tellFailure(thrown);
        set(id, { folds: { ...stateOf(id).folds, [path]: true } });
      }
    },

    /** Fetches the lines around a hunk that are the same on both sides. `from` and `to` are what is free on the old side. */
    async showBetween(
      id: WorkstreamId,
      path: string,
      gaps: readonly { readonly from: number; readonly to: number; readonly near: "start" | "end" }[],
    ): Promise<void> {
      const { read } = stateOf(id);
      const engine = client();
      const file = read?.files.find((one) => one.path === path);
      if (read === undefined || engine === undefined || file === undefined) return;
      try {
        const told = await Promise.all(
          gaps.map(async ({ from, to, near }) => {
            const first = near === "start" ? from : Math.max(from, to - step + 1);
            const count = Math.min(step, to - first + 1);
            const asked = { workstreamId: id, base: read.base, path: file.previousPath ?? path, from: first, count };
            const { lines } = await engine.workstream.fileLines(asked);
            return lines.map((line, at) => [first + at, line] as const);
          }),
        );
        change(id, ({ between }) => ({
          between: new Map([...between, [path, new Map([...(between.get(path) ?? []), ...told.flat()])]]),
        }));
      } catch (thrown) {
        tellFailure(thrown);
      }
    },

    /** The commits a diff can be taken against. */
    async listCommits(id: WorkstreamId): Promise<readonly BranchCommit[]> {
      const told = await client()?.workstream.commits({ workstreamId: id });
      return told?.commits ?? [];
    },

    /** A picture as a `data:` address, or why it is not shown. */
    async readPicture(
      id: WorkstreamId,
      path: string,
      side: "old" | "new",
    ): Promise<{ readonly url: string } | { readonly why: string }> {
      const { read } = stateOf(id);
      const engine = client();
      if (read === undefined || engine === undefined) return { why: "Not connected." };
      try {
        const { type, base64 } = await engine.workstream.picture({ workstreamId: id, path, side, ...read.wanted });
        return { url: `data:${type};base64,${base64}` };
      } catch (thrown) {
        return { why: problemOfCall(thrown).message };
      }
    },
  };
}

function isSameWanted(one: DiffWanted, other: DiffWanted): boolean {
  return one.since === other.since && one.whitespace === other.whitespace;
}
