import type { WorkstreamId } from "../../contract/ids.ts";
import type { Problem } from "../../contract/errors.ts";
import type { Anchor, ReviewThread } from "../../contract/review.ts";
import type { Workstream } from "../../contract/states.ts";
import type { EngineClient } from "../client.ts";
import { draftAt, withDraft, withoutDrafts, withoutSent, type CommentDraft } from "./comment-drafts.ts";
import type { Notice, Stores } from "./stores.ts";
import { threadMark } from "./review-marks.ts";
import type { Undo } from "./undo.ts";

interface Extras {
  readonly focusedMs: number;
  readonly commandKey: string;
}

export interface ReviewActionsDeps {
  readonly stores: Pick<Stores, "review" | "draft">;
  readonly newKey: () => string;
  readonly notify: (notice: Omit<Notice, "id">) => void;
  readonly setDraft: (key: string, text: string) => void;
  readonly command: <T>(
    about: string,
    call: (engine: EngineClient, extras: Extras) => Promise<T>,
  ) => Promise<T | undefined>;
  readonly undo: Undo;
  /** Sends a command and answers why it was not carried out. */
  readonly refused: (
    about: string,
    call: (engine: EngineClient, extras: Extras) => Promise<unknown>,
  ) => Promise<Problem | undefined>;
}

/** Most hunks that are marked with one command. */
const mostHunks = 2_000;

/** Comments on lines, the review they make up, and what of a diff was viewed. */
export function createReviewActions(deps: ReviewActionsDeps) {
  const { newKey, notify, setDraft, command, refused, undo } = deps;
  const { review, draft: texts } = deps.stores;

  function change(id: string, alter: (draft: CommentDraft) => CommentDraft): void {
    review.setState(({ comments }) => {
      const draft = comments[id];
      return draft === undefined ? {} : { comments: withDraft(comments, alter(draft)) };
    });
  }

  function drop(id: string): void {
    review.setState(({ comments, writing }) => ({
      comments: withoutDrafts(comments, [id]),
      writing: writing === id ? undefined : writing,
    }));
  }

  /** What was left empty is not kept. */
  function leave(): void {
    const { writing, comments } = review.getState();
    if (writing === undefined) return;
    if (comments[writing]?.text.trim() === "") drop(writing);
    else review.setState({ writing: undefined });
  }

  return {
    /** Begins a comment on these lines, or takes up the one that was begun there. */
    comment(workstreamId: WorkstreamId, anchor: Anchor): void {
      const begun = draftAt(review.getState().comments, workstreamId, anchor);
      const draft = begun ?? { id: newKey(), workstreamId, anchor, text: "", kept: false };
      review.setState(({ comments }) => ({
        comments: begun === undefined ? withDraft(comments, draft) : comments,
        writing: draft.id,
        mark: draft.id,
      }));
    },
    writeComment: (id: string, text: string): void => change(id, (draft) => ({ ...draft, text })),
    /** Makes the comment that is being written part of the review. */
    keepComment(): void {
      const { writing } = review.getState();
      if (writing !== undefined) change(writing, (draft) => ({ ...draft, kept: true }));
      leave();
    },
    /** Leaves off writing; what was written stays as a draft. */
    leaveComment: leave,
    dropComment(id: string): void {
      const draft = review.getState().comments[id];
      if (draft === undefined) return;
      const again = (): Promise<boolean> => {
        drop(id);
        return Promise.resolve(true);
      };
      const undoing = (): Promise<boolean> => {
        review.setState(({ comments }) => ({ comments: withDraft(comments, draft), mark: id }));
        return Promise.resolve(true);
      };
      drop(id);
      undo.did({ text: "the comment was dropped.", undo: undoing, redo: again });
      notify({ tone: "done", text: "Dropped the comment.", next: "z brings it back." });
    },
    /** Marks which thread or comment keys act on, and what is being written. */
    showReview: (shown: Partial<Pick<ReturnType<typeof review.getState>, "mark" | "writing" | "onlyUnviewed">>): void =>
      review.setState(shown),
    /** Lets go of drafts that were sent, as the engine tells. */
    settleComments(threads: readonly ReviewThread[]): void {
      const { comments } = review.getState();
      const left = withoutSent(comments, threads);
      if (left !== comments) review.setState({ comments: left });
    },

    /** Sends what was kept and a summary as one review. Answers why not. */
    async sendReview(
      { id, name }: Workstream,
      wanted: { readonly summary: string; readonly comments: readonly CommentDraft[]; readonly after: number },
    ): Promise<Problem | undefined> {
      const { summary, comments, after } = wanted;
      const problem = await refused(id, (engine, extras) =>
        engine.review.send({
          workstreamId: id,
          summary,
          comments: comments.map(({ id: draft, anchor, text }) => ({ draft, anchor, text })),
          after,
          ...extras,
        }),
      );
      if (problem !== undefined) return problem;
      setDraft(summaryDraft(id), "");
      notify({ tone: "done", text: `Sent the review to ${name}.` });
      return undefined;
    },
    /** Sends what was written in a thread. */
    async sendReply({ id, name }: Workstream, number: number): Promise<void> {
      const words = (texts.getState().drafts[replyDraft(id, number)] ?? "").trim();
      if (words === "") return review.setState({ writing: undefined });
      const sent = await command(id, (engine, extras) =>
        engine.review.send({ workstreamId: id, replies: [{ number, text: words }], ...extras }),
      );
      if (sent === undefined) return;
      setDraft(replyDraft(id, number), "");
      review.setState(({ writing }) => ({ writing: writing === threadMark(number) ? undefined : writing }));
      notify({ tone: "done", text: `Told ${name}.` });
    },
    async resolveThread({ id }: Workstream, number: number, resolved: boolean): Promise<void> {
      await command(id, (engine, extras) => engine.review.resolve({ workstreamId: id, number, resolved, ...extras }));
    },
    async viewHunks({ id }: Workstream, keys: readonly string[], viewed: boolean): Promise<void> {
      for (let at = 0; at < keys.length; at += mostHunks) {
        const hunks = keys.slice(at, at + mostHunks);
        await command(id, (engine, extras) => engine.review.view({ workstreamId: id, hunks, viewed, ...extras }));
      }
    },
  };
}

export const summaryDraft = (id: WorkstreamId): string => `review:${id}`;
export const replyDraft = (id: WorkstreamId, number: number): string => `reply:${id}:${String(number)}`;
