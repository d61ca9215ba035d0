import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { damaged, explainSqlite } from "./explain-sqlite.ts";
import { createFleetRows } from "./fleet-rows.ts";
import { migrations } from "./migrations.ts";
import type { Loaded } from "./storage.ts";

const versionSchema = z.object({ user_version: z.number().int() });
const checkSchema = z.object({ quick_check: z.string() });

/**
 * Looks at a database that no engine has open, and changes nothing: every page, then the rows of the fleet. Undefined when
 * there is none. Takes as long as reading the whole file.
 */
export function examineDatabase(file: string): Result<Pick<Loaded, "state" | "damaged"> | undefined> {
  if (!existsSync(file)) return ok(undefined);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(withoutTraces(file), { readOnly: true, timeout: 1_000 });
    const { user_version: version } = versionSchema.parse(db.prepare("PRAGMA user_version").get());
    const faults = db.prepare("PRAGMA quick_check(1)").all();
    const [fault] = faults.map((row) => checkSchema.parse(row).quick_check);
    if (fault !== undefined && fault !== "ok") return { ok: false, error: damaged(fault) };
    if (version > migrations.length) {
      return fail(
        "VERSION_MISMATCH",
        "The database was written by a newer Coxswain.",
        "Start the newer one, or name another home: npm start -- --home PATH",
      );
    }
    // An older one is brought up to date by the next start; until then its rows cannot be told.
    return ok(version < migrations.length ? undefined : createFleetRows(db).load());
  } catch (error) {
    return { ok: false, error: explainSqlite(error) };
  } finally {
    db?.close();
  }
}

/** Opened to be read, a database that was closed in order would get a write-ahead log again, and keep it. */
function withoutTraces(file: string): URL {
  const url = pathToFileURL(file);
  if (!existsSync(`${file}-wal`)) url.searchParams.set("immutable", "1");
  return url;
}
