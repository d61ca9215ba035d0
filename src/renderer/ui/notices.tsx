import { CircleAlert, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Plain } from "./plain.tsx";
import "./notices.css";

export interface NoticeProps {
  readonly id: number;
  readonly tone: "done" | "failed";
  readonly text: string;
  readonly next?: string;
  readonly again?: () => void;
  readonly undo?: () => void;
}

/** What became of what the human just did. A failure stays until it is dismissed. */
export function Notices({
  notices,
  onDismiss,
}: {
  notices: readonly NoticeProps[];
  onDismiss: (id: number) => void;
}): ReactNode {
  if (notices.length === 0) return null;
  return (
    <section className="notices" aria-label="Notices">
      <ul>
        {notices.map(({ id, tone, text, next, again, undo }) => (
          <li key={id} className="notice" data-tone={tone}>
            {tone === "done" ? <CircleCheck aria-hidden size={14} /> : <CircleAlert aria-label="failed" size={14} />}
            <p>
              <Plain text={text} />{" "}
              {next !== undefined && (
                <span className="notice-next">
                  <Plain text={next} />
                </span>
              )}
            </p>
            {again !== undefined && (
              <button
                type="button"
                onClick={() => {
                  onDismiss(id);
                  again();
                }}
              >
                Try again
              </button>
            )}
            {undo !== undefined && (
              <button
                type="button"
                onClick={() => {
                  onDismiss(id);
                  undo();
                }}
              >
                Undo
              </button>
            )}
            <button type="button" onClick={() => onDismiss(id)}>
              Dismiss
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
