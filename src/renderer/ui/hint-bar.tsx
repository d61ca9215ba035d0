import type { ReactNode } from "react";
import { Keys } from "./kbd.tsx";
import "./hint-bar.css";

export interface Hint {
  readonly id: string;
  readonly binding: string;
  readonly label: string;
}

/**
 * The verbs that work here now, and the keys of a sequence that is not complete. Where there is no room for all of them, those
 * that work everywhere stay: they lead to the others.
 */
export function HintBar(props: { hints: readonly Hint[]; everywhere: readonly Hint[]; pending: string }): ReactNode {
  const { hints, everywhere, pending } = props;
  return (
    <footer className="hints" aria-label="Keys that work here">
      {pending !== "" && (
        <span className="hints-pending" role="status">
          <kbd className="keys">{pending}</kbd> …
        </span>
      )}
      <Hints hints={hints} />
      <Hints hints={everywhere} />
    </footer>
  );
}

function Hints({ hints }: { hints: readonly Hint[] }): ReactNode {
  if (hints.length === 0) return null;
  return (
    <ul>
      {hints.map((hint) => (
        <li key={hint.id}>
          <Keys binding={hint.binding} /> {hint.label}
        </li>
      ))}
    </ul>
  );
}
