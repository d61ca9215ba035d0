import { closeSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { fail, ok, problem, type Result } from "../../contract/errors.ts";
import { damaged, explainSqlite } from "./explain-sqlite.ts";
import { migrations } from "./migrations.ts";

/**
 * Opens the database and brings its schema up to date. A failure leaves the database as it was and says what to do.
 * `steps` are the migrations known; tests give their own.
 */
export function openDatabase(file: string, steps: readonly string[] = migrations): Result<DatabaseSync> {
  let db: DatabaseSync | undefined;
  try {
    // Made here so that it is readable by its owner only; SQLite gives its companions the same mode.
    closeSync(openSync(file, "a", 0o600));
    // SQLite takes what is shorter than a page for a new database.
    const { size } = statSync(file);
    if (size > 0 && size < pageSize) return { ok: false, error: damaged(`It is ${size} bytes long.`) };
    db = new DatabaseSync(file, { timeout: 5_000 });
    configure(db);
    const migrated = migrate(db, file, steps);
    if (migrated.ok) return ok(db);
    db.close();
    return migrated;
  } catch (error) {
    db?.close();
    return { ok: false, error: explainOpening(error) };
  }
}

/** File errors (EACCES, ENOENT) carry no SQLite code. */
function explainOpening(thrown: unknown) {
  if (thrown instanceof Error && "syscall" in thrown) {
    return problem(
      "UNAVAILABLE",
      "The database can not be opened.",
      "Check that $COXSWAIN_HOME exists, belongs to you and has space left.",
      thrown,
    );
  }
  return explainSqlite(thrown);
}

const pageSize = 512;

/**
 * The smallest pages there are: most transactions change a few rows of some hundred bytes, and every page touched is
 * written whole. Reading a long text takes twice as long for it, which this thread can afford.
 * FULL: a commit that was answered survives the loss of power.
 */
function configure(db: DatabaseSync): void {
  db.exec(`
    PRAGMA page_size = ${pageSize};
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA cache_size = -8000;
    PRAGMA temp_store = MEMORY;
    PRAGMA wal_autocheckpoint = 16000;
    PRAGMA journal_size_limit = 16777216;
  `);
}

const versionSchema = z.object({ user_version: z.number().int() });
const countSchema = z.object({ n: z.number().int() });

function migrate(db: DatabaseSync, file: string, steps: readonly string[]): Result<void> {
  const { user_version: version } = versionSchema.parse(db.prepare("PRAGMA user_version").get());
  if (version > steps.length) {
    return fail(
      "VERSION_MISMATCH",
      `The database was written by a newer Coxswain (its version is ${version}, this one knows ${steps.length}).`,
      "Start the newer Coxswain, or set COXSWAIN_HOME to another folder.",
    );
  }
  if (version === 0 && countSchema.parse(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()).n > 0) {
    return fail("CONFLICT", `${file} is another program's database.`, "Set COXSWAIN_HOME to another folder.");
  }
  if (version > 0 && version < steps.length) backUp(db, `${file}.before-${steps.length}`);
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    const done = migrateOne(db, file, step, index + 1, version > 0 ? `${file}.before-${steps.length}` : undefined);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

/** One that fails leaves its transaction open; closing the database undoes it. */
function migrateOne(
  db: DatabaseSync,
  file: string,
  step: string,
  version: number,
  backup: string | undefined,
): Result<void> {
  try {
    db.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA user_version = ${version}; COMMIT`);
    return ok(undefined);
  } catch (error) {
    return fail(
      "INTERNAL",
      `The database ${file} could not be brought to version ${version}.`,
      backup === undefined
        ? "Check that the disk has space left and start again."
        : `Nothing is lost: start the Coxswain you had before, with ${backup} in the place of ${file}. Before you try again, check that the disk has space left.`,
      error,
    );
  }
}

/** A copy as of now; one left by an earlier try is replaced only by a whole one. */
function backUp(db: DatabaseSync, target: string): void {
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  db.prepare("VACUUM INTO ?").run(partial);
  renameSync(partial, target);
}
