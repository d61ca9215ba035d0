import {
  Ban,
  Check,
  CircleDashed,
  CircleDot,
  CircleStop,
  Flag,
  GitMerge,
  ShieldCheck,
  TriangleAlert,
  type LucideIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import "./status-mark.css";

const icons: Readonly<Record<string, LucideIcon>> = {
  working: CircleDot,
  "asks you": Flag,
  blocked: TriangleAlert,
  gating: ShieldCheck,
  ready: Check,
  landing: GitMerge,
  landed: Check,
  stopped: CircleStop,
};

/** A status in its icon, its word and its hue. One that is `still` only waits to move: its ring is open, and it does not breathe. */
export function StatusMark({ status, still = false }: { status: string; still?: boolean }): ReactNode {
  const Icon = still ? CircleDashed : (icons[status] ?? Ban);
  return (
    <span className="status" data-status={status} data-still={still}>
      <span className="status-word">{status}</span>
      <Icon aria-hidden className="status-icon" size={13} strokeWidth={2.25} />
    </span>
  );
}
