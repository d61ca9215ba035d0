import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { ProblemError } from "../../contract/errors.ts";
import { emptyFleetState, fleetStateSchema, type FleetState, type Workstream } from "../../contract/states.ts";
import { damaged } from "./explain-sqlite.ts";
import type { FleetTable, Loaded, RowChange } from "./storage.ts";
import { upcast, type Upcast } from "./upcast.ts";

/** Where the rows of each member are, and how those of older versions become today's. */
const kept: { readonly [T in FleetTable]: { readonly table: string; readonly upcasts: readonly Upcast[] } } = {
  projects: { table: "projects", upcasts: [] },
  workstreams: { table: "workstreams", upcasts: [] },
  requests: { table: "requests", upcasts: [] },
  words: { table: "words", upcasts: [] },
  attention: { table: "attention", upcasts: [] },
  rateLimits: { table: "rate_limits", upcasts: [] },
  settings: { table: "choices", upcasts: [] },
};

const members = fleetStateSchema.keyof().options;

/**
 * What changes of a workstream with every line it tells is kept in a row of its own, so that the larger rest is not
 * written each time. Both rows have one version, which the rest carries: whatever writes one looks at the other too.
 */
const liveFields: ReadonlySet<string> = new Set<keyof Workstream>(["line", "lineAt", "heardAt", "spent", "diff"]);

const storedSchema = z.object({
  id: z.string(),
  v: z.number().int(),
  data: z.string(),
  sum: z.number(),
  live: z.string().nullable(),
  liveSum: z.number().nullable(),
});

export interface FleetRows {
  load(): Pick<Loaded, "state" | "damaged">;
  write(change: RowChange): void;
}

export function createFleetRows(db: DatabaseSync): FleetRows {
  const upserts = statements((table) =>
    db.prepare(
      `INSERT INTO ${table} (id, v, data, sum) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET v = excluded.v, data = excluded.data, sum = excluded.sum
       WHERE data <> excluded.data OR v <> excluded.v`,
    ),
  );
  const deletes = statements((table) => db.prepare(`DELETE FROM ${table} WHERE id = ?`));
  const upsertLive = db.prepare(
    `INSERT INTO workstreams_live (id, data, sum) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET data = excluded.data, sum = excluded.sum WHERE data <> excluded.data`,
  );
  const deleteLive = db.prepare("DELETE FROM workstreams_live WHERE id = ?");

  function load(): Pick<Loaded, "state" | "damaged"> {
    const state: Record<FleetTable, Record<string, unknown>> = structuredClone(emptyFleetState);
    const damaged: Loaded["damaged"][number][] = [];
    for (const table of [...members.map((member) => kept[member].table), "workstreams_live"]) checkWhole(db, table);
    for (const member of members) {
      const { table, upcasts } = kept[member];
      const rows =
        member === "workstreams"
          ? `SELECT id, v, workstreams.data, workstreams.sum, live.data AS live, live.sum AS liveSum
             FROM workstreams LEFT JOIN workstreams_live live USING (id)`
          : `SELECT id, v, data, sum, NULL AS live, NULL AS liveSum FROM ${table}`;
      for (const raw of db.prepare(rows).iterate()) {
        const { id, v, data, sum, live, liveSum } = storedSchema.parse(raw);
        const read = readRow(member, id, v, live === null ? [data] : [data, live], upcasts);
        const isAsWritten = crc32(data) === sum && (live === null || crc32(live) === liveSum);
        if (read.ok && !isAsWritten) damaged.push({ table: member, id, why: "It is not as it was written." });
        else if (read.ok) state[member][id] = read.row;
        else damaged.push({ table: member, id, why: read.why });
      }
    }
    // Every row was checked against its member's schema; the compiler can not follow that over seven tables.
    return { state: state as FleetState, damaged };
  }

  function write({ table, id, row }: RowChange): void {
    if (row === null) {
      deletes[table].run(id);
      if (table === "workstreams") deleteLive.run(id);
      return;
    }
    const { live, rest } = table === "workstreams" ? partLive(row) : { live: undefined, rest: row };
    const data = JSON.stringify(rest);
    upserts[table].run(id, kept[table].upcasts.length + 1, data, crc32(data));
    if (live === undefined) return;
    const liveData = JSON.stringify(live);
    upsertLive.run(id, liveData, crc32(liveData));
  }

  return { load, write };
}

const checkSchema = z.object({ quick_check: z.string() });

/** A page that was damaged may hide rows without a trace. Tables of state are small enough to be looked at whole. */
function checkWhole(db: DatabaseSync, table: string): void {
  const { quick_check: found } = checkSchema.parse(db.prepare(`PRAGMA quick_check('${table}')`).get());
  if (found !== "ok") throw new ProblemError(damaged(`${table}: ${found}`));
}

function partLive(row: object): { readonly live: object; readonly rest: object } {
  const parts = Object.groupBy(Object.entries(row), ([name]) => (liveFields.has(name) ? "live" : "rest"));
  return { live: Object.fromEntries(parts.live ?? []), rest: Object.fromEntries(parts.rest ?? []) };
}

type ReadRow = { readonly ok: true; readonly row: unknown } | { readonly ok: false; readonly why: string };

/** A row in today's shape, or why it can not be had. The key and, where it has one, the row's own id must agree. */
function readRow(
  member: FleetTable,
  id: string,
  v: number,
  parts: readonly string[],
  upcasts: readonly Upcast[],
): ReadRow {
  try {
    const [whole, ...live] = parts.map((part): unknown => JSON.parse(part));
    const row = upcast(live.length === 0 ? whole : Object.assign({}, whole, ...live), v, upcasts);
    const read = fleetStateSchema.shape[member].safeParse({ [id]: row });
    if (!read.success) return { ok: false, why: z.prettifyError(read.error).slice(0, 600) };
    const checked: unknown = read.data[id];
    if (member !== "rateLimits" && member !== "settings" && !ownIdSchema(id).safeParse(checked).success) {
      return { ok: false, why: "The row's id is not the id it is kept under." };
    }
    return { ok: true, row: checked };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

const ownIdSchema = (id: string) => z.object({ id: z.literal(id) });

function statements(make: (table: string) => StatementSync): { readonly [T in FleetTable]: StatementSync } {
  return {
    projects: make(kept.projects.table),
    workstreams: make(kept.workstreams.table),
    requests: make(kept.requests.table),
    words: make(kept.words.table),
    attention: make(kept.attention.table),
    rateLimits: make(kept.rateLimits.table),
    settings: make(kept.settings.table),
  };
}
