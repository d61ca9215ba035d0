import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { reviewWords } from "../../contract/review-words.ts";
import type { Anchor, ReviewEntry, ReviewState, ReviewThread } from "../../contract/review.ts";
import { mostThreads } from "../../contract/review.ts";
import type { Words, Workstream } from "../../contract/states.ts";
import type { By, Journal } from "../storage/journal.ts";
import type { Storage } from "../storage/storage.ts";
import { createCounting, type ReadChanges } from "./count.ts";

export interface Comment {
  readonly anchor: Anchor;
  readonly text: string;
  readonly draft?: string | undefined;
}

/** What the human has to say about the work of one workstream. */
export interface WantedReview {
  readonly summary: string;
  readonly comments: readonly Comment[];
  readonly replies: readonly { readonly number: number; readonly text: string }[];
  /** The highest number of a thread that was known when it was written. */
  readonly after?: number | undefined;
  readonly when: Exclude<Words["when"], "interrupt">;
}

export interface Sent {
  readonly reviewId: string;
  readonly wordsId: string;
  readonly threads: number[];
}

/** Threads of words about places in a workstream's work, and what of it the human has viewed. */
export interface Review {
  show(id: WorkstreamId): Promise<Result<ReviewState>>;
  send(id: WorkstreamId, wanted: WantedReview, by: By): Promise<Result<Sent>>;
  answer(id: WorkstreamId, number: number, text: string, by: By): Promise<Result<void>>;
  resolve(id: WorkstreamId, number: number, resolved: boolean, by: By): Promise<Result<void>>;
  view(id: WorkstreamId, keys: readonly string[], viewed: boolean, by: By): Promise<Result<void>>;
  close(): Promise<void>;
}

export interface ReviewDeps {
  readonly journal: Pick<Journal, "state" | "record" | "subscribe">;
  readonly storage: Pick<Storage, "review">;
  /** Words for an author; `along` is recorded with them, or neither is. */
  readonly tellAuthor: (
    id: WorkstreamId,
    text: string,
    when: Words["when"],
    by: By,
    along: (wordsId: string) => readonly Event[],
  ) => Promise<Result<{ readonly wordsId: string }>>;
  readonly readChanges: ReadChanges;
  /** What went wrong where nobody is waiting for an answer. */
  readonly log: (message: string, cause: unknown) => void;
  readonly clock: () => number;
  readonly newId: (prefix: "v") => string;
}

/** How long words for an author may be, as the contract has it. */
const longestWords = 32_000;
/** What an author may say in a thread before the human says something again. */
const mostAnswersInARow = 3;
/** What could be the author's own capability, which is never to be on record. */
const tokens = /(?<![\w-])[\w-]{43}(?![\w-])/g;

export function createReview(deps: ReviewDeps): Review {
  const { journal, storage, clock } = deps;
  const inOrder = createTurns();
  const counting = createCounting(deps);

  /** Reads what is kept, decides on it, and has it recorded before the next one does the same. */
  function on<T>(
    id: WorkstreamId,
    work: (row: Workstream, state: ReviewState) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    return inOrder(id, async () => {
      const row = journal.state().workstreams[id];
      if (row === undefined) return noWorkstream(id);
      const state = await storage.review(id);
      return state.ok ? work(row, state.value) : state;
    });
  }

  function onThread(
    id: WorkstreamId,
    number: number,
    by: By,
    plan: (thread: ReviewThread) => Result<readonly Event[]>,
  ): Promise<Result<void>> {
    return on(id, (_row, state) => {
      const thread = state.threads.find((one) => one.number === number);
      const events = thread === undefined ? noThread(number) : plan(thread);
      return events.ok ? journal.record(events.value, by) : Promise.resolve(events);
    });
  }

  return {
    show: (id) => on(id, (_row, state) => Promise.resolve(ok(state))),

    send: (id, wanted, by) =>
      on(id, async (row, state) => {
        const letter = letterOf(row, state, wanted);
        if (!letter.ok) return letter;
        const { text, opened, replied } = letter.value;
        const reviewId = deps.newId("v");
        const at = clock();
        const threads = [...opened, ...replied].map(({ number }) => number);
        const turn = row.turn?.status === "running" ? { id: row.turn.id, number: row.turn.number } : undefined;
        const said = (words: string): ReviewEntry => ({ by: "human", text: words, at });
        const told = await deps.tellAuthor(id, text, wanted.when, by, (wordsId) => [
          {
            type: "review.sent",
            workstreamId: id,
            review: { id: reviewId, wordsId, at, summary: wanted.summary, threads, delivery: "accepted" },
            opened: opened.map((comment) => ({
              number: comment.number,
              anchor: comment.anchor,
              ...(comment.draft === undefined ? {} : { draft: comment.draft }),
              ...(row.diff === undefined ? {} : { commit: row.diff.head }),
              state: "open",
              entries: [said(comment.text)],
            })),
            replies: replied.map((reply) => ({ number: reply.number, entry: said(reply.text) })),
            ...(turn === undefined ? {} : { turn }),
          },
        ]);
        return told.ok ? ok({ reviewId, wordsId: told.value.wordsId, threads }) : told;
      }),

    answer: (id, number, text, by) =>
      onThread(id, number, by, ({ entries }) => {
        if (entries.slice(-mostAnswersInARow).every((entry) => entry.by === "author") && entries.length > 1) {
          return fail("TOO_MANY", "You have said enough there for now.", "Wait for the human, or change the code.");
        }
        const entry: ReviewEntry = { by: "author", text: text.replace(tokens, "[capability]"), at: clock() };
        return ok([{ type: "review.answered", workstreamId: id, number, entry }]);
      }),

    resolve: (id, number, resolved, by) =>
      onThread(id, number, by, ({ state }) =>
        ok(
          (state === "resolved") === resolved ? [] : [{ type: "review.resolved", workstreamId: id, number, resolved }],
        ),
      ),

    view: (id, keys, viewed, by) =>
      on(id, (row) => {
        const head = row.diff === undefined ? {} : { head: row.diff.head };
        return journal.record([{ type: "hunks.viewed", workstreamId: id, keys: [...keys], viewed, ...head }], by);
      }),

    close: () => counting.close(),
  };
}

interface Numbered {
  readonly number: number;
  readonly text: string;
}

/** What the author will read, and the threads it is about. */
function letterOf(
  row: Workstream,
  state: ReviewState,
  { summary, comments, replies, after }: WantedReview,
): Result<{ text: string; opened: readonly (Numbered & Comment)[]; replied: readonly Numbered[] }> {
  if (summary === "" && comments.length === 0 && replies.length === 0) {
    return fail("BAD_REQUEST", "There is nothing to send.", "Comment on a line, or write a summary.");
  }
  if (after !== undefined && state.last > after) {
    return fail("CONFLICT", "Other comments were sent meanwhile.", "Look at the preview again, then send it.");
  }
  const known = new Set(state.threads.map(({ draft }) => draft));
  if (comments.some(({ draft }) => draft !== undefined && known.has(draft))) {
    return fail("CONFLICT", "Of these comments some were sent already.", "Look at the threads.");
  }
  const unresolved = state.threads.filter((thread) => thread.state !== "resolved").length;
  if (unresolved + comments.length > mostThreads) {
    return fail("TOO_MANY", `${row.name} has ${unresolved} threads that are not resolved.`, "Resolve some of them.");
  }
  const threads = replies.map(({ number }) => state.threads.find((thread) => thread.number === number));
  const missing = replies.find((_reply, at) => threads[at] === undefined);
  if (missing !== undefined) return noThread(missing.number);
  const opened = comments.map((comment, at) => ({ ...comment, number: state.last + at + 1 }));
  const text = reviewWords({
    summary,
    comments: opened,
    replies: replies.flatMap((reply, at) => {
      const thread = threads[at];
      return thread === undefined ? [] : [{ thread, text: reply.text }];
    }),
    head: row.diff?.head,
  });
  if (text.length > longestWords) {
    return fail("TOO_LARGE", "This is more than an author takes at once.", "Send it in two parts.");
  }
  return ok({ text, opened, replied: replies });
}

function noWorkstream(id: WorkstreamId): Result<never> {
  return fail("NOT_FOUND", `There is no workstream ${id}.`, "`cox list` shows those there are.");
}

function noThread(number: number): Result<never> {
  return fail("NOT_FOUND", `There is no thread ${number}.`, "`cox review` lists the threads.");
}

/** Has work on the same workstream wait for that before it. */
function createTurns(): <T>(id: WorkstreamId, work: () => Promise<T>) => Promise<T> {
  const last = new Map<WorkstreamId, Promise<unknown>>();
  return async (id, work) => {
    const before = last.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(id, mine);
    try {
      return await mine;
    } finally {
      if (last.get(id) === mine) last.delete(id);
    }
  };
}
