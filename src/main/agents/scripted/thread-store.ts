import { mkdir, open, readFile, rename, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** Longest text kept of one message in a thread's history, in characters. */
const historyTextLimit = 4_000;

const threadIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where a scenario stands: indices into nested step lists, with the name of the branch or the round between them. */
const cursorSchema = z.array(z.union([z.number().int().nonnegative(), z.string()])).max(64);
export type Cursor = readonly (number | string)[];

const tokensSchema = z.object({ input: z.number(), cached: z.number(), output: z.number() });
const statusSchema = z.enum(["completed", "interrupted", "failed"]);
export type EndStatus = z.infer<typeof statusSchema>;

const headSchema = z.object({
  type: z.literal("thread"),
  id: z.string(),
  cwd: z.string(),
  model: z.string().nullable(),
  approvalPolicy: z.string(),
  createdAt: z.number(),
  forkedFrom: z.string().nullable(),
});

const recordSchema = z.discriminatedUnion("type", [
  headSchema,
  z.object({
    type: z.literal("turn"),
    id: z.string(),
    clientId: z.string().nullable(),
    text: z.string(),
    at: z.number(),
  }),
  z.object({ type: z.literal("steer"), turnId: z.string(), clientId: z.string().nullable(), text: z.string() }),
  /** The oldest steer was taken up. */
  z.object({ type: z.literal("steered") }),
  z.object({ type: z.literal("message"), turnId: z.string(), text: z.string() }),
  z.object({ type: z.literal("cursor"), scenario: z.string(), at: cursorSchema }),
  /** A crash step that was played; it is not played again. */
  z.object({ type: z.literal("crashed"), step: z.string() }),
  z.object({ type: z.literal("usage"), total: tokensSchema }),
  z.object({
    type: z.literal("ended"),
    turnId: z.string(),
    status: statusSchema,
    error: z.string().nullable(),
    at: z.number(),
  }),
]);

export type ThreadRecord = z.infer<typeof recordSchema>;
export type ThreadHead = z.infer<typeof headSchema>;
export type TokenTotals = z.infer<typeof tokensSchema>;

export type Said =
  | { readonly by: "user"; readonly clientId: string | null; readonly text: string }
  | { readonly by: "agent"; readonly text: string };

export interface PastTurn {
  readonly id: string;
  readonly clientId: string | null;
  readonly startedAt: number;
  said: Said[];
  end?: { readonly status: EndStatus; readonly error: string | null; readonly at: number };
}

/** What a thread remembers. Changed by {@link remember} alone. */
export interface ThreadMemory {
  head: ThreadHead;
  readonly turns: PastTurn[];
  readonly cursors: Map<string, Cursor>;
  readonly crashed: Set<string>;
  /** Steers that were accepted and not taken up yet, oldest first. */
  readonly steers: string[];
  usage: TokenTotals;
}

/** A thread's memory and the file that carries it over the end of the program. */
export interface StoredThread {
  readonly memory: ThreadMemory;
  /** Changes the memory at once; resolves when the record is in the file. */
  append(record: ThreadRecord): Promise<void>;
  close(): Promise<void>;
}

export interface ThreadStore {
  create(head: ThreadHead): Promise<StoredThread>;
  /** Undefined when there is no such thread. */
  load(threadId: string): Promise<StoredThread | undefined>;
  /** Copies what a thread remembers under a new id. */
  fork(threadId: string, newId: string, at: number): Promise<StoredThread | undefined>;
}

/** Threads as one append-only JSONL file each, in `folder`. A line torn by a kill is dropped when it is read again. */
export function createThreadStore(folder: string): ThreadStore {
  const fileOf = (id: string) => join(folder, `${id}.jsonl`);

  async function write(id: string, records: readonly ThreadRecord[]): Promise<StoredThread> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const fresh = `${fileOf(id)}.new`;
    await writeFile(fresh, records.map(toLine).join(""), { mode: 0o600 });
    await rename(fresh, fileOf(id));
    return openThread(fileOf(id), records);
  }

  async function read(id: string): Promise<ThreadRecord[] | undefined> {
    if (!threadIdPattern.test(id)) return undefined;
    const text = await readFile(fileOf(id), "utf8").catch(() => undefined);
    return text === undefined ? undefined : parseRecords(text);
  }

  return {
    create: (head) => write(head.id, [head]),
    async load(threadId) {
      const records = await read(threadId);
      // Writing it anew drops a torn last line, which would otherwise spoil the next one.
      return records === undefined || records.length === 0 ? undefined : write(threadId, records);
    },
    async fork(threadId, newId, at) {
      const records = await read(threadId);
      const head = records?.[0];
      if (records === undefined || head?.type !== "thread") return undefined;
      return write(newId, [{ ...head, id: newId, forkedFrom: threadId, createdAt: at }, ...records.slice(1)]);
    },
  };
}

async function openThread(file: string, records: readonly ThreadRecord[]): Promise<StoredThread> {
  const memory = emptyMemory(records);
  const handle = await open(file, "a");
  let last: Promise<void> = Promise.resolve();
  return {
    memory,
    append(record) {
      remember(memory, record);
      last = last.then(() => appendLine(handle, record));
      return last;
    },
    async close() {
      await last;
      await handle.close();
    },
  };
}

async function appendLine(handle: FileHandle, record: ThreadRecord): Promise<void> {
  await handle.write(toLine(record));
}

function toLine(record: ThreadRecord): string {
  return `${JSON.stringify(record)}\n`;
}

function parseRecords(text: string): ThreadRecord[] {
  const records: ThreadRecord[] = [];
  for (const line of text.split("\n")) {
    const parsed = recordSchema.safeParse(parseJson(line));
    if (parsed.success) records.push(parsed.data);
  }
  return records[0]?.type === "thread" ? records : [];
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function emptyMemory(records: readonly ThreadRecord[]): ThreadMemory {
  const [head, ...rest] = records;
  if (head?.type !== "thread") throw new Error("A thread's first record is its head.");
  const memory: ThreadMemory = {
    head,
    turns: [],
    cursors: new Map(),
    crashed: new Set(),
    steers: [],
    usage: { input: 0, cached: 0, output: 0 },
  };
  for (const record of rest) remember(memory, record);
  return memory;
}

function remember(memory: ThreadMemory, record: ThreadRecord): void {
  switch (record.type) {
    case "thread":
      memory.head = record;
      return;
    case "turn":
      memory.turns.push({
        id: record.id,
        clientId: record.clientId,
        startedAt: record.at,
        said: [{ by: "user", clientId: record.clientId, text: shorten(record.text) }],
      });
      return;
    case "steer":
      memory.steers.push(record.text);
      turnOf(memory, record.turnId)?.said.push({ by: "user", clientId: record.clientId, text: shorten(record.text) });
      return;
    case "steered":
      memory.steers.shift();
      return;
    case "message":
      turnOf(memory, record.turnId)?.said.push({ by: "agent", text: shorten(record.text) });
      return;
    case "cursor":
      memory.cursors.set(record.scenario, record.at);
      return;
    case "crashed":
      memory.crashed.add(record.step);
      return;
    case "usage":
      memory.usage = record.total;
      return;
    case "ended": {
      const turn = turnOf(memory, record.turnId);
      if (turn !== undefined) turn.end = { status: record.status, error: record.error, at: record.at };
    }
  }
}

function turnOf(memory: ThreadMemory, turnId: string): PastTurn | undefined {
  return memory.turns.findLast((turn) => turn.id === turnId);
}

function shorten(text: string): string {
  return text.length <= historyTextLimit ? text : `${text.slice(0, historyTextLimit)}…`;
}
