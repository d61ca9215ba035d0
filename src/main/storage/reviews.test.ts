import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import { foldReview } from "../../contract/review-fold.ts";
import { emptyReview, mostEntries, mostThreads, mostViewed, type ReviewState } from "../../contract/review.ts";
import { openDatabase } from "./database.ts";
import { migrations } from "./migrations.ts";
import { created, enveloped, localStorage, realStorage, temporaryFolder, workstreamId } from "./test-stand.ts";

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => remove());

const of = { workstreamId: workstreamId(1) };
const key = (n: number) => `hunk${String(n).padStart(28, "0")}`;

function sent(number: number, wordsId = `m${String(number).padStart(8, "0")}`): Event {
  return {
    type: "review.sent",
    ...of,
    review: {
      id: `v${String(number).padStart(8, "0")}`,
      wordsId,
      at: 5,
      summary: "",
      threads: [number],
      delivery: "accepted",
    },
    opened: [
      {
        number,
        anchor: { path: "a.ts", side: "new", first: 3, last: 3, excerpt: ["three();"], before: [], after: [] },
        state: "open",
        entries: [{ by: "human", text: "Why?", at: 5 }],
      },
    ],
    replies: [],
  };
}

const answered = (number: number, text: string): Event => ({
  type: "review.answered",
  ...of,
  number,
  entry: { by: "author", text, at: 6 },
});
const viewed = (keys: string[], isViewed = true): Event => ({
  type: "hunks.viewed",
  ...of,
  keys,
  viewed: isViewed,
  head: "4f",
});

const several: readonly Event[] = [
  sent(1),
  {
    type: "turn.opened",
    ...of,
    turn: { id: "t00000004", number: 4, cause: "human", status: "sending", startedAt: 1 },
    round: false,
  },
  { type: "words.delivered", ...of, wordsId: "m00000001", turnId: "t00000004" },
  sent(2),
  { type: "words.dropped", ...of, wordsId: "m00000002", why: "The workstream was stopped." },
  answered(1, "Because."),
  { type: "review.resolved", ...of, number: 2, resolved: true },
  viewed([key(1), key(2), key(3)]),
  viewed([key(2)], false),
];

function folded(events: readonly Event[]): ReviewState {
  return enveloped(events).reduce<ReviewState>(
    (state, { event, at }) => foldReview(state, event, at) ?? state,
    emptyReview,
  );
}

describe("reviews", () => {
  it("are what the fold makes of their events, after a restart too", async () => {
    const storage = await realStorage(folder);
    unwrap(await storage.commit(enveloped(several), []));
    await storage.close();
    const again = await realStorage(folder);
    const kept = unwrap(await again.review(workstreamId(1)));
    expect(kept).toEqual(folded(several));
    expect(kept).toMatchObject({
      last: 2,
      threads: [
        { number: 1, state: "answered", entries: [{ text: "Why?" }, { text: "Because." }] },
        { number: 2, state: "resolved" },
      ],
      reviews: [
        { delivery: "delivered", turn: 4 },
        { delivery: "dropped", why: "The workstream was stopped." },
      ],
      viewed: [key(1), key(3)],
      looked: { head: "4f" },
    });
    expect(unwrap(await again.review(workstreamId(2)))).toEqual(emptyReview);
    await again.close();
  });

  it("bear it that an event is told twice", () => {
    expect(folded(several.flatMap((event) => [event, event]))).toMatchObject({
      ...folded(several),
      looked: expect.anything(),
      reviews: [{ delivery: "delivered", turn: 4 }, { delivery: "dropped" }],
    });
  });

  it("are found empty in a database of before there were any, and can begin there", () => {
    unwrap(openDatabase(path.join(folder, "coxswain.db"), migrations.slice(0, 1))).close();
    const storage = localStorage(folder);
    expect(unwrap(storage.ask("review", workstreamId(1)))).toEqual(emptyReview);
    unwrap(storage.ask("commit", enveloped([sent(1)]), []));
    expect(unwrap(storage.ask("review", workstreamId(1))).threads).toHaveLength(1);
    storage.close();
  });

  it("say so when their row is damaged, and go on", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([sent(1), viewed([key(1)])]), []));
    storage.db.prepare("UPDATE reviews SET data = replace(data, 'Why?', 'Wow!')").run();
    expect(unwrap(storage.ask("review", workstreamId(1)))).toEqual({ ...emptyReview, lost: true, viewed: [key(1)] });
    unwrap(storage.ask("commit", enveloped([sent(2)], 2), []));
    expect(unwrap(storage.ask("review", workstreamId(1)))).toMatchObject({ lost: true, threads: [{ number: 2 }] });
    storage.close();
  });

  it("are forgotten with their workstream", () => {
    const storage = localStorage(folder);
    unwrap(storage.ask("commit", enveloped([created(1), ...several, { type: "workstream.deleted", ...of }]), []));
    expect(unwrap(storage.ask("review", workstreamId(1)))).toEqual(emptyReview);
    storage.close();
    const db = new DatabaseSync(path.join(folder, "coxswain.db"));
    expect(db.prepare("SELECT count(*) AS n FROM viewed_hunks").get()).toEqual({ n: 0 });
    db.close();
  });

  it("stay bounded: resolved threads make room, and the oldest views are forgotten", () => {
    const many = Array.from({ length: mostThreads + 5 }, (_, n) => sent(n + 1));
    const first: Event = { type: "review.resolved", ...of, number: 7, resolved: true };
    const talk = Array.from({ length: mostEntries + 9 }, (_, n) => answered(100, `again ${n}`));
    const state = folded([...many.slice(0, 10), first, ...many.slice(10), ...talk]);
    expect(state.threads).toHaveLength(mostThreads);
    expect(state.threads.some(({ number }) => number === 7)).toBe(false);
    const talked = state.threads.find(({ number }) => number === 100);
    expect(talked?.entries).toHaveLength(mostEntries);
    expect(talked?.entries[0]).toMatchObject({ by: "human" });

    const storage = localStorage(folder);
    const keys = Array.from({ length: mostViewed + 10 }, (_, n) => key(n));
    const pages = [0, 1, 2].map((page) => viewed(keys.slice(page * 2_000, (page + 1) * 2_000)));
    unwrap(storage.ask("commit", enveloped(pages), []));
    const kept = unwrap(storage.ask("review", workstreamId(1)));
    expect(kept.viewed).toEqual(keys.slice(10));
    expect(kept).toEqual(folded(pages));
    storage.close();
  });
});
