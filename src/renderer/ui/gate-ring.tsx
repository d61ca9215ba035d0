import type { ReactNode } from "react";
import "./gate-ring.css";

/** How far the gates are. */
export interface Ring {
  /** Of all gates, those that passed; 0 to 1. */
  readonly share: number;
  readonly tone: "passed" | "pending" | "failed";
  readonly says: string;
}

const radius = 5;
const length = 2 * Math.PI * radius;

/** A ring that fills as the gates pass; it takes its place before anything was judged, too. */
export function GateRing({ share, tone, says }: Ring): ReactNode {
  return (
    <span className="gate-ring" data-tone={tone} title={says}>
      <svg role="img" aria-label={says} width="13" height="13" viewBox="0 0 13 13">
        <circle className="gate-ring-ground" cx="6.5" cy="6.5" r={radius} />
        <circle
          className="gate-ring-filled"
          cx="6.5"
          cy="6.5"
          r={radius}
          strokeDasharray={`${String(length * share)} ${String(length)}`}
          transform="rotate(-90 6.5 6.5)"
        />
        {tone === "failed" && <circle className="gate-ring-failed" cx="6.5" cy="6.5" r="2" />}
      </svg>
    </span>
  );
}
