import { parentPort, workerData } from "node:worker_threads";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { ok, type Result } from "../../contract/errors.ts";
import { openDatabase } from "./database.ts";
import { damaged } from "./explain-sqlite.ts";
import { createOperations, type Database } from "./operations.ts";
import { serve } from "./serve.ts";
import type { FromWorker, Request, ToWorker } from "./wire.ts";

const outboxWindow = { events: 20_000, characters: 8_000_000 };
/** How long work that can wait is put off, in milliseconds: more of it together costs less. */
const tidyEvery = 5_000;

const { file } = z.object({ file: z.string() }).parse(workerData);
const port = parentPort;
if (port === null) throw new Error("This runs as a worker of open-storage.ts.");

const tell = (message: FromWorker) => port.postMessage(message);
const opened = open();
tell({ opened: opened.ok ? ok(undefined) : opened });
if (opened.ok) work(opened.value);
// Not before it was heard: a thread that ends at once may take its last word along.
else port.once("message", () => port.close());

function open(): Result<{ readonly db: DatabaseSync } & Database> {
  const database = openDatabase(file);
  if (!database.ok) return database;
  const db = database.value;
  try {
    return ok({ db, ...createOperations(db) });
  } catch (thrown) {
    // The schema was made by us: what does not fit it, such as a search index that cannot be read, was damaged.
    db.close();
    return { ok: false, error: damaged(thrown) };
  }
}

/** Serves until told to close. Everything that arrived while the database was busy is served together. */
function work({ db, operations, tidySome }: { readonly db: DatabaseSync } & Database): void {
  let waiting: Request[] = [];
  let closing = false;
  let tidyTimer: NodeJS.Timeout | undefined;

  function serveWaiting(): void {
    const requests = waiting;
    waiting = [];
    const replies = serve(db, operations, requests);
    if (replies.length > 0) tell({ replies });
    if (closing) return end();
    tidyTimer ??= setTimeout(tidy, tidyEvery);
  }

  /** One slice, then whoever waits. A disk that is full now is told with the next commit. */
  function tidy(): void {
    let more = false;
    try {
      more = tidySome(outboxWindow);
    } catch {
      if (db.isTransaction) db.exec("ROLLBACK");
    }
    tidyTimer = more ? setTimeout(tidy, 0) : undefined;
  }

  function end(): void {
    clearTimeout(tidyTimer);
    db.close();
    port?.close();
  }

  port?.on("message", (message: ToWorker) => {
    if (waiting.length === 0 && !closing) setImmediate(serveWaiting);
    if (message === "close") closing = true;
    else waiting.push(message);
  });
}
