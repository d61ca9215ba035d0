import type { ReactNode } from "react";
import type { Question } from "../../contract/requests.ts";
import type { AskCardProps } from "./ask-card.tsx";
import { isPlainEnter } from "./plain-enter.ts";
import { Markdown } from "./markdown.tsx";
import { Plain } from "./plain.tsx";

/** Questions one after another; the first without an answer is the one that keys act on. */
export function Questions(props: AskCardProps & { questions: readonly Question[] }): ReactNode {
  const { questions, picked } = props;
  const current = questions.find((question) => picked[question.id] === undefined) ?? questions[0];
  if (current === undefined) return null;
  const place = questions.indexOf(current) + 1;
  return (
    <div className="question">
      <div className="question-head">
        <strong>
          <Plain text={current.header} />
        </strong>
        <Markdown text={current.text} />
        {questions.length > 1 && (
          <span className="ask-place">
            question {place} of {questions.length}
          </span>
        )}
      </div>
      <Options {...props} question={current} />
    </div>
  );
}

function Options(props: AskCardProps & { question: Question }): ReactNode {
  const { question, sending, offline, reader, whole, draftOf, onDraft, onPick, replyRef } = props;
  const closed = sending || offline || !whole;
  const text = draftOf(question.id);
  return (
    <>
      <ol className="options">
        {question.options.map((option, at) => (
          <li key={option.label}>
            {reader ? (
              <div className="option">
                <OptionText option={option} />
              </div>
            ) : (
              <button
                type="button"
                className="option"
                disabled={closed}
                onClick={() => onPick(question.id, [option.label])}
              >
                <kbd className="keys">{at < 9 ? at + 1 : "·"}</kbd>
                <OptionText option={option} />
              </button>
            )}
          </li>
        ))}
      </ol>
      {question.freeText && !reader && (
        <label className="option-own">
          <span className="keys">r</span>
          <span className="unseen">Answer in your own words</span>
          <textarea
            ref={replyRef}
            rows={1}
            value={text}
            readOnly={sending}
            placeholder="In your own words"
            onChange={(event) => onDraft(question.id, event.target.value)}
            onKeyDown={(event) => {
              if (!isPlainEnter(event)) return;
              event.preventDefault();
              if (!offline && !sending && text.trim() !== "") onPick(question.id, [text.trim()]);
            }}
          />
          <kbd className="keys">↵</kbd>
        </label>
      )}
    </>
  );
}

function OptionText({ option }: { option: Question["options"][number] }): ReactNode {
  return (
    <>
      <span className="option-label">
        <Plain text={option.label} />
      </span>
      <span className="option-says">
        <Plain text={option.description} />
      </span>
    </>
  );
}
