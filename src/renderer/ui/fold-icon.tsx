import { ChevronDown, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

/** Beside what can be folded; whether it is, is said by `aria-expanded`. */
export function FoldIcon({ open, size = 14 }: { open: boolean; size?: number }): ReactNode {
  return open ? <ChevronDown aria-hidden size={size} /> : <ChevronRight aria-hidden size={size} />;
}
