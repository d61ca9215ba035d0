import { Circle, CircleCheck, CircleDot } from "lucide-react";
import type { ReactNode } from "react";

/** How far a step of a plan is. */
export function StepIcon({ status }: { status: "pending" | "running" | "done" }): ReactNode {
  if (status === "done") return <CircleCheck aria-label="done" size={13} color="var(--ready)" />;
  if (status === "running") return <CircleDot aria-label="running" size={13} color="var(--accent)" />;
  return <Circle aria-label="pending" size={13} color="var(--n8)" />;
}
