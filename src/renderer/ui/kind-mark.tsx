import {
  Ban,
  Check,
  CircleHelp,
  CircleSlash,
  FileWarning,
  Flag,
  GitMergeConflict,
  HardDrive,
  Hourglass,
  RefreshCw,
  ShieldAlert,
  Snowflake,
  TriangleAlert,
  Wallet,
  type LucideIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import type { AttentionKind } from "../../contract/states.ts";
import "./kind-mark.css";

const marks: Readonly<Record<AttentionKind, { readonly icon: LucideIcon; readonly hue: string }>> = {
  approval: { icon: Flag, hue: "asks" },
  question: { icon: CircleHelp, hue: "asks" },
  failed: { icon: TriangleAlert, hue: "blocked" },
  frozen: { icon: Snowflake, hue: "blocked" },
  disk: { icon: HardDrive, hue: "blocked" },
  conflict: { icon: GitMergeConflict, hue: "blocked" },
  stalled: { icon: Hourglass, hue: "blocked" },
  budget: { icon: Wallet, hue: "blocked" },
  rounds: { icon: RefreshCw, hue: "blocked" },
  harness: { icon: ShieldAlert, hue: "gating" },
  consent: { icon: CircleSlash, hue: "gating" },
  policy: { icon: FileWarning, hue: "stopped" },
  ready: { icon: Check, hue: "ready" },
};

/** What an item is, in its icon, its word and its hue. One that is settled has no hue any more. */
export function KindMark({ kind, gone = false }: { kind: AttentionKind; gone?: boolean }): ReactNode {
  const { icon: Icon, hue } = marks[kind];
  const Shown = gone ? Ban : Icon;
  return (
    <span className="kind" data-hue={gone ? "stopped" : hue}>
      <Shown aria-hidden size={13} strokeWidth={2.25} />
      <span className="kind-word">{gone ? "settled" : kind}</span>
    </span>
  );
}
