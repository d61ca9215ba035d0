import {
  Ban,
  Check,
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

/** A status in its icon, its word and its hue. `quiet` leaves the word to screen readers. */
export function StatusMark({ status, quiet = false }: { status: string; quiet?: boolean }): ReactNode {
  const Icon = icons[status] ?? Ban;
  return (
    <span className="status" data-status={status}>
      <span className={quiet ? "unseen" : "status-word"}>{status}</span>
      <Icon aria-hidden className="status-icon" size={13} strokeWidth={2.25} />
    </span>
  );
}
