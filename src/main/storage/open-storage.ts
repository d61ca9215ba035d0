import { Worker } from "node:worker_threads";
import { fail, problem, type Problem, type Result } from "../../contract/errors.ts";
import type { Storage } from "./storage.ts";
import type { Answer, Arguments, FromWorker, OperationName, Reply, ToWorker } from "./wire.ts";

/** Calls that may wait for the worker at once; more are refused. */
const mostPending = 10_000;

export interface StorageOptions {
  /** The database. Its folder exists. */
  readonly file: string;
  /** Where `worker.ts` is, or what was built of it. */
  readonly worker: URL | string;
  /** Told once when the worker ends without having been asked to. All calls fail from then on. */
  readonly onProblem: (problem: Problem) => void;
}

/** Starts the storage worker. Resolves when the database is open and up to date, or with why it can not be. */
export async function openStorage(options: StorageOptions): Promise<Result<Storage>> {
  const worker = new Worker(options.worker, { name: "storage", workerData: { file: options.file }, execArgv: [] });
  const pending = new Map<number, (result: Result<never>) => void>();
  const opened = Promise.withResolvers<Result<void>>();
  const exited = Promise.withResolvers<void>();
  let lastId = 0;
  let ended: Problem | undefined;
  let closing = false;

  function settle({ id, result }: Reply): void {
    const resolve = pending.get(id);
    pending.delete(id);
    // The worker answers what was asked: its operations are typed by the same table as the calls.
    resolve?.(result as Result<never>);
  }

  function end(thrown: unknown): void {
    if (ended !== undefined) return;
    ended = closing ? closedProblem : diedProblem(thrown);
    for (const id of pending.keys()) settle({ id, result: { ok: false, error: ended } });
    opened.resolve({ ok: false, error: ended });
    if (!closing) options.onProblem(ended);
  }

  function call<N extends OperationName>(name: N, ...args: Arguments<N>): Promise<Answer<N>>;
  function call(name: OperationName, ...args: unknown[]): Promise<Result<unknown>> {
    if (ended !== undefined || closing) return Promise.resolve({ ok: false, error: ended ?? closedProblem });
    if (pending.size >= mostPending) return Promise.resolve(tooMany);
    const id = (lastId += 1);
    return new Promise((resolve) => {
      pending.set(id, resolve);
      worker.postMessage({ id, name, args });
    });
  }

  async function close(): Promise<void> {
    if (!closing && ended === undefined) {
      closing = true;
      worker.postMessage("close" satisfies ToWorker);
    }
    await exited.promise;
  }

  worker.on("message", (message: FromWorker) => {
    if ("opened" in message) opened.resolve(message.opened);
    else for (const reply of message.replies) settle(reply);
  });
  worker.on("error", end);
  worker.on("exit", (code) => {
    end(`It ended with code ${code}.`);
    exited.resolve();
  });

  const isOpen = await opened.promise;
  if (!isOpen.ok) {
    await close();
    return isOpen;
  }
  return { ok: true, value: storageOver(call, close) };
}

type Call = <N extends OperationName>(name: N, ...args: Arguments<N>) => Promise<Answer<N>>;

function storageOver(call: Call, close: () => Promise<void>): Storage {
  return {
    load: () => call("load"),
    commit: (envelopes, rows) => call("commit", envelopes, rows),
    eventsAfter: (seq, limit) => call("eventsAfter", seq, limit),
    ticket: (workstreamId) => call("ticket", workstreamId),
    saveTicket: (workstreamId, ticket) => call("saveTicket", workstreamId, ticket),
    items: (workstreamId, place, limit) => call("items", workstreamId, place, limit),
    findIn: (workstreamId, text, from, way) => call("findIn", workstreamId, text, from, way),
    usage: (workstreamId, now) => call("usage", workstreamId, now),
    lastOrdinal: (workstreamId) => call("lastOrdinal", workstreamId),
    planAndNotes: (workstreamId) => call("planAndNotes", workstreamId),
    search: (query, page) => call("search", query, page),
    review: (workstreamId) => call("review", workstreamId),
    newestItems: (workstreamId, wanted, limit) => call("newestItems", workstreamId, wanted, limit),
    humanAttention: (workstreamId) => call("humanAttention", workstreamId),
    recordCommand: (command) => call("recordCommand", command),
    capabilities: () => call("capabilities"),
    saveCapability: (capability) => call("saveCapability", capability),
    forgetCapabilities: (kind) => call("forgetCapabilities", kind),
    setting: (name) => call("setting", name),
    saveSetting: (name, value) => call("saveSetting", name, value),
    close,
  };
}

const tooMany = fail(
  "TOO_MANY",
  "Too much waits for the database.",
  "Try again in a moment; `cox doctor` tells how the disk does.",
);

const closedProblem = problem(
  "CANCELLED",
  "The database is closed: the engine is stopping.",
  "Start the engine again.",
);

const diedProblem = (thrown: unknown) =>
  problem(
    "UNAVAILABLE",
    "The storage worker ended: nothing can be stored any more.",
    "Restart the engine. What was accepted is on disk.",
    thrown,
  );
