import { readFileSync, rmSync } from "node:fs";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { isMainThread, workerData } from "node:worker_threads";
import { z } from "zod";

/**
 * Loaded into every thread of an engine under test (`--import`), and at work in its storage worker only: lets that thread, or
 * the whole process, die at a chosen place of the next transaction. The product knows nothing of it.
 */
export const orderSchema = z.object({
  /** `thread`: the worker ends, the engine's other threads live on. `process`: SIGKILL from inside. */
  dies: z.enum(["thread", "process"]),
  /** After so many statements of the transaction, or around its commit. */
  at: z.union([z.number().int().positive(), z.enum(["before-commit", "after-commit"])]),
});
export type Order = z.infer<typeof orderSchema>;

/** Where the order is laid, in the home. */
export const orderFile = "chaos-order.json";

const storage = z.object({ file: z.string().endsWith("coxswain.db") }).safeParse(workerData);
if (!isMainThread && storage.success) armWith(storage.data.file.replace(/coxswain\.db$/, orderFile));

function armWith(file: string): void {
  let order: Order | undefined;
  let statements = 0;

  function take(): Order | undefined {
    try {
      const given = orderSchema.parse(JSON.parse(readFileSync(file, "utf8")));
      rmSync(file);
      return given;
    } catch {
      return undefined;
    }
  }

  function die(): void {
    // Of a worker thread, `process.exit` ends the thread.
    if (order?.dies === "thread") process.exit(70);
    process.kill(process.pid, "SIGKILL");
  }

  const run = StatementSync.prototype.run;
  StatementSync.prototype.run = function counted(this: StatementSync, ...args: Parameters<typeof run>) {
    const done = run.apply(this, args);
    statements += 1;
    if (order !== undefined && statements === order.at) die();
    return done;
  } as typeof run;

  const exec = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = function watched(this: DatabaseSync, sql: string) {
    if (sql.startsWith("BEGIN")) {
      order ??= take();
      statements = 0;
    }
    // One with fewer statements than the order names dies with its last.
    if (sql === "COMMIT" && order !== undefined && order.at !== "after-commit") die();
    exec.call(this, sql);
    if (sql === "COMMIT" && order?.at === "after-commit") die();
  };
}
