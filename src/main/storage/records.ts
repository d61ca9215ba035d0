import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { problem, ProblemError } from "../../contract/errors.ts";
import type { CommandId, WorkstreamId } from "../../contract/ids.ts";
import { actorSchema, principalSchema, surfaceSchema, type Principal } from "../../contract/principals.ts";
import type { Detail } from "../../contract/procedures.ts";
import type { CommandRecord, StoredCapability } from "./storage.ts";

/** What is kept besides state and events: tickets, commands, capabilities and settings. */
export interface Records {
  ticket(workstreamId: WorkstreamId): Detail["ticket"];
  saveTicket(workstreamId: WorkstreamId, ticket: Detail["ticket"]): void;
  recordCommand(command: CommandRecord): CommandRecord;
  /** Keeps that these commands had an effect; in the transaction of the events they caused. */
  readonly noteCauses: (commandIds: Iterable<CommandId>) => void;
  humanAttention(workstreamId: WorkstreamId): { readonly commands: number; readonly focusedMs: number };
  capabilities(): StoredCapability[];
  saveCapability(capability: StoredCapability): void;
  forgetCapabilities(kind: Principal["kind"]): void;
  setting(name: string): unknown;
  saveSetting(name: string, value: unknown): void;
}

const ticketSchema = z.object({ key: z.string(), title: z.string(), body: z.string() });
const attentionSchema = z.object({ commands: z.number(), focusedMs: z.number() });
const settingSchema = z.object({ value: z.string() });
const capabilitySchema = z.object({ hash: z.string(), principal: z.string(), created_at: z.number() });
const commandSchema = z.object({
  id: z.string(),
  at: z.number(),
  name: z.string(),
  actor: z.string(),
  surface: surfaceSchema,
  workstream_id: z.string().nullable(),
  focused_ms: z.number().nullable(),
  key: z.string().nullable(),
  input: z.string(),
  outcome: z.string().nullable(),
  answer: z.string().nullable(),
  caused: z.number(),
});

export function createRecords(db: DatabaseSync): Records {
  const readTicket = db.prepare("SELECT key, title, body FROM tickets WHERE workstream_id = ?");
  const writeTicket = db.prepare(
    "INSERT OR REPLACE INTO tickets (workstream_id, key, title, body) VALUES (?, ?, ?, ?)",
  );
  const byKey = db.prepare("SELECT * FROM commands WHERE actor = ? AND key = ? AND id <> ?");
  const writeCommand = db.prepare(
    `INSERT INTO commands (id, at, name, actor, surface, workstream_id, focused_ms, key, input, outcome, answer)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, answer = excluded.answer`,
  );
  const setCaused = db.prepare("UPDATE commands SET caused = 1 WHERE id = ? AND caused = 0");
  const countCommands = db.prepare(
    `SELECT count(*) AS commands, coalesce(sum(focused_ms), 0) AS focusedMs FROM commands
     WHERE workstream_id = ? AND json_extract(actor, '$.kind') = 'human'`,
  );
  const readCapabilities = db.prepare("SELECT hash, principal, created_at FROM capabilities ORDER BY created_at");
  const writeCapability = db.prepare(
    "INSERT OR REPLACE INTO capabilities (hash, kind, principal, created_at) VALUES (?, ?, ?, ?)",
  );
  const removeCapabilities = db.prepare("DELETE FROM capabilities WHERE kind = ?");
  const readSetting = db.prepare("SELECT value FROM settings WHERE name = ?");
  const writeSetting = db.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)");

  /** A key counts for its own actor only: nobody can answer for somebody else by guessing it. */
  function recordCommand(command: CommandRecord): CommandRecord {
    const actor = JSON.stringify(command.actor);
    const first = command.key === undefined ? undefined : byKey.get(actor, command.key, command.id);
    if (first !== undefined) return readCommand(first);
    writeCommand.run(
      command.id,
      command.at,
      command.name,
      actor,
      command.surface,
      command.workstreamId ?? null,
      command.focusedMs ?? null,
      command.key ?? null,
      command.input,
      command.outcome ?? null,
      command.answer ?? null,
    );
    return command;
  }

  return {
    ticket(workstreamId) {
      const row = readTicket.get(workstreamId);
      if (row !== undefined) return ticketSchema.parse(row);
      throw new ProblemError(
        problem("NOT_FOUND", `No ticket is stored for ${workstreamId}.`, "Run `cox list` to see the workstreams."),
      );
    },
    saveTicket: (workstreamId, { key, title, body }) => void writeTicket.run(workstreamId, key, title, body),
    recordCommand,
    noteCauses: (commandIds) => {
      for (const id of commandIds) setCaused.run(id);
    },
    humanAttention: (workstreamId) => attentionSchema.parse(countCommands.get(workstreamId)),
    capabilities: () => readCapabilities.all().map(readCapability),
    saveCapability: ({ hash, principal, createdAt }) =>
      void writeCapability.run(hash, principal.kind, JSON.stringify(principal), createdAt),
    forgetCapabilities: (kind) => void removeCapabilities.run(kind),
    setting(name) {
      const row = readSetting.get(name);
      const value: unknown = row === undefined ? undefined : JSON.parse(settingSchema.parse(row).value);
      return value;
    },
    saveSetting: (name, value) => void writeSetting.run(name, JSON.stringify(value)),
  };
}

function readCapability(row: unknown): StoredCapability {
  const { hash, principal, created_at } = capabilitySchema.parse(row);
  return { hash, principal: principalSchema.parse(JSON.parse(principal)), createdAt: created_at };
}

function readCommand(row: unknown): CommandRecord {
  const stored = commandSchema.parse(row);
  return {
    id: stored.id,
    at: stored.at,
    name: stored.name,
    actor: actorSchema.parse(JSON.parse(stored.actor)),
    surface: stored.surface,
    ...(stored.workstream_id === null ? {} : { workstreamId: stored.workstream_id }),
    ...(stored.focused_ms === null ? {} : { focusedMs: stored.focused_ms }),
    ...(stored.key === null ? {} : { key: stored.key }),
    input: stored.input,
    ...(stored.outcome === null ? {} : { outcome: stored.outcome }),
    ...(stored.answer === null ? {} : { answer: stored.answer }),
    ...(stored.caused === 0 ? {} : { caused: true }),
  };
}
