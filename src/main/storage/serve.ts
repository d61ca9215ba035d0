import type { DatabaseSync } from "node:sqlite";
import { ok, type Result } from "../../contract/errors.ts";
import type { Envelope } from "../../contract/events.ts";
import { explainSqlite } from "./explain-sqlite.ts";
import type { RowChange } from "./storage.ts";
import { operationKinds, type OperationName, type Operations, type Reply, type Request } from "./wire.ts";

/** Writes that share a transaction, at most; so many replies wait for one flush of the disk. */
const longestRun = 256;

/**
 * Answers requests in order. Writes that follow one another are one transaction, and their answers are made when it is
 * on disk. When it fails each is tried on its own, so that none pays for another's fault; a commit that follows a failed
 * one then fails too, since its events no longer continue the outbox.
 */
export function serve(db: DatabaseSync, operations: Operations, requests: readonly Request[]): Reply[] {
  return runsOf(requests).flatMap((run) => serveRun(db, operations, run));
}

function runsOf(requests: readonly Request[]): Request[][] {
  const runs: Request[][] = [];
  for (const request of requests) {
    const current = runs.at(-1);
    const joins = current?.[0] !== undefined && writes(current[0]) && writes(request) && current.length < longestRun;
    if (joins) current.push(request);
    else runs.push([request]);
  }
  return runs;
}

function writes(request: Request): boolean {
  return operationKinds[request.name] === "write";
}

function serveRun(db: DatabaseSync, operations: Operations, run: readonly Request[]): Reply[] {
  const [first] = run;
  if (first === undefined) return [];
  if (!writes(first)) return [{ id: first.id, result: attempt(db, () => perform(operations, first)) }];
  const together = attempt(db, () => inTransaction(db, () => performTogether(operations, run)));
  if (together.ok) return together.value;
  if (run.length === 1) return [{ id: first.id, result: together }];
  return run.flatMap((request) => serveRun(db, operations, [request]));
}

/** Commits become one, in which every row is written once, as it was left last. */
function performTogether(operations: Operations, run: readonly Request[]): Reply[] {
  const commits = run.filter((request) => request.name === "commit");
  if (commits.length > 0) operations.commit(...merge(commits));
  return run.map((request) => ({
    id: request.id,
    result: ok(request.name === "commit" ? undefined : perform(operations, request)),
  }));
}

function merge(commits: readonly Request<"commit">[]): [Envelope[], RowChange[]] {
  const changes = new Map<string, RowChange>();
  for (const { args } of commits) {
    for (const change of args[1]) changes.set(`${change.table} ${change.id}`, change);
  }
  return [commits.flatMap(({ args }) => args[0]), [...changes.values()]];
}

function perform<N extends OperationName>(operations: Operations, request: Request<N>): unknown {
  const operation: Operations[N] = operations[request.name];
  return operation(...request.args);
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  const value = work();
  db.exec("COMMIT");
  return value;
}

/** Whatever failed, no transaction is left open. */
function attempt<T>(db: DatabaseSync, work: () => T): Result<T> {
  try {
    return ok(work());
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    return { ok: false, error: explainSqlite(error) };
  }
}
