import { useState, type ReactNode } from "react";
import type { Problem } from "../../../contract/errors.ts";
import { reviewWords } from "../../../contract/review-words.ts";
import { emptyReview } from "../../../contract/review.ts";
import type { Workstream } from "../../../contract/states.ts";
import { currentStanding, useApp, useDetail, useDraft, useReviewing } from "../../store/app.ts";
import { draftsOf } from "../../store/comment-drafts.ts";
import { summaryDraft } from "../../store/review-actions.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Command, WithCode } from "../../ui/plain.tsx";
import "./review-dialog.css";

/** Shows exactly what the author will read, and sends it. */
export function ReviewDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const [workstream] = useState(() => currentStanding(app)?.workstream);
  return workstream === undefined ? null : <Preview workstream={workstream} onClose={onClose} />;
}

function Preview({ workstream, onClose }: { workstream: Workstream; onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const { id, name, diff } = workstream;
  const { last } = useDetail(({ details }) => details[id]?.review) ?? emptyReview;
  const comments = useReviewing((state) => state.comments);
  const key = summaryDraft(id);
  const summary = useDraft(key);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Problem>();
  const drafts = draftsOf(comments, id);
  const kept = drafts.filter((draft) => draft.kept);
  const left = drafts.length - kept.length;
  const words = reviewWords({
    summary: summary.trim(),
    comments: kept.map(({ anchor, text }, at) => ({ number: last + at + 1, anchor, text: text.trim() })),
    replies: [],
    head: diff?.head,
  });
  const nothing = kept.length === 0 && summary.trim() === "";

  async function send(): Promise<void> {
    if (busy || nothing) return;
    setBusy(true);
    const problem = await actions.sendReview(workstream, { summary: summary.trim(), comments: kept, after: last });
    setBusy(false);
    if (problem === undefined) onClose();
    else setRefusal(problem);
  }

  return (
    <Dialog wide title={`Send the review to ${name}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void send();
        }}
      >
        <label className="field">
          <span>Of the whole (may stay empty)</span>
          <textarea
            autoFocus
            value={summary}
            maxLength={4_000}
            onChange={(event) => actions.setDraft(key, event.target.value)}
          />
        </label>
        <p className="dialog-note">The author reads exactly this, as its next words:</p>
        <pre className="review-words" tabIndex={0} aria-label="What the author will read">
          <Command text={words} />
        </pre>
        {left > 0 && (
          <p className="dialog-note">
            {left} {left === 1 ? "draft stays" : "drafts stay"} here, unfinished.
          </p>
        )}
        {refusal !== undefined && (
          <p className="dialog-note" role="alert">
            <strong>
              <WithCode text={refusal.message} />
            </strong>{" "}
            <WithCode text={refusal.next} />
          </p>
        )}
        <div className="dialog-verbs">
          <VerbButton label="Not yet" binding="Escape" onPress={onClose} />
          <VerbButton
            label={busy ? "Sending…" : "Send"}
            binding="$mod+Enter"
            tone="primary"
            disabled={busy || nothing}
            onPress={() => void send()}
          />
        </div>
      </form>
    </Dialog>
  );
}
