import { useEffect, useRef, type ReactNode } from "react";
import "./find-bar.css";

export interface FindBarProps {
  readonly text: string;
  /** What became of it, or how far it is. */
  readonly status: string;
  readonly onText: (text: string) => void;
  readonly onFind: (way: "older" | "newer") => void;
  readonly onClose: () => void;
}

/** Looks for a text in what stands below. */
export function FindBar({ text, status, onText, onFind, onClose }: FindBarProps): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <div className="find-bar" role="search">
      <input
        ref={field}
        type="text"
        aria-label="Find in the transcript"
        placeholder="Find in the transcript"
        maxLength={200}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") onFind(event.shiftKey ? "newer" : "older");
          else if (event.key === "Escape") onClose();
          else return;
          event.preventDefault();
        }}
      />
      <span className="find-status" role="status">
        {status}
      </span>
      <span className="find-keys">
        <kbd className="keys">↵</kbd> older <kbd className="keys">⇧↵</kbd> newer <kbd className="keys">Esc</kbd> close
      </span>
    </div>
  );
}
