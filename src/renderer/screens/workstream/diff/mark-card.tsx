import type { ReactNode } from "react";
import type { Workstream } from "../../../../contract/states.ts";
import { canAct, useApp, useDetail, useDraft, useEngine, useReviewing } from "../../../store/app.ts";
import { replyDraft } from "../../../store/review-actions.ts";
import { fateOf, type Mark } from "../../../store/review-marks.ts";
import { CommentCard, ThreadCard } from "../../../ui/review/cards.tsx";

/** A thread or a comment, with what is being written in it. */
export function MarkCard({ mark, workstream }: { mark: Mark; workstream: Workstream }): ReactNode {
  const { id, thread, draft } = mark;
  if (thread !== undefined) return <OpenThread mark={mark} thread={thread} workstream={workstream} />;
  return draft === undefined ? null : <OpenComment key={id} draft={draft} />;
}

function OpenComment({ draft }: { draft: NonNullable<Mark["draft"]> }): ReactNode {
  const { actions } = useApp();
  const isCurrent = useReviewing((state) => state.mark === draft.id);
  const isWritten = useReviewing((state) => state.writing === draft.id);
  return (
    <CommentCard
      text={draft.text}
      kept={draft.kept}
      isCurrent={isCurrent}
      writing={
        isWritten
          ? {
              text: draft.text,
              onText: (text) => actions.writeComment(draft.id, text),
              onDone: () => {
                actions.keepComment();
                backToView();
              },
              onLeave: () => {
                actions.leaveComment();
                backToView();
              },
            }
          : undefined
      }
    />
  );
}

function OpenThread(props: { mark: Mark; thread: NonNullable<Mark["thread"]>; workstream: Workstream }): ReactNode {
  const { mark, thread, workstream } = props;
  const { actions } = useApp();
  const key = replyDraft(workstream.id, thread.number);
  const text = useDraft(key);
  const disabled = useEngine((state) => !canAct(state));
  const isCurrent = useReviewing((state) => state.mark === mark.id);
  const isWritten = useReviewing((state) => state.writing === mark.id);
  const reviews = useDetail(({ details }) => details[workstream.id]?.review.reviews);
  return (
    <ThreadCard
      thread={thread}
      isCurrent={isCurrent}
      note={fateOf(mark, reviews ?? [])}
      reply={
        isWritten
          ? {
              text,
              disabled,
              onText: (next) => actions.setDraft(key, next),
              onDone: () => {
                void actions.sendReply(workstream, thread.number);
                backToView();
              },
              onLeave: () => {
                actions.showReview({ writing: undefined });
                backToView();
              },
            }
          : undefined
      }
    />
  );
}

/** Keys are the diff's again. */
function backToView(): void {
  document.querySelector<HTMLElement>("main [role=tabpanel]")?.focus({ preventScroll: true });
}
