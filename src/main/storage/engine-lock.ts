import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import path from "node:path";
import { z } from "zod";
import { fail, ok, type Result } from "../../contract/errors.ts";

export interface EngineLock {
  release(): void;
}

const holderSchema = z.object({ pid: z.number().int(), since: z.number().int() });

/**
 * Takes the one engine's place in a home, or answers `CONFLICT` with who has it. The lock is the operating system's: an
 * open write transaction on `engine.lock`. It ends with its process however that ends, so it is never stale, and a
 * process number that was given again is never mistaken for a living engine. Start-up only; `now` is in milliseconds.
 */
export function takeEngineLock(home: string, pid: number, now: number): Result<EngineLock> {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path.join(home, "engine.lock"));
    db.exec("BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER, since INTEGER); DELETE FROM holder");
    db.prepare("INSERT INTO holder (pid, since) VALUES (?, ?)").run(pid, now);
    // Written for those who come later to read; a writer's lock lets readers by.
    db.exec("COMMIT; BEGIN IMMEDIATE");
    const held = db;
    return ok({ release: () => held.close() });
  } catch (error) {
    const busy = isBusy(error) ? sentenceOf(readHolder(db)) : undefined;
    db?.close();
    if (busy !== undefined) {
      return fail("CONFLICT", `An engine is running in this home already (${busy}).`, "Attach to it, or end it first.");
    }
    return fail(
      "UNAVAILABLE",
      `The lock ${path.join(home, "engine.lock")} can not be taken.`,
      "See that COXSWAIN_HOME is on a local disk you may write to. If no engine runs, remove the file and start again.",
      error,
    );
  }
}

/** The process that has a home's lock, as it wrote itself down, and since when. */
export type LockHolder = z.infer<typeof holderSchema>;

/** Who has a home's lock; undefined when nobody has, also where there is no such home. Leaves it as it was. */
export function findLockHolder(home: string): LockHolder | "unknown" | undefined {
  const file = path.join(home, "engine.lock");
  if (!existsSync(file)) return undefined;
  const db = new DatabaseSync(file);
  try {
    db.exec("BEGIN IMMEDIATE; ROLLBACK");
    return undefined;
  } catch (error) {
    if (!isBusy(error)) throw error;
    return readHolder(db) ?? "unknown";
  } finally {
    db.close();
  }
}

function readHolder(db: DatabaseSync | undefined): LockHolder | undefined {
  try {
    return holderSchema.parse(db?.prepare("SELECT pid, since FROM holder").get());
  } catch {
    return undefined;
  }
}

function sentenceOf(holder: LockHolder | undefined): string {
  if (holder === undefined) return "another process";
  return `process ${holder.pid}, since ${new Date(holder.since).toISOString()}`;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 5;
}
