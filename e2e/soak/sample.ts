import { execFile } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { z } from "zod";
import { memoryOf, treeOf } from "../../bench/harness/proc.ts";

const run = promisify(execFile);
const probeSchema = z.object({ heap: z.number(), lagP99: z.number(), lagMax: z.number() });
const countSchema = z.object({ n: z.number() });

/** What one look at the engine found. Sizes are in MB of 1,048,576 bytes, delays in milliseconds. */
export interface Sample {
  readonly minute: number;
  /** Workstreams that were put away so far. */
  readonly finished: number;
  readonly rss: number;
  readonly heap: number;
  readonly fds: number;
  readonly threads: number;
  /** The engine and all below it, agents and their commands included. */
  readonly processes: number;
  readonly db: number;
  readonly wal: number;
  /** The home without the database. */
  readonly files: number;
  readonly outbox: number;
  readonly lagP99: number;
  readonly lagMax: number;
}

export interface Watched {
  readonly pid: number;
  readonly home: string;
  /** What `probe.ts` writes. */
  readonly probe: string;
}

export async function takeSample({ pid, home, probe }: Watched, minute: number, finished: number): Promise<Sample> {
  const database = path.join(home, "coxswain.db");
  const [memory, fds, threads, tree, db, wal, whole, inside] = await Promise.all([
    memoryOf(pid),
    readdir(`/proc/${pid}/fd`),
    readdir(`/proc/${pid}/task`),
    treeOf(pid),
    sizeOf(database),
    sizeOf(`${database}-wal`),
    folderSize(home),
    readFile(probe, "utf8").then((text) => probeSchema.parse(JSON.parse(text))),
  ]);
  return {
    minute,
    finished,
    rss: memory.rss,
    heap: inside.heap / 2 ** 20,
    fds: fds.length,
    threads: threads.length,
    processes: tree.length,
    db,
    wal,
    files: whole - db - wal,
    outbox: outboxRows(database),
    lagP99: inside.lagP99,
    lagMax: inside.lagMax,
  };
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => ({ size: 0 }))).size / 2 ** 20;
}

/** Files that go while it is measured make `du` fail; what it counted is told all the same. */
async function folderSize(folder: string): Promise<number> {
  const told = await run("du", ["-sk", folder]).catch((thrown: unknown) => thrown as { stdout: string });
  return Number.parseInt(told.stdout, 10) / 1_024;
}

function outboxRows(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return countSchema.parse(db.prepare("SELECT count(*) AS n FROM outbox").get()).n;
  } finally {
    db.close();
  }
}
