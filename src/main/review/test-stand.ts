import type { ChangesFrame } from "../../contract/diffs.ts";
import { fail, ok, unwrap } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import { createJournal } from "../storage/create-journal.ts";
import { created, engine, realStorage, temporaryFolder, workstreamId } from "../storage/test-stand.ts";
import { createReview } from "./create-review.ts";

const id = workstreamId(1);
const at = 1_700_000_000_000;
const head = "4f".repeat(20);

export const fileKey = (path: string): string => `file-${path}`.padEnd(32, "0");

export type ReviewStand = Awaited<ReturnType<typeof createReviewStand>>;

/** Reviews over a real database, with an author that only hears. */
export async function createReviewStand() {
  const { folder, remove } = temporaryFolder();
  const storage = await realStorage(folder);
  const loaded = unwrap(await storage.load());
  const journal = createJournal({ storage, loaded, clock: () => at, onTrouble: () => undefined });
  const told: { readonly id: string; readonly text: string; readonly when: string }[] = [];
  let ids = 0;
  let refused = false;
  const newId = (prefix: string) => `${prefix}${String((ids += 1)).padStart(8, "0")}`;

  let reads = 0;
  const logged: unknown[] = [];
  let files: Readonly<Record<string, readonly string[]>> = {};

  async function* changes(): AsyncGenerator<ChangesFrame> {
    yield { kind: "files", base: head, head, files: [], unlisted: 0 };
    const hunk = { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, section: "", lines: "+a" };
    const patches = Object.entries(files).map(([path, ids]) => ({
      path,
      id: fileKey(path),
      lines: 1,
      hunks: ids.map((one) => ({ ...hunk, id: one })),
    }));
    yield { kind: "patches", patches };
    yield { kind: "end", truncated: false };
  }

  async function record(...events: readonly Event[]): Promise<void> {
    unwrap(await journal.record(events, engine));
  }

  await record(created(1), {
    type: "diff.measured",
    workstreamId: id,
    diff: { files: 2, added: 6, removed: 2, commits: 1, head, dirty: false, at },
  });
  const review = createReview({
    journal,
    storage,
    tellAuthor: async (workstream, text, when, by, along) => {
      if (refused) return fail("CONFLICT", "It was put away.", "Start another attempt.");
      const wordsId = newId("m");
      told.push({ id: workstream, text, when });
      const words = { id: wordsId, workstreamId: workstream, text, from: by.actor, when, cause: "human" as const, at };
      unwrap(await journal.record([{ type: "words.accepted", words }, ...along(wordsId)], by));
      return ok({ wordsId });
    },
    readChanges: () => {
      reads += 1;
      return ok(changes());
    },
    log: (message, cause) => logged.push([message, cause]),
    clock: () => at,
    newId,
  });

  return {
    review,
    told,
    head,
    record,
    /** From now on the author takes no words. */
    refuseWords: () => void (refused = true),
    /** What the workstream's row says of how far the human is. */
    reviewed: () => journal.state().workstreams[id]?.reviewed,
    /** How often its diff was read. */
    reads: () => reads,
    logged,
    /** From now on these are its hunks, by file. */
    setHunks: (now: Readonly<Record<string, readonly string[]>>) => void (files = now),
    async close() {
      await review.close();
      await journal.close();
      await storage.close();
      remove();
    },
  };
}
