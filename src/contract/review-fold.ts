import type { Event } from "./events.ts";
import { emptyReview, mostEntries, mostReviews, mostThreads, mostViewed } from "./review.ts";
import type { Review, ReviewState, ReviewThread } from "./review.ts";

/**
 * What an event makes of a workstream's review; the same on both sides. The state itself when it changes nothing. An event may
 * be told twice.
 */
export function foldReview(before: ReviewState | undefined, event: Event, at: number): ReviewState | undefined {
  switch (event.type) {
    case "review.sent":
      return sent(before ?? emptyReview, event);
    case "review.answered":
      return before && withThread(before, event.number, (thread) => withEntry(thread, event.entry, "answered"));
    case "review.resolved":
      return (
        before &&
        withThread(before, event.number, (thread) => ({ ...thread, state: event.resolved ? "resolved" : "open" }))
      );
    case "hunks.viewed": {
      const looked = event.head === undefined ? { at } : { at, head: event.head };
      return { ...(before ?? emptyReview), looked, viewed: foldViewed(before?.viewed ?? [], event) };
    }
    case "turn.opened":
      return before && { ...before, turn: { id: event.turn.id, number: event.turn.number } };
    case "words.delivered":
      return (
        before &&
        withDelivery(before, event.wordsId, (review) => ({
          ...review,
          delivery: "delivered",
          deliveredAt: at,
          ...(before.turn?.id === event.turnId ? { turn: before.turn.number } : {}),
        }))
      );
    case "words.dropped":
      return (
        before && withDelivery(before, event.wordsId, (review) => ({ ...review, delivery: "dropped", why: event.why }))
      );
    default:
      return before;
  }
}

/** Keys the human has viewed, the newest last. */
function foldViewed(before: readonly string[], { keys, viewed }: Extract<Event, { type: "hunks.viewed" }>): string[] {
  const named = new Set(keys);
  const others = before.filter((key) => !named.has(key));
  return viewed ? [...others, ...named].slice(-mostViewed) : others;
}

function sent(
  before: ReviewState,
  { review, opened, replies, turn }: Extract<Event, { type: "review.sent" }>,
): ReviewState {
  if (before.reviews.some(({ id }) => id === review.id)) return before;
  const threads = replies.reduce(
    (all, { number, entry }) =>
      all.map((thread) => (thread.number === number ? withEntry(thread, entry, "open") : thread)),
    before.threads,
  );
  return {
    ...before,
    last: Math.max(before.last, ...opened.map(({ number }) => number)),
    threads: makingRoom([...threads, ...opened]),
    reviews: [...before.reviews, review].slice(-mostReviews),
    ...(turn === undefined ? {} : { turn }),
  };
}

/** What is resolved goes first, and of that the oldest. */
function makingRoom(threads: readonly ReviewThread[]): ReviewThread[] {
  const excess = threads.length - mostThreads;
  const gone = new Set(
    threads
      .toSorted((a, b) => Number(b.state === "resolved") - Number(a.state === "resolved") || a.number - b.number)
      .slice(0, Math.max(0, excess)),
  );
  return threads.filter((thread) => !gone.has(thread));
}

function withEntry(
  thread: ReviewThread,
  entry: ReviewThread["entries"][number],
  state: ReviewThread["state"],
): ReviewThread {
  if (thread.entries.some(({ by, at, text }) => by === entry.by && at === entry.at && text === entry.text))
    return thread;
  // What opened it stays.
  const entries = [...thread.entries, entry];
  const kept = entries.length <= mostEntries ? entries : [...entries.slice(0, 1), ...entries.slice(1 - mostEntries)];
  return { ...thread, state, entries: kept };
}

function withThread(before: ReviewState, number: number, change: (thread: ReviewThread) => ReviewThread): ReviewState {
  return { ...before, threads: before.threads.map((thread) => (thread.number === number ? change(thread) : thread)) };
}

function withDelivery(before: ReviewState, wordsId: string, change: (review: Review) => Review): ReviewState {
  if (!before.reviews.some((review) => review.wordsId === wordsId)) return before;
  return { ...before, reviews: before.reviews.map((review) => (review.wordsId === wordsId ? change(review) : review)) };
}
