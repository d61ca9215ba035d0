import type { Problem } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Workstream } from "../../contract/states.ts";
import { problemOfCall, type EngineClient } from "../client.ts";
import type { CompareState } from "./compare-store.ts";
import { withFrame, type DiffRead } from "./diff-state.ts";
import type { Notice, Stores } from "./stores.ts";
import type { Undo } from "./undo.ts";

export interface CompareActionsDeps {
  readonly stores: Pick<Stores, "compare" | "engine">;
  readonly client: () => EngineClient | undefined;
  readonly undo: Undo;
  readonly notify: (notice: Omit<Notice, "id">) => void;
  readonly command: <T>(
    about: string,
    call: (engine: EngineClient, extras: { readonly focusedMs: number; readonly commandKey: string }) => Promise<T>,
  ) => Promise<T | undefined>;
  readonly refused: (
    about: string,
    call: (
      engine: EngineClient,
      extras: { readonly focusedMs: number; readonly commandKey: string },
    ) => Promise<unknown>,
  ) => Promise<Problem | undefined>;
}

const whole = { since: "base", whitespace: true } as const;

/** Attempts at one ticket: reading them, what differs between two, and the choice. */
export function createCompareActions({ stores, client, undo, notify, command, refused }: CompareActionsDeps) {
  const { compare, engine } = stores;
  let reading: AbortController | undefined;
  let between: AbortController | undefined;

  async function load(number: number): Promise<void> {
    const open = client();
    if (open === undefined) return;
    reading?.abort();
    const mine = new AbortController();
    reading = mine;
    compare.setState(({ read }) => ({ busy: true, read: read?.number === number ? read : undefined }));
    try {
      const known = Object.values(engine.getState().fleet.workstreams).find((row) => row.number === number);
      const row = known ?? (await open.workstream.list({ all: true })).find((each) => each.number === number);
      const told =
        row === undefined
          ? undefined
          : await open.workstream.compare({ workstreamId: row.id }, { signal: mine.signal });
      if (mine.signal.aborted) return;
      const read = told === undefined ? undefined : { number, told };
      compare.setState({ read, problem: told === undefined ? noSuch(number) : undefined, busy: false });
    } catch (thrown) {
      if (!mine.signal.aborted) compare.setState({ problem: problemOfCall(thrown), busy: false });
    }
  }

  async function compareTwo(of: WorkstreamId, to: WorkstreamId): Promise<void> {
    const open = client();
    if (open === undefined) return;
    between?.abort();
    const mine = new AbortController();
    between = mine;
    compare.setState({ between: { of, to } });
    let read: DiffRead | undefined;
    try {
      for await (const frame of await open.workstream.between(
        { workstreamId: of, otherId: to },
        { signal: mine.signal },
      )) {
        if (mine.signal.aborted) return;
        read = withFrame(read, frame, whole);
        compare.setState({ between: { of, to, read } });
      }
    } catch (thrown) {
      if (!mine.signal.aborted) compare.setState({ between: { of, to, problem: problemOfCall(thrown) } });
    }
  }

  return {
    loadComparison: load,
    compareTwo,
    leaveBetween(): void {
      between?.abort();
      compare.setState({ between: undefined });
    },
    showCompare(change: Partial<Pick<CompareState, "selected" | "against">>): void {
      compare.setState(change);
    },
    /** Keeps one and puts the others away; answers why not. */
    async keep(kept: Workstream, others: readonly Workstream[], why: string): Promise<Problem | undefined> {
      const over = others.map(({ id }) => id);
      const keepIt = (reason: string) =>
        refused(kept.id, (open, extras) =>
          open.workstream.keep({ workstreamId: kept.id, over, why: reason, ...extras }),
        );
      const problem = await keepIt(why);
      if (problem !== undefined) return problem;
      const text = `Kept ${kept.name}, put ${String(others.length)} away.`;
      undo.did({
        text,
        undo: async () => {
          const back = await Promise.all(
            over.map((id) => command(id, (open, extras) => open.workstream.unarchive({ workstreamId: id, ...extras }))),
          );
          return back.every((each) => each !== undefined);
        },
        redo: async () => (await keepIt(why)) === undefined,
      });
      notify({ tone: "done", text, next: "z brings them back." });
      return undefined;
    },
  };
}

function noSuch(number: number): Problem {
  return {
    code: "NOT_FOUND",
    message: `There is no workstream ${String(number)}.`,
    next: "It may have been deleted. Go back to where you came from.",
  };
}
