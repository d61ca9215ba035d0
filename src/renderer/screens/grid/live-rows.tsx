import { useEffect, type ReactNode } from "react";
import { canAct, useApp, useEngine, useGrid, useTerminals } from "../../store/app.ts";
import { followPreviews } from "../../store/follow-previews.ts";
import { TerminalRows } from "../../ui/terminal/terminal-rows.tsx";
import { useNow } from "../use-now.ts";

/** How long a terminal in which nothing happens stays in the place of what its author does, in milliseconds. */
const freshMs = 60_000;

/** Has the rows of the shown workstreams' terminals told while the human wants to see them. */
export function useTerminalRows(ids: readonly string[]): void {
  const { mirror, stores } = useApp();
  const wanted = useGrid((grid) => grid.shows === "terminal");
  const able = useEngine(canAct);
  useEffect(() => {
    const client = mirror.link.client();
    if (!wanted || !able || client === undefined) return undefined;
    const left = new AbortController();
    void followPreviews(client, ids, { store: stores.terminal, now: Date.now, signal: left.signal });
    return () => {
      left.abort();
      stores.terminal.setState({ previews: {} });
    };
  }, [mirror, stores, ids, wanted, able]);
}

/** Whether a tile is to show its terminal: the human wants it, and something has happened in it lately. */
export function useShowsTerminal(id: string): boolean {
  const wanted = useGrid((grid) => grid.shows === "terminal");
  const at = useTerminals(({ previews }) => previews[id]?.at);
  const now = useNow();
  return wanted && at !== undefined && now - at < freshMs;
}

/** Drawn again by what happens in the terminal, and its tile is not. */
export function LiveRows({ id }: { id: string }): ReactNode {
  const rows = useTerminals(({ previews }) => previews[id]?.rows);
  return rows === undefined ? null : <TerminalRows rows={rows} />;
}
