import { useSyncExternalStore } from "react";

const stepMs = 10_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let time = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) time = Date.now();
  timer ??= setInterval(() => {
    time = Date.now();
    for (const tell of listeners) tell();
  }, stepMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, in steps of ten seconds, so that ages grow without a redraw for each tick. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => time);
}
