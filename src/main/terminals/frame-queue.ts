import type { TerminalFrame } from "../../contract/terminals.ts";

/** What waits for one reader. It is bounded by the reader's credit, which the keeper counts. */
export interface FrameQueue {
  put(frame: TerminalFrame): void;
  /** Ends after the frame that says so, or when its reader goes away. */
  frames(): AsyncGenerator<TerminalFrame, void, void>;
}

/** `gone` is called once, when the reader is, whether or not it ever read. */
export function createFrameQueue(signal: AbortSignal | undefined, gone: () => void): FrameQueue {
  let waiting: TerminalFrame[] = [];
  let over = false;
  let wake = (): void => {};

  function end(): void {
    if (over) return;
    over = true;
    waiting = [];
    gone();
    wake();
  }

  if (signal?.aborted === true) end();
  signal?.addEventListener("abort", end, { once: true });
  return {
    put(frame) {
      if (!over) waiting.push(frame);
      wake();
    },
    async *frames() {
      try {
        while (!over) {
          const frame = waiting.shift();
          if (frame === undefined) {
            await new Promise<void>((resolve) => (wake = resolve));
            continue;
          }
          yield frame;
          if (frame.kind === "ended") return;
        }
      } finally {
        end();
      }
    },
  };
}
