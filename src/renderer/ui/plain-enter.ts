import type { KeyboardEvent } from "react";

/** Whether a press means "send": Enter alone, and not the one that ends an input method's composition. */
export function isPlainEnter(event: KeyboardEvent): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.nativeEvent.isComposing;
}
