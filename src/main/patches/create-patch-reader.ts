import { Worker } from "node:worker_threads";
import type { FilePatch } from "../../contract/diffs.ts";
import { fail, ok, problem, ProblemError, type Problem, type Result } from "../../contract/errors.ts";
import type { Job, Page } from "./wire.ts";

/** A patch of the largest size takes a fraction of a second; waiting longer for a page, something is wrong with it. Milliseconds. */
const longestWait = 20_000;
/** Patches that wait to be read; a person looks at one at a time. */
const mostJobs = 16;

export interface PatchReaderDeps {
  /** Where `worker.ts` is, or what was built of it. */
  readonly worker: URL | string;
  /** How long the worker stays when nobody reads a diff. Milliseconds. */
  readonly idleMs: number;
}

/** Reads patches on a thread of its own, which is there only while somebody looks at diffs. */
export interface PatchReader {
  /** The files of a patch in pages, in their order. The bytes are handed over: they are gone here. */
  read(patch: Uint8Array, how: Omit<Job, "id" | "patch">): Result<AsyncGenerator<readonly FilePatch[]>>;
  close(): Promise<void>;
}

interface Reading {
  readonly pages: Page[];
  wake: () => void;
  problem?: Problem;
}

export function createPatchReader({ worker: place, idleMs }: PatchReaderDeps): PatchReader {
  const readings = new Map<number, Reading>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  let closed = false;

  function ready(): Worker {
    clearTimeout(idle);
    if (worker !== undefined) return worker;
    const started = new Worker(place, {
      name: "patches",
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    started.unref();
    started.on("message", (page: Page) => {
      const reading = readings.get(page.id);
      reading?.pages.push(page);
      reading?.wake();
    });
    started.on("error", (thrown) => end(started, thrown));
    started.on("exit", () => end(started, "It ended."));
    worker = started;
    return started;
  }

  function end(ended: Worker, why: unknown): void {
    if (worker !== ended) return;
    worker = undefined;
    for (const reading of readings.values()) {
      reading.problem = problem("UNAVAILABLE", "The diff could not be read.", "Read it again.", why);
      reading.wake();
    }
  }

  function rest(): void {
    if (readings.size > 0) return;
    clearTimeout(idle);
    idle = setTimeout(() => {
      const done = worker;
      worker = undefined;
      void done?.terminate();
    }, idleMs);
    idle.unref();
  }

  async function* pagesOf(id: number, reading: Reading): AsyncGenerator<readonly FilePatch[]> {
    try {
      for (;;) {
        const page = reading.pages.shift();
        if (page !== undefined) {
          if (page.patches.length > 0) yield page.patches;
          if (page.last) return;
          continue;
        }
        if (reading.problem !== undefined) throw new ProblemError(reading.problem);
        await arrival(reading);
      }
    } finally {
      readings.delete(id);
      rest();
    }
  }

  return {
    read(patch, how) {
      if (closed || readings.size >= mostJobs) {
        return fail("TOO_MANY", "Too many diffs are being read.", "Try again in a moment.");
      }
      const id = (lastId += 1);
      const reading: Reading = { pages: [], wake: () => undefined };
      readings.set(id, reading);
      const bytes = new Uint8Array(patch);
      ready().postMessage({ id, patch: bytes, ...how } satisfies Job, [bytes.buffer]);
      return ok(pagesOf(id, reading));
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      await worker?.terminate();
    },
  };
}

/** Waits for a page, or for why there will be none. */
async function arrival(reading: Reading): Promise<void> {
  const come = Promise.withResolvers<void>();
  reading.wake = come.resolve;
  const timer = setTimeout(() => {
    reading.problem = problem(
      "TIMED_OUT",
      "Reading the diff took too long.",
      "Look at fewer files: `git diff -- <path>`.",
    );
    come.resolve();
  }, longestWait);
  await come.promise;
  clearTimeout(timer);
}
