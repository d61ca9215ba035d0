import { spawn, type ChildProcess } from "node:child_process";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { TerminalId, WorkstreamId } from "../../contract/ids.ts";
import type { Terminal, TerminalFrame, TerminalGrid, TerminalPreview } from "../../contract/terminals.ts";
import { createFrameQueue, type FrameQueue } from "./frame-queue.ts";
import { createPreviewQueue, type PreviewQueue } from "./preview-queue.ts";
import { toldSchema, type Asked, type ShellStart, type Told } from "./wire.ts";

export interface Terminals {
  /** The workstream's terminal, opened with `start` when there is none, or when `another` is wanted. */
  open(workstreamId: WorkstreamId, start: Wanted, another: boolean): Promise<Result<Terminal>>;
  list(workstreamId?: WorkstreamId): Terminal[];
  attach(id: TerminalId, signal: AbortSignal | undefined): Result<AsyncGenerator<TerminalFrame, void, void>>;
  ack(id: TerminalId, reader: number, at: number): Result<void>;
  write(id: TerminalId, text: string): Result<void>;
  resize(id: TerminalId, grid: TerminalGrid): Result<void>;
  /** How the last rows of these workstreams' terminals change, those opened later included. */
  previews(workstreamIds: readonly WorkstreamId[], rows: number, signal: AbortSignal | undefined): Previews;
  /** Ends a shell and everything that was started from it. */
  close(id: TerminalId): Promise<Result<void>>;
  /** The programs at work in the terminals of a workstream, by name; a shell that waits is none. */
  atWork(workstreamId: WorkstreamId): Promise<string[]>;
  /** Ends all of a workstream. */
  endOf(workstreamId: WorkstreamId): Promise<void>;
  /** Ends all there are. */
  end(): Promise<void>;
}

type Wanted = Omit<ShellStart, "mark">;
type Previews = AsyncGenerator<{ previews: TerminalPreview[] }, void, void>;

export interface TerminalsDeps {
  /** Runs the keeper: a Node, and the program's file. */
  readonly program: { readonly node: string; readonly file: string; readonly env: Readonly<Record<string, string>> };
  readonly newId: () => TerminalId;
  readonly now: () => number;
  readonly log: (message: string, cause?: unknown) => void;
}

const mostOfOne = 4;
const mostOfAll = 32;
const mostReaders = 8;
/** How long the keeper may take to end everything, in milliseconds. */
const endingMs = 3_000;

/** What everything that was started from a terminal can be known by. */
const markName = "COXSWAIN_TERMINAL";
/** How long it may take to tell what is at work, in milliseconds. */
const lookingMs = 1_000;

interface Open {
  readonly row: Terminal;
  readonly readers: Map<number, FrameQueue>;
  readonly opened: (outcome: Result<void>) => void;
  readonly gone: Promise<void>;
  readonly leave: () => void;
}

/** Holds the human's shells in worktrees, in a process of their own that is started with the first of them. */
export function createTerminals({ program, newId, now, log }: TerminalsDeps): Terminals {
  const all = new Map<TerminalId, Open>();
  const opening = new Map<WorkstreamId, Promise<Result<Terminal>>>();
  let keeper: ChildProcess | undefined;
  const watches = new Map<number, { readonly asked: Asked; readonly queue: PreviewQueue }>();
  const looks = new Map<number, (programs: string[]) => void>();
  let ending = false;
  let calls = 0;
  let readers = 0;

  function ask(asked: Asked): void {
    keeper?.send(asked, () => undefined);
  }

  function startKeeper(): ChildProcess {
    const child = spawn(program.node, [program.file], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...program.env },
      serialization: "advanced",
      // A group of its own: keys of the terminal the engine was started from are not for it.
      detached: true,
    });
    child.stderr?.on("data", (said: Buffer) => log(`terminals: ${said.toString("utf8").slice(0, 1_000)}`));
    child.on("message", (message) => {
      const told = toldSchema.safeParse(message);
      if (told.success) hear(told.data);
      else log("The keeper of terminals said what nobody understands.", told.error);
    });
    child.once("error", (cause) => lose(child, cause));
    child.once("exit", () => lose(child, undefined));
    for (const { asked } of watches.values()) child.send(asked, () => undefined);
    return child;
  }

  /** The keeper has ended, and with it every terminal. */
  function lose(child: ChildProcess, cause: unknown): void {
    if (keeper !== child) return;
    keeper = undefined;
    if (all.size > 0 && !ending) log("The program that holds the terminals ended.", cause);
    for (const { queue } of watches.values()) {
      queue.put([...all.values()].map(({ row: { workstreamId } }) => ({ workstreamId, count: 0, changed: [] })));
    }
    for (const [id, terminal] of all) {
      terminal.opened(fail("UNAVAILABLE", "The terminal could not be started.", "Try again; the log says why.", cause));
      for (const queue of terminal.readers.values()) queue.put({ kind: "ended", why: "closed" });
      leave(id);
    }
  }

  function hear(told: Told): void {
    if (told.kind === "previews") return watches.get(told.watch)?.queue.put(told.previews);
    if (told.kind === "work") return looks.get(told.call)?.(told.programs);
    const terminal = all.get(told.id);
    if (terminal === undefined) return;
    if (told.kind === "frame") terminal.readers.get(told.reader)?.put(told.frame);
    else if (told.kind === "opened") terminal.opened(ok(undefined));
    else if (told.kind === "gone") leave(told.id);
    else {
      terminal.opened(
        fail(
          "UNAVAILABLE",
          `${terminal.row.shell} could not be started.`,
          "Check that it is there and yours to run.",
          told.why,
        ),
      );
      leave(told.id);
    }
  }

  function leave(id: TerminalId): void {
    all.get(id)?.leave();
    all.delete(id);
  }

  const ofWorkstream = (id: WorkstreamId) => [...all.values()].filter(({ row }) => row.workstreamId === id);

  async function openNew(workstreamId: WorkstreamId, start: Wanted): Promise<Result<Terminal>> {
    if (ofWorkstream(workstreamId).length >= mostOfOne) {
      return fail("TOO_MANY", `It has ${mostOfOne} terminals already.`, "Close one of them.");
    }
    if (all.size >= mostOfAll)
      return fail("TOO_MANY", `${mostOfAll} terminals are open already.`, "Close one of them.");
    const id = newId();
    const { cols, rows, file: shell } = start;
    const row: Terminal = { id, workstreamId, shell, cols, rows, openedAt: now() };
    const opened = Promise.withResolvers<Result<void>>();
    const gone = Promise.withResolvers<void>();
    all.set(id, { row, readers: new Map(), opened: opened.resolve, gone: gone.promise, leave: gone.resolve });
    keeper ??= startKeeper();
    const env = { ...start.env, [markName]: id };
    ask({ kind: "open", id, workstreamId, start: { ...start, env, mark: `${markName}=${id}` } });
    const outcome = await opened.promise;
    return outcome.ok ? ok(row) : outcome;
  }

  function found(id: TerminalId): Result<Open> {
    const terminal = all.get(id);
    return terminal === undefined ? fail("NOT_FOUND", "This terminal has ended.", "Open a new one.") : ok(terminal);
  }

  function tell(id: TerminalId, asked: Asked): Result<void> {
    const terminal = found(id);
    if (!terminal.ok) return terminal;
    ask(asked);
    return ok(undefined);
  }

  async function closeOne(id: TerminalId): Promise<void> {
    ask({ kind: "close", id });
    await all.get(id)?.gone;
  }

  return {
    async open(workstreamId, start, another) {
      const first = ofWorkstream(workstreamId)[0];
      if (another) return openNew(workstreamId, start);
      // Two windows that ask at once are given one.
      const underWay = opening.get(workstreamId);
      if (underWay !== undefined) return underWay;
      if (first !== undefined) return ok(first.row);
      const made = openNew(workstreamId, start);
      opening.set(workstreamId, made);
      return made.finally(() => opening.delete(workstreamId));
    },
    list: (workstreamId) =>
      [...all.values()]
        .map(({ row }) => row)
        .filter((row) => workstreamId === undefined || row.workstreamId === workstreamId),
    attach(id, signal) {
      const terminal = found(id);
      if (!terminal.ok) return terminal;
      if (terminal.value.readers.size >= mostReaders) {
        return fail("TOO_MANY", `${mostReaders} windows show this terminal already.`, "Close one of them.");
      }
      readers += 1;
      const reader = readers;
      const queue = createFrameQueue(signal, () => {
        terminal.value.readers.delete(reader);
        ask({ kind: "detach", id, reader });
      });
      terminal.value.readers.set(reader, queue);
      ask({ kind: "attach", id, reader });
      return ok(queue.frames());
    },
    ack: (id, reader, at) => tell(id, { kind: "ack", id, reader, at }),
    write: (id, text) => tell(id, { kind: "write", id, text }),
    resize: (id, { cols, rows }) => {
      const told = tell(id, { kind: "resize", id, cols, rows });
      const open = all.get(id);
      if (open !== undefined) all.set(id, { ...open, row: { ...open.row, cols, rows } });
      return told;
    },
    previews(workstreamIds, rows, signal) {
      calls += 1;
      const watch = calls;
      const queue = createPreviewQueue(signal, () => {
        watches.delete(watch);
        ask({ kind: "unwatch", watch });
      });
      const asked: Asked = { kind: "watch", watch, workstreamIds, rows };
      watches.set(watch, { asked, queue });
      ask(asked);
      return queue.frames();
    },
    async close(id) {
      const terminal = found(id);
      if (!terminal.ok) return terminal;
      await closeOne(id);
      return ok(undefined);
    },
    async atWork(workstreamId) {
      const ids = ofWorkstream(workstreamId).map(({ row }) => row.id);
      if (ids.length === 0) return [];
      calls += 1;
      const call = calls;
      try {
        return await new Promise<string[]>((resolve) => {
          looks.set(call, resolve);
          setTimeout(() => resolve([]), lookingMs).unref();
          ask({ kind: "look", ids, call });
        });
      } finally {
        looks.delete(call);
      }
    },
    async endOf(workstreamId) {
      await Promise.all(ofWorkstream(workstreamId).map(({ row }) => closeOne(row.id)));
    },
    async end() {
      const child = keeper;
      if (child === undefined) return;
      ending = true;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      const tooLong = setTimeout(() => child.kill("SIGKILL"), endingMs);
      await ended;
      clearTimeout(tooLong);
    },
  };
}
