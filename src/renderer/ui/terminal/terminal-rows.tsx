import { memo, type ReactNode } from "react";
import type { TerminalRun } from "../../../contract/terminals.ts";
import "./terminal-rows.css";

/** The last rows of a terminal in little, from below: as many as there is room for. It is read where the terminal is. */
export function TerminalRows({ rows }: { rows: readonly (readonly TerminalRun[])[] }): ReactNode {
  return (
    <span className="terminal-rows" aria-hidden>
      {rows.map((runs, at) => (
        <Row key={at} runs={runs} />
      ))}
    </span>
  );
}

const marks = ["plain", "bold", "dim"] as const;

const Row = memo(function Row({ runs }: { runs: readonly TerminalRun[] }): ReactNode {
  return (
    <span className="terminal-row">
      {runs.map(([text, colour, mark], at) => (
        <span key={at} data-colour={colour === -1 ? undefined : colour} data-mark={marks[mark]}>
          {text}
        </span>
      ))}
    </span>
  );
});
