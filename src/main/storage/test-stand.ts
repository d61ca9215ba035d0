import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { unwrap } from "../../contract/errors.ts";
import type { Envelope, Event } from "../../contract/events.ts";
import type { Item } from "../../contract/items.ts";
import type { Workstream } from "../../contract/states.ts";
import { noTokens } from "../../contract/usage.ts";
import { openDatabase } from "./database.ts";
import { openStorage } from "./open-storage.ts";
import { createOperations } from "./operations.ts";
import { serve } from "./serve.ts";
import type { Storage } from "./storage.ts";
import type { Answer, Arguments, OperationName, Operations, Request } from "./wire.ts";

export const engine = { actor: { kind: "engine" } } as const;

/** A folder for one test, and its undo. */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), "cox-storage-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A storage on its real worker; a worker that dies fails the test that did not expect it. */
export async function realStorage(folder: string): Promise<Storage> {
  const opened = await openStorage({
    file: path.join(folder, "coxswain.db"),
    worker: new URL("worker.ts", import.meta.url),
    onProblem: (problem) => {
      throw new Error(problem.message);
    },
  });
  return unwrap(opened);
}

export interface LocalStorage {
  readonly db: DatabaseSync;
  readonly operations: Operations;
  /** Every request is served on its own, in the caller's thread. */
  ask<N extends OperationName>(name: N, ...args: Arguments<N>): Answer<N>;
  close(): void;
}

/** The same database code without its worker: quick to open, and a test can reach into the database. */
export function localStorage(folder: string): LocalStorage {
  const db = unwrap(openDatabase(path.join(folder, "coxswain.db")));
  const { operations } = createOperations(db);
  return {
    db,
    operations,
    ask: (name, ...args) => serve(db, operations, [{ id: 1, name, args } as Request])[0]?.result as never,
    close: () => db.close(),
  };
}

export const workstreamId = (n: number) => `w${String(n).padStart(8, "0")}`;
const projectId = "p00000001";

export function workstream(n: number): Workstream {
  return {
    id: workstreamId(n),
    projectId,
    number: n,
    name: `Workstream ${n}`,
    ticket: { key: `T-${n}`, title: "Make it quicker" },
    attempt: 1,
    agent: "scripted",
    phase: "working",
    place: {
      branch: `cox/${workstreamId(n)}/main`,
      folder: `f${n}`,
      path: `/home/someone/.coxswain/f${n}`,
      base: "main",
    },
    turns: 0,
    rounds: 0,
    failures: 0,
    line: "",
    lineAt: 1,
    heardAt: 1,
    spent: { tokens: noTokens, minutes: 0 },
    tokensBefore: noTokens,
    budget: {},
    gates: {},
    createdAt: 1,
  };
}

export function item(n: number, ordinal: number, text: string): Item {
  return {
    id: `item-${ordinal}`,
    workstreamId: workstreamId(n),
    ordinal,
    at: ordinal,
    body: { kind: "message", text },
  };
}

export function enveloped(events: readonly Event[], after = 0): Envelope[] {
  return events.map((event, index) => ({ seq: after + index + 1, at: 1_000 + index, ...engine, v: 1, event }));
}

export const created = (n: number): Event => ({ type: "workstream.created", workstream: workstream(n) });
export const told = (n: number, line: string): Event => ({ type: "line.told", workstreamId: workstreamId(n), line });
export const upserted = (n: number, ordinal: number, text: string): Event => ({
  type: "item.upserted",
  item: item(n, ordinal, text),
});
