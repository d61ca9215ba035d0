import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import { reviewWords } from "../../contract/review-words.ts";
import { isReviewed, type Anchor } from "../../contract/review.ts";
import type { Event } from "../../contract/events.ts";
import type { By } from "../storage/journal.ts";
import { createReviewStand, fileKey, type ReviewStand } from "./test-stand.ts";

const human: By = { actor: { kind: "human" } };
const id = "w00000001";

let stand: ReviewStand;
beforeEach(async () => {
  stand = await createReviewStand();
});
afterEach(() => stand.close());

const anchor = (path: string, first: number, ...excerpt: string[]): Anchor => ({
  path,
  side: "new",
  first,
  last: first + excerpt.length - 1,
  excerpt,
  before: [],
  after: [],
});
const comments = [
  { anchor: anchor("src/pay.ts", 12, "    const wait = 500;"), text: "Name the unit." },
  { anchor: anchor("src/pay.ts", 40, "  if (failed) {", "    again();", "  }"), text: "Only once, says the ticket." },
];
const wanted = { summary: "", comments, replies: [], when: "now" as const };

describe("a review", () => {
  it("reaches the author as one piece of words, which are those that were previewed", async () => {
    const sent = unwrap(await stand.review.send(id, { ...wanted, summary: "Nearly there.", after: 0 }, human));
    expect(sent.threads).toEqual([1, 2]);
    const preview = reviewWords({
      summary: "Nearly there.",
      comments: comments.map((comment, at) => ({ ...comment, number: at + 1 })),
      replies: [],
      head: stand.head,
    });
    expect(stand.told).toEqual([{ id, text: preview, when: "now" }]);
    expect(preview).toBe(
      [
        `The human reviewed your work at ${stand.head.slice(0, 12)}.`,
        "Nearly there.",
        "[1] src/pay.ts:12\n> const wait = 500;\nName the unit.",
        "[2] src/pay.ts:40-42\n> if (failed) {\n>   again();\n> }\nOnly once, says the ticket.",
        "Change the code and commit it. Where you will not, say why with the tool `review` (thread, text) instead.",
      ].join("\n\n"),
    );
  });

  it("keeps its threads with the words that carry them, or neither", async () => {
    stand.refuseWords();
    expect(await stand.review.send(id, wanted, human)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(unwrap(await stand.review.show(id))).toMatchObject({ threads: [], reviews: [] });
  });

  it("says in which turn it was delivered", async () => {
    const { wordsId } = unwrap(await stand.review.send(id, wanted, human));
    expect(unwrap(await stand.review.show(id)).reviews).toMatchObject([{ delivery: "accepted" }]);
    await stand.record(
      {
        type: "turn.opened",
        workstreamId: id,
        turn: { id: "t00000003", number: 3, cause: "human", status: "sending", startedAt: 1 },
        round: false,
      },
      { type: "words.delivered", workstreamId: id, wordsId, turnId: "t00000003" },
    );
    expect(unwrap(await stand.review.show(id)).reviews).toMatchObject([{ delivery: "delivered", turn: 3 }]);
  });

  it("knows the turn that runs already, into which words are put", async () => {
    await stand.record(
      {
        type: "turn.opened",
        workstreamId: id,
        turn: { id: "t00000007", number: 7, cause: "ticket", status: "sending", startedAt: 1 },
        round: false,
      },
      { type: "turn.started", workstreamId: id, turnId: "t00000007", agentTurnId: "x" },
    );
    const { wordsId } = unwrap(await stand.review.send(id, wanted, human));
    await stand.record({ type: "words.delivered", workstreamId: id, wordsId, turnId: "t00000007" });
    expect(unwrap(await stand.review.show(id)).reviews).toMatchObject([{ delivery: "delivered", turn: 7 }]);
  });

  it("is refused when another was sent since it was previewed", async () => {
    unwrap(await stand.review.send(id, { ...wanted, after: 0 }, human));
    expect(await stand.review.send(id, { ...wanted, after: 0 }, human)).toMatchObject({
      ok: false,
      error: { code: "CONFLICT" },
    });
  });

  it("takes a comment once, however often it is sent", async () => {
    const [first] = comments;
    if (first === undefined) throw new Error("There is no comment.");
    const drafted = { ...wanted, comments: [{ ...first, draft: "draft-0001" }] };
    unwrap(await stand.review.send(id, drafted, human));
    expect(await stand.review.send(id, drafted, human)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(stand.told).toHaveLength(1);
  });

  it("numbers the threads of reviews that are sent at once each for itself", async () => {
    const both = await Promise.all([stand.review.send(id, wanted, human), stand.review.send(id, wanted, human)]);
    expect(both.map((one) => unwrap(one).threads)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it.each([
    ["nothing", { ...wanted, comments: [] }, "BAD_REQUEST"],
    ["a reply to no thread", { ...wanted, comments: [], replies: [{ number: 9, text: "And?" }] }, "NOT_FOUND"],
    [
      "more than an author takes",
      {
        ...wanted,
        comments: Array.from({ length: 50 }, () => ({ anchor: anchor("a.ts", 1, "a"), text: "x".repeat(4_000) })),
      },
      "TOO_LARGE",
    ],
  ])("refuses %s", async (_what, review, code) => {
    expect(await stand.review.send(id, review, human)).toMatchObject({ ok: false, error: { code } });
    expect(stand.told).toEqual([]);
  });
});

describe("a thread", () => {
  it("is answered by the author, resolved by the human, and open again with a reply", async () => {
    unwrap(await stand.review.send(id, wanted, human));
    const author: By = { actor: { kind: "workstream", id } };
    unwrap(await stand.review.answer(id, 2, `It is. My key: ${"k".repeat(43)}`, author));
    unwrap(await stand.review.resolve(id, 1, true, human));
    expect(unwrap(await stand.review.show(id)).threads).toMatchObject([
      { number: 1, state: "resolved" },
      {
        number: 2,
        state: "answered",
        entries: [{ by: "human" }, { by: "author", text: "It is. My key: [capability]" }],
      },
    ]);
    unwrap(
      await stand.review.send(
        id,
        { ...wanted, comments: [], replies: [{ number: 1, text: "It came back." }], when: "next" },
        human,
      ),
    );
    expect(unwrap(await stand.review.show(id)).threads[0]).toMatchObject({
      state: "open",
      entries: [{}, { text: "It came back." }],
    });
    expect(stand.told.at(-1)).toMatchObject({
      when: "next",
      text: expect.stringContaining("[1] src/pay.ts:12, again\nIt came back."),
    });
  });

  it("does not let an author go on for ever", async () => {
    unwrap(await stand.review.send(id, wanted, human));
    const author: By = { actor: { kind: "workstream", id } };
    for (const text of ["a", "b", "c"]) unwrap(await stand.review.answer(id, 1, text, author));
    expect(await stand.review.answer(id, 1, "d", author)).toMatchObject({ ok: false, error: { code: "TOO_MANY" } });
  });
});

describe("what was viewed", () => {
  it("is kept by the name of the hunk, with the head it was seen at", async () => {
    const keys = ["a".repeat(32), "b".repeat(32)];
    unwrap(await stand.review.view(id, keys, true, human));
    unwrap(await stand.review.view(id, keys.slice(0, 1), false, human));
    expect(unwrap(await stand.review.show(id))).toMatchObject({ viewed: [keys[1]], looked: { head: stand.head } });
  });
});

describe("how far the human is", () => {
  const keys = ["one", "two", "three"].map((name) => name.padEnd(32, "-"));
  const [one = "", two = "", three = ""] = keys;
  const ready: Event = { type: "workstream.moved", workstreamId: id, phase: "ready" };

  beforeEach(() => stand.setHunks({ a: [one, two], b: [three] }));

  it("is counted once the work is ready, and again with each hunk", async () => {
    unwrap(await stand.review.view(id, [one], true, human));
    expect([stand.reads(), stand.reviewed()]).toEqual([0, undefined]);
    await stand.record(ready);
    await expect.poll(() => stand.reviewed()).toEqual({ head: stand.head, hunks: 3, viewed: 1, unresolved: 0 });
    unwrap(await stand.review.view(id, [fileKey("a"), three], true, human));
    await expect.poll(() => stand.reviewed()).toMatchObject({ viewed: 3 });
    unwrap(await stand.review.send(id, wanted, human));
    await expect.poll(() => stand.reviewed()).toMatchObject({ viewed: 3, unresolved: 2 });
    expect(stand.logged).toEqual([]);
  });

  it("is not asked of git for work that nobody looked at", async () => {
    await stand.record(ready);
    await stand.review.close();
    expect(stand.reads()).toBe(0);
  });

  it("says of ready work that it was reviewed only for the head that was looked at", async () => {
    const row = { phase: "ready" as const, diff: { head: "a", dirty: false } };
    const whole = { head: "a", hunks: 2, viewed: 2, unresolved: 0 };
    expect(isReviewed({ ...row, reviewed: whole })).toBe(true);
    expect(isReviewed(row)).toBe(false);
    expect(isReviewed({ ...row, reviewed: { ...whole, viewed: 1 } })).toBe(false);
    expect(isReviewed({ ...row, reviewed: { ...whole, unresolved: 1 } })).toBe(false);
    expect(isReviewed({ ...row, reviewed: { ...whole, head: "b" } })).toBe(false);
    expect(isReviewed({ ...row, phase: "working", reviewed: whole })).toBe(false);
    expect(isReviewed({ ...row, diff: { head: "a", dirty: true }, reviewed: whole })).toBe(false);
  });
});
