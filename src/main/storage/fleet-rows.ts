import type { DatabaseSync, StatementSync } from "node:sqlite";
import { z } from "zod";
import { emptyFleetState, fleetStateSchema, type FleetState } from "../../contract/states.ts";
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
};

const members = fleetStateSchema.keyof().options;

const storedSchema = z.object({ id: z.string(), v: z.number().int(), data: z.string() });

export interface FleetRows {
  load(): Pick<Loaded, "state" | "damaged">;
  write(change: RowChange): void;
}

export function createFleetRows(db: DatabaseSync): FleetRows {
  const upserts = statements((table) =>
    db.prepare(
      `INSERT INTO ${table} (id, v, data) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET v = excluded.v, data = excluded.data`,
    ),
  );
  const deletes = statements((table) => db.prepare(`DELETE FROM ${table} WHERE id = ?`));

  function load(): Pick<Loaded, "state" | "damaged"> {
    const state: Record<FleetTable, Record<string, unknown>> = structuredClone(emptyFleetState);
    const damaged: Loaded["damaged"][number][] = [];
    for (const member of members) {
      const { table, upcasts } = kept[member];
      for (const raw of db.prepare(`SELECT id, v, data FROM ${table}`).iterate()) {
        const { id, v, data } = storedSchema.parse(raw);
        const read = readRow(member, id, v, data, upcasts);
        if (read.ok) state[member][id] = read.row;
        else damaged.push({ table: member, id, why: read.why });
      }
    }
    // Every row was checked against its member's schema; the compiler can not follow that over six tables.
    return { state: state as FleetState, damaged };
  }

  return {
    load,
    write({ table, id, row }) {
      if (row === null) deletes[table].run(id);
      else upserts[table].run(id, kept[table].upcasts.length + 1, JSON.stringify(row));
    },
  };
}

type ReadRow = { readonly ok: true; readonly row: unknown } | { readonly ok: false; readonly why: string };

/** A row in today's shape, or why it can not be had. The key and, where it has one, the row's own id must agree. */
export function readRow(member: FleetTable, id: string, v: number, data: string, upcasts: readonly Upcast[]): ReadRow {
  try {
    const row = upcast(JSON.parse(data), v, upcasts);
    const read = fleetStateSchema.shape[member].safeParse({ [id]: row });
    if (!read.success) return { ok: false, why: z.prettifyError(read.error).slice(0, 600) };
    const checked: unknown = read.data[id];
    if (member !== "rateLimits" && !ownIdSchema(id).safeParse(checked).success) {
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
  };
}
