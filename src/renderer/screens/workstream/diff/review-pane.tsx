import type { ReactNode } from "react";
import { placeText, quoted } from "../../../../contract/review-words.ts";
import { isReviewed, type Review, type ReviewState } from "../../../../contract/review.ts";
import type { Workstream } from "../../../../contract/states.ts";
import { canAct, useApp, useEngine, useReviewing } from "../../../store/app.ts";
import { ageInWords } from "../../../store/format.ts";
import type { Mark, Progress } from "../../../store/review-marks.ts";
import { VerbButton } from "../../../ui/kbd.tsx";
import { Name, Plain } from "../../../ui/plain.tsx";
import { useNow } from "../../use-now.ts";
import { MarkCard } from "./mark-card.tsx";
import "./review-pane.css";

export interface ReviewPaneProps {
  readonly workstream: Workstream;
  readonly review: ReviewState;
  readonly marks: readonly Mark[];
  readonly progress: ReadonlyMap<string, Progress>;
  readonly onlyUnviewed: boolean;
  readonly onGo: (mark: Mark) => void;
}

/** How far the human is with the diff, all that was said of it, and what became of that. */
export function ReviewPane({ workstream, review, marks, progress, onlyUnviewed, onGo }: ReviewPaneProps): ReactNode {
  const { actions } = useApp();
  const acts = useEngine(canAct);
  const kept = marks.filter(({ draft }) => draft?.kept === true).length;
  const drafts = marks.filter(({ draft }) => draft?.kept === false).length;
  const last = review.reviews.at(-1);
  return (
    <aside className="review-pane" aria-label="Review" tabIndex={0}>
      <Viewed review={review} progress={progress} onlyUnviewed={onlyUnviewed} />
      {isReviewed(workstream) && (
        <p className="review-note">Reviewed: it is ready, and nothing of it is left to look at.</p>
      )}
      {review.lost === true && (
        <p className="review-note">What was said here earlier is damaged and cannot be shown.</p>
      )}
      {marks.length > 0 && (
        <ol className="review-marks" aria-label="Threads and comments">
          {marks.map((mark) => (
            <li key={mark.id}>
              <Listed mark={mark} workstream={workstream} onGo={onGo} />
            </li>
          ))}
        </ol>
      )}
      {kept > 0 && acts && (
        <VerbButton
          label={`Send the review (${String(kept)})…`}
          command="send-review"
          tone="primary"
          onPress={() => actions.openOverlay("review")}
        />
      )}
      {drafts > 0 && (
        <p className="review-note">
          {drafts} {drafts === 1 ? "draft" : "drafts"} not in the review yet
        </p>
      )}
      {last !== undefined && <Receipt review={last} marks={marks} />}
    </aside>
  );
}

function Viewed(props: Pick<ReviewPaneProps, "review" | "progress" | "onlyUnviewed">): ReactNode {
  const { review, progress, onlyUnviewed } = props;
  const now = useNow();
  const all = [...progress.values()];
  const total = all.reduce((sum, one) => sum + one.total, 0);
  const viewed = all.reduce((sum, one) => sum + one.viewed, 0);
  const { looked } = review;
  return (
    <div className="review-viewed">
      <p>
        <span className="review-count">
          {viewed}/{total}
        </span>{" "}
        viewed
        {looked !== undefined && <span className="review-note"> last {ageInWords(now - looked.at)} ago</span>}
      </p>
      <progress max={Math.max(1, total)} value={viewed} aria-label="Viewed" />
      {onlyUnviewed && (
        <p className="review-note">
          Only what you have not viewed, or what changed since
          {looked?.head === undefined ? "" : ` ${looked.head.slice(0, 12)}`}.
        </p>
      )}
    </div>
  );
}

function Listed({
  mark,
  workstream,
  onGo,
}: {
  mark: Mark;
  workstream: Workstream;
  onGo: (mark: Mark) => void;
}): ReactNode {
  const { anchor, thread, draft, standing } = mark;
  const isCurrent = useReviewing((state) => state.mark === mark.id);
  const place = standing.kind === "here" ? { ...anchor, ...standing } : anchor;
  const name = `${place.path.slice(place.path.lastIndexOf("/") + 1)}:${
    placeText({ ...place, side: "new" })
      .split(":")
      .at(-1) ?? ""
  }`;
  const state = thread?.state ?? (draft?.kept === true ? "to send" : "draft");
  const text = draft?.text ?? thread?.entries.at(-1)?.text ?? "";
  return (
    <>
      <button
        type="button"
        className="review-mark"
        data-state={thread?.state ?? "draft"}
        aria-current={isCurrent || undefined}
        title={placeText(place)}
        onClick={() => onGo(mark)}
      >
        <span className="review-mark-head">
          {thread !== undefined && <span className="mark-number">{thread.number}</span>}
          <span className="review-place">
            <Name text={name} />
          </span>
          <span className="review-state">{standing.kind === "gone" ? "the line is gone" : state}</span>
        </span>
        <span className="review-text" dir="auto">
          <Plain text={text.split("\n")[0] ?? ""} />
        </span>
      </button>
      {standing.kind !== "here" && isCurrent && (
        <div className="review-gone">
          <pre className="review-excerpt" tabIndex={-1}>
            <Plain text={quoted(anchor).replaceAll(/^> /gm, "")} />
          </pre>
          <MarkCard mark={mark} workstream={workstream} />
        </div>
      )}
    </>
  );
}

const deliveries = { accepted: "accepted, on its way", delivered: "delivered", dropped: "not delivered" } as const;

/** What became of the review that was sent last. */
function Receipt({ review, marks }: { review: Review; marks: readonly Mark[] }): ReactNode {
  const now = useNow();
  const { at, threads, delivery, turn, why } = review;
  const about = marks.filter(({ thread }) => thread !== undefined && threads.includes(thread.number));
  const touched = about.filter(({ standing }) => standing.kind === "gone").length;
  return (
    <dl className="review-receipt" aria-label="Receipt of the last review">
      <dt>sent</dt>
      <dd>
        {ageInWords(now - at)} ago
        {threads.length > 0 && `, ${threads.length === 1 ? "thread" : "threads"} ${threads.join(", ")}`}
      </dd>
      <dt>{deliveries[delivery]}</dt>
      <dd>
        {turn !== undefined && `in turn ${String(turn)}`}
        {why !== undefined && <Plain text={why} />}
      </dd>
      {delivery === "delivered" && about.length > 0 && (
        <>
          <dt>since then</dt>
          <dd>{touched === 0 ? "nothing touched" : `${String(touched)} of ${String(about.length)} touched`}</dd>
        </>
      )}
    </dl>
  );
}
