import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { spentBetween, type Spent, type TurnFacts } from "../../contract/usage.ts";
import { Plain } from "./plain.tsx";
import type { GroupRow, TurnRow } from "./transcript-rows.ts";
import { groupWords } from "./group-words.ts";

interface Formats {
  readonly clock: (at: number) => string;
  readonly took: (ms: number) => string;
  readonly compact: (count: number) => string;
}

const causes: Readonly<Record<string, string>> = {
  ticket: "from the ticket",
  human: "you asked",
  answer: "you answered",
  gate: "a gate asked",
  recovery: "after it was cut off",
  retry: "tried again",
};

/** What a turn was opened for, what it took and how it ended; folds it. */
export function TurnHead(props: {
  row: TurnRow;
  /** What its workstream has spent by now. */
  spent: Spent | undefined;
  formats: Formats;
  onToggle: () => void;
}): ReactNode {
  const { row, spent, formats, onToggle } = props;
  const { facts } = row;
  return (
    <h2 className="turn" data-outcome={facts?.outcome ?? "running"}>
      <button type="button" className="turn-head" aria-expanded={row.open} onClick={onToggle}>
        <ChevronRight aria-hidden className="fold-turn" size={12} />
        <span className="turn-name">turn{facts === undefined ? "" : ` ${String(facts.number)}`}</span>
        {facts !== undefined && <span>{causes[facts.cause] ?? facts.cause}</span>}
        <span>{formats.clock(row.at)}</span>
        {facts !== undefined && <Cost facts={facts} spent={spent} formats={formats} />}
        {facts?.outcome !== undefined && facts.outcome !== "completed" && (
          <strong className="turn-outcome">{facts.outcome}</strong>
        )}
        {facts?.problem !== undefined && (
          <span className="turn-problem">
            <Plain text={facts.problem} />
          </span>
        )}
      </button>
    </h2>
  );
}

function Cost({ facts, spent, formats }: { facts: TurnFacts; spent: Spent | undefined; formats: Formats }): ReactNode {
  const { before, openedAt, endedAt } = facts;
  const after = endedAt === undefined ? (spent ?? facts.after) : facts.after;
  const tokens = before === undefined || after === undefined ? 0 : spentBetween(before, after).tokens.total;
  return (
    <>
      {endedAt === undefined ? <span>running</span> : <span>{formats.took(Math.max(0, endedAt - openedAt))}</span>}
      {tokens > 0 && <span title={`${String(tokens)} tokens`}>{formats.compact(tokens)} tokens</span>}
    </>
  );
}

/** Things done one after the other, as one line; unfolds them. */
export function GroupHead({ row, onToggle }: { row: GroupRow; onToggle: () => void }): ReactNode {
  const { what, failed } = groupWords(row.items);
  return (
    <button type="button" className="fold-head group-head" aria-expanded={row.open} onClick={onToggle}>
      <ChevronRight aria-hidden className="fold-turn" size={12} />
      <span>{what}</span>
      {failed !== undefined && <span className="group-failed">{failed}</span>}
    </button>
  );
}
