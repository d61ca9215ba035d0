import { Check, GitBranchPlus, GitCompareArrows, GitMergeConflict, ShieldOff } from "lucide-react";
import { memo, type ReactNode } from "react";
import { GateRing } from "./gate-ring.tsx";
import { MiddleEllipsis, Plain, WithCode } from "./plain.tsx";
import { StatusMark } from "./status-mark.tsx";
import { visible } from "./visible-text.ts";
import "./tile.css";

/** What a tile shows, in values that are the same when they look the same. */
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
  /** In place of the lines: rows of a terminal, say. It draws itself again, and not the tile. */
  readonly live?: ReactNode;
  readonly age: string;
  readonly ageSays: string;
  readonly turn: number;
  readonly turnSays: string;
  readonly tokens: string;
  readonly tokensSay: string;
  /** Share of the budget used, 0 to 1; absent without a budget. */
  readonly share: number | undefined;
  readonly gateShare: number;
  readonly gateTone: "passed" | "pending" | "failed";
  readonly gatesSay: string;
  readonly added: number;
  readonly removed: number;
  readonly dirty: boolean;
  readonly diffSays: string;
  /** What its committed work does not go together with: the branch it is to land on, or another workstream. */
  readonly conflict: "base" | "sibling" | undefined;
  readonly conflictSays: string;
  /** What happened since the human last looked. */
  readonly unread: string | undefined;
  /** What nothing confines: the agent, or only the project's hooks. */
  readonly unconfined: "agent" | "hooks" | undefined;
  readonly selected: boolean;
  /** Whether it is one of those that are acted on together. */
  readonly chosen: boolean;
  readonly enlarged: boolean;
  /** What has grown out of the tile, over its neighbours. */
  readonly over?: ReactNode;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
}

const unconfinedSays = {
  agent: "Nothing confines this agent on this machine",
  hooks: "Nothing confines the hooks of this project on this machine",
};

/** One workstream at a glance. It never wraps and never jumps. */
export const Tile = memo(function Tile(props: TileProps): ReactNode {
  const { id, title, project, status, still, selected, onSelect, onOpen } = props;
  return (
    <li className="tile-cell">
      <button
        type="button"
        className="tile"
        data-status={status}
        data-still={still}
        data-tile={id}
        data-chosen={props.chosen}
        aria-current={selected ? "true" : undefined}
        aria-expanded={props.enlarged ? true : undefined}
        tabIndex={selected ? 0 : -1}
        onFocus={() => onSelect(id)}
        onClick={() => onSelect(id)}
        onDoubleClick={() => onOpen(id)}
      >
        <Head {...props} />
        <span className="tile-title">
          {project !== undefined && (
            <span className="tile-project">
              <Plain text={project} />
            </span>
          )}
          <WithCode text={title} />
        </span>
        {props.live ?? <Lines lines={props.lines} />}
        <Facts {...props} />
      </button>
      {props.over}
    </li>
  );
});

function Head({ number, name, status, still, unread, unconfined, chosen }: TileProps): ReactNode {
  return (
    <span className="tile-head">
      {unread !== undefined && (
        <span className="tile-unread" role="img" aria-label={`unread: ${unread}`} title={`Unread: ${unread}`} />
      )}
      <span className="tile-number">
        {chosen ? <Check aria-label={`${String(number)}, chosen`} size={12} strokeWidth={3} /> : number}
      </span>
      <span className="tile-name">
        <MiddleEllipsis text={name} />
      </span>
      {unconfined !== undefined && (
        <span className="tile-unconfined" title={unconfinedSays[unconfined]}>
          <ShieldOff aria-label={unconfined === "agent" ? "not confined" : "hooks not confined"} size={12} />
        </span>
      )}
      <StatusMark status={status} still={still} />
    </span>
  );
}

/** The present line first, then as many of those before it as there is room for, the newest first. */
function Lines({ lines }: Pick<TileProps, "lines">): ReactNode {
  return (
    <span className="tile-lines">
      <span className="tile-line tile-line-now">
        <WithCode text={lines.at(-1) ?? ""} />
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
  );
}

function Facts(props: TileProps): ReactNode {
  const { age, ageSays, turn, turnSays, tokens, tokensSay, share, added, removed, dirty } = props;
  return (
    <span className="tile-facts">
      <span title={ageSays} className="tile-age">
        {age}
      </span>
      <span title={turnSays} className="tile-turn">
        t{turn}
      </span>
      <span title={tokensSay}>{tokens}</span>
      {share !== undefined && (
        <span className="tile-budget" aria-hidden data-near={share >= 0.9} title={tokensSay}>
          <span style={{ inlineSize: `${String(Math.round(Math.min(1, share) * 100))}%` }} />
        </span>
      )}
      <GateRing share={props.gateShare} tone={props.gateTone} says={props.gatesSay} />
      <span className="tile-diff" title={props.diffSays}>
        <Conflict {...props} />
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

function Conflict({ conflict, conflictSays }: TileProps): ReactNode {
  if (conflict === undefined) return null;
  const Icon = conflict === "base" ? GitMergeConflict : GitCompareArrows;
  return (
    <span className="tile-conflict" data-conflict={conflict} title={visible(conflictSays)}>
      <Icon role="img" aria-label={visible(conflictSays)} size={12} strokeWidth={2.5} />
      {conflict === "base" && <span className="tile-conflict-word">conflict</span>}
    </span>
  );
}
