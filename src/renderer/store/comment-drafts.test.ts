import { describe, expect, it } from "vitest";
import type { Anchor } from "../../contract/review.ts";
import {
  draftAt,
  draftsOf,
  readComments,
  withDraft,
  withoutDrafts,
  withoutSent,
  writeComments,
  type CommentDraft,
} from "./comment-drafts.ts";

const anchor: Anchor = { path: "a.ts", side: "new", first: 3, last: 3, excerpt: ["x();"], before: [], after: [] };
const draft = (id: string, change: Partial<CommentDraft> = {}): CommentDraft => ({
  id: `draft-000${id}`,
  workstreamId: "w00000001",
  anchor,
  text: "Why?",
  kept: true,
  ...change,
});

function shelfOf(kept: Record<string, string> = {}) {
  return {
    kept,
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => void (kept[key] = value),
  };
}

describe("drafts of comments", () => {
  it("are there again on the next page", () => {
    const shelf = shelfOf();
    const drafts = withDraft({}, draft("1"));
    writeComments(shelf, {}, drafts);
    expect(readComments(shelf)).toEqual(drafts);
  });

  it("of two windows do not overwrite each other", () => {
    const shelf = shelfOf();
    const [mine, theirs] = [withDraft({}, draft("1")), withDraft({}, draft("2"))];
    writeComments(shelf, {}, mine);
    writeComments(shelf, {}, theirs);
    expect(Object.keys(readComments(shelf))).toEqual(["draft-0001", "draft-0002"]);
    writeComments(shelf, theirs, withoutDrafts(theirs, ["draft-0002"]));
    expect(Object.keys(readComments(shelf))).toEqual(["draft-0001"]);
  });

  it("survive a neighbour that cannot be read", () => {
    const kept = { "draft-0001": draft("1"), "draft-0002": { id: "draft-0002", text: 5 }, "draft-0003": null };
    expect(Object.keys(readComments(shelfOf({ "cox.comments": JSON.stringify(kept) })))).toEqual(["draft-0001"]);
    expect(readComments(shelfOf({ "cox.comments": "{" }))).toEqual({});
  });

  it("are found by their very lines, and listed by file and line", () => {
    const later = draft("2", { anchor: { ...anchor, first: 9, last: 9 } });
    const other = draft("3", { anchor: { ...anchor, path: "0.ts" } });
    const elsewhere = draft("4", { workstreamId: "w00000002" });
    const drafts = [later, draft("1"), other, elsewhere].reduce(withDraft, {});
    expect(draftsOf(drafts, "w00000001").map(({ id }) => id)).toEqual(["draft-0003", "draft-0001", "draft-0002"]);
    expect(draftAt(drafts, "w00000001", { ...anchor })?.id).toBe("draft-0001");
    expect(draftAt(drafts, "w00000001", { ...anchor, excerpt: ["y();"] })).toBeUndefined();
  });

  it("are drafts no more once the engine tells of their threads", () => {
    const drafts = [draft("1"), draft("2")].reduce(withDraft, {});
    const entries = [{ by: "human" as const, text: "Why?", at: 1 }];
    const sent = withoutSent(drafts, [{ number: 1, anchor, draft: "draft-0001", state: "open", entries }]);
    expect(Object.keys(sent)).toEqual(["draft-0002"]);
    expect(withoutSent(sent, [])).toBe(sent);
  });
});
