import type { ReactNode } from "react";
import { Keys } from "./kbd.tsx";
import "./hint-bar.css";

export interface Hint {
  readonly id: string;
  readonly binding: string;
  readonly label: string;
}

/** The verbs that work here now, and the keys of a sequence that is not complete. */
export function HintBar({ hints, pending }: { hints: readonly Hint[]; pending: string }): ReactNode {
  return (
    <footer className="hints" aria-label="Keys that work here">
      {pending !== "" && (
        <span className="hints-pending" role="status">
          <kbd className="keys">{pending}</kbd> …
        </span>
      )}
      <ul>
        {hints.map((hint) => (
          <li key={hint.id}>
            <Keys binding={hint.binding} /> {hint.label}
          </li>
        ))}
      </ul>
    </footer>
  );
}
