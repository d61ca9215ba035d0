import type { PoolStatus } from "../../contract/pool.ts";
import { problem } from "../../contract/errors.ts";
import type { ProjectId, WorkstreamId } from "../../contract/ids.ts";
import { sizeOnDisk } from "../../contract/size.ts";
import type { Workstream } from "../../contract/states.ts";
import { problemOfCall, type EngineClient } from "../client.ts";
import type { Notice, Stores, WorktreesState } from "./stores.ts";

/** Those that anything is kept ready in. */
export function poolsOf({ pools }: Pick<WorktreesState, "pools">): [ProjectId, PoolStatus][] {
  return Object.entries(pools).filter(([, { ready, wanted }]) => ready + wanted > 0);
}

export interface WorktreeActionsDeps {
  readonly stores: Pick<Stores, "engine" | "worktrees">;
  readonly client: () => EngineClient | undefined;
  readonly notify: (notice: Omit<Notice, "id">) => void;
  readonly command: <T>(
    about: string,
    call: (engine: EngineClient, extras: { readonly focusedMs: number; readonly commandKey: string }) => Promise<T>,
  ) => Promise<T | undefined>;
}

const offline = problem("UNAVAILABLE", "Not connected to the engine.", "It is tried again by itself.");

/** What the human can do with worktrees and the disk. */
export function createWorktreeActions({ stores, client, notify, command }: WorktreeActionsDeps) {
  const { worktrees } = stores;
  let measuring: AbortController | undefined;

  async function list(): Promise<void> {
    const engine = client();
    if (engine === undefined) return;
    try {
      const [{ worktrees: all, unlisted }, use] = await Promise.all([engine.worktree.list(), engine.disk.use()]);
      worktrees.setState({ all, unlisted, use, problem: undefined });
    } catch (thrown) {
      worktrees.setState({ problem: problemOfCall(thrown) });
    }
  }

  async function measure(): Promise<void> {
    const engine = client();
    if (measuring !== undefined) return;
    if (engine === undefined) return notify({ tone: "failed", text: offline.message, next: offline.next });
    const mine = new AbortController();
    measuring = mine;
    worktrees.setState({ progress: { done: 0, total: 0, files: 0, bytes: 0 } });
    try {
      for await (const frame of await engine.disk.measure(undefined, { signal: mine.signal })) {
        if (frame.kind === "progress") worktrees.setState({ progress: frame });
      }
      await list();
    } catch (thrown) {
      const { message, next } = problemOfCall(thrown);
      if (!mine.signal.aborted) notify({ tone: "failed", text: message, next });
    } finally {
      measuring = undefined;
      worktrees.setState({ progress: undefined });
    }
  }

  /** Is asked often while somebody looks, and keeps what it knew where there is no answer. */
  async function readPools(): Promise<void> {
    const engine = client();
    if (engine === undefined) return;
    const read = await Promise.all(
      Object.keys(stores.engine.getState().fleet.projects).map(async (projectId) => {
        const { pool } = await engine.project.pool({ projectId }).catch(() => ({ pool: undefined }));
        return pool === undefined ? [] : [[projectId, pool] as const];
      }),
    );
    worktrees.setState({ pools: Object.fromEntries(read.flat()) });
  }

  return {
    readPools,
    /** Stops making worktrees ready, or goes on where that was stopped. */
    async holdPools(): Promise<void> {
      const held = poolsOf(worktrees.getState()).some(([, { waiting }]) => waiting === "you");
      const done = await command("pool", (engine, extras) => engine.worktree.refill({ on: held, ...extras }));
      if (done === undefined) return;
      notify(
        held
          ? { tone: "done", text: "Worktrees are made ready again." }
          : { tone: "done", text: "No more worktrees are made ready.", next: "The next start, or w, goes on with it." },
      );
      await readPools();
    },
    listWorktrees: list,
    measureDisk: measure,
    stopMeasuring: () => measuring?.abort(),
    async adopt(input: { projectId: ProjectId; path: string; text: string }) {
      const adopted = await command(`adopt:${input.path}`, (engine, extras) =>
        engine.worktree.adopt({ ...input, ...extras }),
      );
      if (adopted === undefined) return undefined;
      const was = adopted.from.branch ?? "a detached head";
      notify({ tone: "done", text: `${adopted.workstream.name} works in it.`, next: `It was on ${was}, which stays.` });
      await list();
      return adopted.workstream;
    },
    async release({ id }: Workstream): Promise<void> {
      const done = await command(id, (engine, extras) => engine.worktree.release({ workstreamId: id, ...extras }));
      if (done === undefined) return;
      const stands = done.branch === undefined ? "on no branch" : `on ${done.branch}`;
      notify(
        done.note === undefined
          ? { tone: "done", text: `Given back, ${stands}.` }
          : { tone: "failed", text: `Given back, ${stands}: ${done.note.message}`, next: done.note.next },
      );
      await list();
    },
    async reclaimable(id: WorkstreamId) {
      const engine = client();
      return engine === undefined ? offline : engine.worktree.reclaimable({ workstreamId: id }).catch(problemOfCall);
    },
    async reclaim({ id, name }: Workstream, folders: string[]): Promise<void> {
      const done = await command(id, (engine, extras) =>
        engine.worktree.reclaim({ workstreamId: id, folders, ...extras }),
      );
      if (done === undefined) return;
      notify({ tone: "done", text: `Freed ${sizeOnDisk(done.bytes)} of ${name}.`, next: "Set-up makes it again." });
      await list();
    },
    copyPath(path: string): void {
      navigator.clipboard.writeText(path).then(
        () => notify({ tone: "done", text: `Copied ${path}` }),
        () => notify({ tone: "failed", text: "The path could not be copied.", next: path }),
      );
    },
  };
}
