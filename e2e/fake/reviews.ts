import { randomBytes } from "node:crypto";
import { reviewWords } from "../../src/contract/review-words.ts";
import type { Client } from "../../src/contract/procedures.ts";
import type { FakeFleet } from "./fake-fleet.ts";

type Wanted = Parameters<Client["review"]["send"]>[0];

/** Reviews as the engine takes them, with an author who reads them when a test says so. */
export function fakeReviews(fleet: FakeFleet) {
  return {
    send({ workstreamId, summary = "", comments = [], replies = [] }: Wanted) {
      const { review } = fleet.detailOf(workstreamId);
      const at = Date.now();
      const wordsId = `m${randomBytes(6).toString("hex")}`;
      const reviewId = `v${randomBytes(6).toString("hex")}`;
      const opened = comments.map((comment, index) => ({ ...comment, number: review.last + index + 1 }));
      const text = reviewWords({
        summary,
        comments: opened,
        replies: replies.flatMap(({ number, text: said }) => {
          const thread = review.threads.find((one) => one.number === number);
          return thread === undefined ? [] : [{ thread, text: said }];
        }),
        head: fleet.state().workstreams[workstreamId]?.diff?.head,
      });
      const threads = [...opened, ...replies].map(({ number }) => number);
      const from = { kind: "human" as const };
      const words = { id: wordsId, workstreamId, text, from, when: "now" as const, cause: "human" as const, at };
      fleet.tell({ type: "words.accepted", words });
      fleet.tell({
        type: "review.sent",
        workstreamId,
        review: { id: reviewId, wordsId, at, summary, threads, delivery: "accepted" },
        opened: opened.map(({ number, anchor, draft, text: said }) => ({
          number,
          anchor,
          ...(draft === undefined ? {} : { draft }),
          state: "open" as const,
          entries: [{ by: "human" as const, text: said, at }],
        })),
        replies: replies.map(({ number, text: said }) => ({ number, entry: { by: "human" as const, text: said, at } })),
      });
      return { reviewId, wordsId, threads };
    },
    resolve(workstreamId: string, number: number, resolved: boolean) {
      fleet.tell({ type: "review.resolved", workstreamId, number, resolved });
      return {};
    },
    view(workstreamId: string, keys: string[], viewed: boolean) {
      const head = fleet.state().workstreams[workstreamId]?.diff?.head;
      fleet.tell({ type: "hunks.viewed", workstreamId, keys, viewed, ...(head === undefined ? {} : { head }) });
      return {};
    },
  };
}
