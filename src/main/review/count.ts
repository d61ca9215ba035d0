import type { ChangesFrame } from "../../contract/diffs.ts";
import { problemOf, type Result } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { progressOf } from "../../contract/review-hunks.ts";
import type { Reviewed } from "../../contract/review.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Journal } from "../storage/journal.ts";
import type { Storage } from "../storage/storage.ts";

/** All that a workstream changed since its base, as windows are told it. */
export type ReadChanges = (id: WorkstreamId) => Result<AsyncIterable<ChangesFrame>>;

export interface CountingDeps {
  readonly journal: Pick<Journal, "state" | "record" | "subscribe">;
  readonly storage: Pick<Storage, "review">;
  readonly readChanges: ReadChanges;
  readonly log: (message: string, cause: unknown) => void;
}

/**
 * Keeps with the row of ready work how far the human is with it. Only ready work is counted: a diff is read for it, and while
 * an author works nobody is done. One count at a time for a workstream; what happens meanwhile is taken in by one more.
 */
export function createCounting({ journal, storage, readChanges, log }: CountingDeps): { close(): Promise<void> } {
  const under = new Map<WorkstreamId, "once" | "again">();
  const running = new Set<Promise<void>>();
  let closed = false;

  function look(id: WorkstreamId): void {
    if (closed) return;
    const busy = under.has(id);
    under.set(id, busy ? "again" : "once");
    if (busy) return;
    const work = countUntilQuiet(id).catch((thrown: unknown) =>
      log("Counting what was viewed failed.", problemOf(thrown)),
    );
    running.add(work);
    void work.finally(() => running.delete(work));
  }

  async function countUntilQuiet(id: WorkstreamId): Promise<void> {
    try {
      do {
        under.set(id, "once");
        await count(id);
      } while (under.get(id) === "again" && !closed);
    } finally {
      under.delete(id);
    }
  }

  async function count(id: WorkstreamId): Promise<void> {
    const row = journal.state().workstreams[id];
    if (row?.phase !== "ready" || row.diff === undefined) return;
    const kept = await storage.review(id);
    if (!kept.ok) return log(`What was viewed of ${row.name} cannot be read.`, kept.error);
    const { viewed, threads } = kept.value;
    if (viewed.length === 0 && threads.length === 0) return;
    const changes = readChanges(id);
    if (!changes.ok) return log(`The changes of ${row.name} cannot be read.`, changes.error);
    const unresolved = threads.filter(({ state }) => state !== "resolved").length;
    const reviewed = { ...(await progressIn(changes.value, new Set(viewed))), unresolved };
    const now = journal.state().workstreams[id];
    if (now === undefined || same(now.reviewed, reviewed)) return;
    const told = await journal.record([{ type: "review.counted", workstreamId: id, reviewed }], byEngine);
    if (!told.ok) log(`How far the human is with ${row.name} was not stored.`, told.error);
  }

  for (const row of Object.values(journal.state().workstreams)) if (isBehind(row)) look(row.id);
  const leave = journal.subscribe((envelopes) => {
    for (const { event } of envelopes) {
      const id = mayChangeCount(event);
      if (id !== undefined) look(id);
    }
  });

  return {
    async close() {
      closed = true;
      leave();
      await Promise.all(running);
    },
  };
}

async function progressIn(
  frames: AsyncIterable<ChangesFrame>,
  viewed: ReadonlySet<string>,
): Promise<Omit<Reviewed, "unresolved">> {
  let head = "";
  let hunks = 0;
  let seen = 0;
  for await (const frame of frames) {
    if (frame.kind === "files") {
      head = frame.head;
      // What is not told nobody has viewed.
      if (frame.unlisted > 0) hunks += 1;
    } else if (frame.kind === "end") hunks += frame.truncated ? 1 : 0;
    else {
      for (const patch of frame.patches) {
        const progress = progressOf(patch, viewed);
        hunks += progress.total;
        seen += progress.viewed;
      }
    }
  }
  return { head, hunks, viewed: seen };
}

const byEngine = { actor: { kind: "engine" } } as const;

function mayChangeCount(event: Event): WorkstreamId | undefined {
  switch (event.type) {
    case "review.sent":
    case "review.answered":
    case "review.resolved":
    case "hunks.viewed":
    case "diff.measured":
      return event.workstreamId;
    case "workstream.moved":
      return event.phase === "ready" ? event.workstreamId : undefined;
    default:
      return undefined;
  }
}

/** It was counted for another state of the work, by an engine that ended before it could count again. */
function isBehind({ phase, reviewed, diff }: Workstream): boolean {
  return phase === "ready" && reviewed !== undefined && reviewed.head !== diff?.head;
}

function same(a: Reviewed | undefined, b: Reviewed): boolean {
  return a?.head === b.head && a.hunks === b.hunks && a.viewed === b.viewed && a.unresolved === b.unresolved;
}
