import type { ReactNode } from "react";
import type { ReviewThread } from "../../../contract/review.ts";
import { KeysOf } from "../kbd.tsx";
import { Plain } from "../plain.tsx";
import { Writing, type WritingProps } from "./writing.tsx";
import "./review.css";

/** What is being written, if anything is. */
type Written = Pick<WritingProps, "text" | "disabled" | "onText" | "onDone" | "onLeave"> | undefined;

export interface ThreadCardProps {
  readonly thread: ReviewThread;
  readonly isCurrent: boolean;
  /** What became of the lines since the author was told. */
  readonly note: string;
  readonly reply: Written;
}

/** A thread below the lines it is about. */
export function ThreadCard({ thread, isCurrent, note, reply }: ThreadCardProps): ReactNode {
  const { number, state, entries } = thread;
  return (
    <article
      className="mark-card"
      aria-label={`Thread ${String(number)}, ${state}`}
      data-current={isCurrent}
      data-state={state}
    >
      <header>
        <span className="mark-number">{number}</span>
        <span className="mark-state">{state}</span>
        <span className="mark-note">{note}</span>
        {isCurrent && reply === undefined && (
          <span className="mark-keys">
            <KeysOf command="reply-thread" /> reply <KeysOf command="resolve-thread" />{" "}
            {state === "resolved" ? "open again" : "resolve"}
          </span>
        )}
      </header>
      {(state !== "resolved" || isCurrent) &&
        entries.map(({ by, text, at }) => (
          <p key={`${by}${String(at)}${text}`} className="mark-entry" dir="auto">
            <span className="mark-by">{by === "human" ? "you" : by}</span> <Plain text={text} />
          </p>
        ))}
      {reply !== undefined && <Writing label={`Reply in thread ${String(number)}`} verb="Send" {...reply} />}
    </article>
  );
}

export interface CommentCardProps {
  readonly text: string;
  /** Whether it goes with the review. */
  readonly kept: boolean;
  readonly isCurrent: boolean;
  readonly writing: Written;
}

/** A comment that was not sent yet, below the lines it is about. */
export function CommentCard({ text, kept, isCurrent, writing }: CommentCardProps): ReactNode {
  const state = kept ? "goes with the review" : "draft";
  return (
    <article className="mark-card" aria-label={`Comment, ${state}`} data-current={isCurrent} data-state="draft">
      {writing === undefined ? (
        <>
          <header>
            <span className="mark-state">{state}</span>
            {isCurrent && (
              <span className="mark-keys">
                <KeysOf command="reply-thread" /> go on writing <KeysOf command="drop-comment" /> drop
              </span>
            )}
          </header>
          <p className="mark-entry" dir="auto">
            <Plain text={text} />
          </p>
        </>
      ) : (
        <Writing label="Comment" verb="Keep for the review" {...writing} />
      )}
    </article>
  );
}
