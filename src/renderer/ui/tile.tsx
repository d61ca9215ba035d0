import { GitBranchPlus, ShieldOff } from "lucide-react";
import { memo, type ReactNode } from "react";
import { MiddleEllipsis, Plain, WithCode } from "./plain.tsx";
import { StatusMark } from "./status-mark.tsx";
import "./tile.css";

export interface TileProps {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly title: string;
  /** Where there are several projects, the one it belongs to. */
  readonly project: string | undefined;
  readonly status: string;
  /** Whether it only waits, although its status is that of one that moves. */
  readonly still: boolean;
  /** Live lines, oldest first; the last is what it does or waits for now. */
  readonly lines: readonly string[];
  readonly age: string;
  readonly ageSays: string;
  readonly turn: number;
  readonly tokens: string;
  readonly tokensSay: string;
  /** Share of the budget used, 0 to 1; absent without a budget. */
  readonly share: number | undefined;
  readonly added: number;
  readonly removed: number;
  readonly dirty: boolean;
  /** What nothing confines: the agent, or only the project's hooks. */
  readonly unconfined: "agent" | "hooks" | undefined;
  readonly selected: boolean;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
}

const unconfinedSays = {
  agent: "Nothing confines this agent on this machine",
  hooks: "Nothing confines the hooks of this project on this machine",
};

/** One workstream at a glance. It never wraps and never jumps. */
export const Tile = memo(function Tile(props: TileProps): ReactNode {
  const { id, number, name, title, project, status, still, lines, selected, onSelect, onOpen } = props;
  const current = lines.at(-1) ?? "";
  return (
    <li className="tile-cell">
      <button
        type="button"
        className="tile"
        data-status={status}
        data-still={still}
        data-tile={id}
        aria-current={selected ? "true" : undefined}
        tabIndex={selected ? 0 : -1}
        onFocus={() => onSelect(id)}
        onClick={() => onSelect(id)}
        onDoubleClick={() => onOpen(id)}
      >
        <span className="tile-head">
          <span className="tile-number">{number}</span>
          <span className="tile-name">
            <MiddleEllipsis text={name} />
          </span>
          {props.unconfined !== undefined && (
            <span className="tile-unconfined" title={unconfinedSays[props.unconfined]}>
              <ShieldOff aria-label={props.unconfined === "agent" ? "not confined" : "hooks not confined"} size={12} />
            </span>
          )}
          <StatusMark status={status} still={still} />
        </span>
        <span className="tile-title">
          {project !== undefined && (
            <span className="tile-project">
              <Plain text={project} />
            </span>
          )}
          <WithCode text={title} />
        </span>
        <span className="tile-lines">
          <span className="tile-line tile-line-now">
            <WithCode text={current} />
          </span>
          {lines
            .slice(0, -1)
            .toReversed()
            .map((line, at) => (
              <span key={at} aria-hidden className="tile-line">
                <WithCode text={line} />
              </span>
            ))}
        </span>
        <Facts {...props} />
      </button>
    </li>
  );
});

function Facts(props: TileProps): ReactNode {
  const { age, ageSays, turn, tokens, tokensSay, share, added, removed, dirty } = props;
  return (
    <span className="tile-facts">
      <span title={ageSays} className="tile-age">
        {age}
      </span>
      <span title={`turn ${String(turn)}`}>t{turn}</span>
      <span title={tokensSay}>{tokens}</span>
      {share !== undefined && (
        <span className="tile-budget" aria-hidden data-near={share >= 0.9}>
          <span style={{ inlineSize: `${String(Math.round(Math.min(1, share) * 100))}%` }} />
        </span>
      )}
      <span className="tile-diff" title={`${String(added)} lines added, ${String(removed)} removed`}>
        {added + removed > 0 && (
          <>
            <span className="added">+{added}</span> <span className="removed">−{removed}</span>
          </>
        )}
        {dirty && <GitBranchPlus aria-label="work not committed" size={12} />}
      </span>
    </span>
  );
}
