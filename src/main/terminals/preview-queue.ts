import type { TerminalPreview, TerminalRun } from "../../contract/terminals.ts";

/** What waits for one who watches rows: of each row only the newest, so a slow reader is told less and never more. */
export interface PreviewQueue {
  put(previews: readonly TerminalPreview[]): void;
  frames(): AsyncGenerator<{ previews: TerminalPreview[] }, void, void>;
}

/** `gone` is called once, when the reader is. */
export function createPreviewQueue(signal: AbortSignal | undefined, gone: () => void): PreviewQueue {
  let waiting = new Map<string, { count: number; readonly rows: Map<number, TerminalRun[]> }>();
  let over = false;
  let wake = (): void => {};

  function end(): void {
    if (over) return;
    over = true;
    gone();
    wake();
  }

  function take(): TerminalPreview[] {
    const taken = [...waiting].map(([workstreamId, { count, rows }]) => ({ workstreamId, count, changed: [...rows] }));
    waiting = new Map();
    return taken;
  }

  if (signal?.aborted === true) end();
  signal?.addEventListener("abort", end, { once: true });
  return {
    put(previews) {
      for (const { workstreamId, count, changed } of previews) {
        const known = waiting.get(workstreamId) ?? { count, rows: new Map<number, TerminalRun[]>() };
        known.count = count;
        for (const [row, runs] of changed) known.rows.set(row, runs);
        waiting.set(workstreamId, known);
      }
      wake();
    },
    async *frames() {
      try {
        while (!over) {
          if (waiting.size > 0) yield { previews: take() };
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        end();
      }
    },
  };
}
