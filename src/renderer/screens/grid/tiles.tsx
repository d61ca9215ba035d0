import { useCallback, useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { useApp, useEngine } from "../../store/app.ts";
import { age, ageInWords, compact } from "../../store/format.ts";
import type { Standing } from "../../store/standing.ts";
import { Tile, type TileProps } from "../../ui/tile.tsx";
import { useNow } from "../use-now.ts";

/** Every workstream, each in the place that its number gives it. */
export function Tiles({
  standings,
  selected,
}: {
  standings: readonly Standing[];
  selected: string | undefined;
}): ReactNode {
  const { actions, surfaces, standings: read, stores } = useApp();
  const lines = useEngine((state) => state.lines);
  const projects = useEngine((state) => state.fleet.projects);
  const several = Object.keys(projects).length > 1;
  const now = useNow();
  const list = useRef<HTMLUListElement>(null);

  const select = useCallback(
    (id: string) => {
      if (stores.view.getState().selected !== id) actions.show({ selected: id });
    },
    [actions, stores],
  );
  const open = useCallback(
    (id: string) => {
      const found = read(stores.engine.getState().fleet).find(({ workstream }) => workstream.id === id);
      if (found !== undefined) actions.go({ screen: "workstream", number: found.workstream.number, tab: "transcript" });
    },
    [actions, read, stores],
  );

  useEffect(
    () =>
      surfaces.add("grid", {
        focus: () => focusTile(list.current, stores.view.getState().selected),
        move: (direction) => moveFrom(list.current, stores.view.getState().selected, direction),
      }),
    [surfaces, stores],
  );

  const arrived = useRef(false);
  useLayoutEffect(() => {
    // The focus arrives with the screen, and is caught when the tile that had it is gone.
    const lost = document.activeElement === document.body;
    if (selected === undefined || (arrived.current && !lost)) return;
    arrived.current = true;
    focusTile(list.current, selected);
  }, [selected]);

  useEffect(() => {
    // A smaller window, or a selection made elsewhere, must not leave the selected tile out of sight.
    const reveal = (): void => tileWith(list.current, selected)?.scrollIntoView({ block: "nearest" });
    reveal();
    if (list.current === null) return undefined;
    const size = new ResizeObserver(reveal);
    size.observe(list.current);
    return () => size.disconnect();
  }, [selected]);

  return (
    <ul ref={list} className="tiles" aria-label="Workstreams" data-region="grid" tabIndex={-1}>
      {standings.map((standing) => (
        <Tile
          key={standing.workstream.id}
          {...tileOf(standing, lines[standing.workstream.id], now)}
          project={several ? projects[standing.workstream.projectId]?.name : undefined}
          selected={standing.workstream.id === selected}
          onSelect={select}
          onOpen={open}
        />
      ))}
    </ul>
  );
}

const noLines: readonly string[] = [];

type Shown = Omit<TileProps, "project" | "selected" | "onSelect" | "onOpen">;

function tileOf(standing: Standing, lines: readonly string[] | undefined, now: number): Shown {
  const { workstream, status, line, since } = standing;
  const { spent, budget, diff, ticket } = workstream;
  const ms = Math.max(0, now - since);
  const total = spent.tokens.total;
  return {
    id: workstream.id,
    number: workstream.number,
    name: workstream.name,
    title: ticket.title,
    status,
    still: standing.still,
    lines: withNow(lines ?? noLines, line),
    age: age(ms),
    ageSays: `${status} for ${ageInWords(ms)}`,
    turn: workstream.turns,
    tokens: budget.tokens === undefined ? compact(total) : `${compact(total)}/${compact(budget.tokens)}`,
    tokensSay:
      budget.tokens === undefined
        ? `${String(total)} tokens, without a budget`
        : `${String(total)} of ${String(budget.tokens)} tokens`,
    share: budget.tokens === undefined ? undefined : total / budget.tokens,
    added: diff?.added ?? 0,
    removed: diff?.removed ?? 0,
    dirty: diff?.dirty ?? false,
    unconfined:
      workstream.confinement === "none" ? "agent" : workstream.commandConfinement === "none" ? "hooks" : undefined,
  };
}

const withNowCache = new WeakMap<readonly string[], { line: string; lines: readonly string[] }>();

/** The live lines with the present one last; the same array for the same lines, so that a tile is drawn only when it changes. */
function withNow(lines: readonly string[], line: string): readonly string[] {
  if (lines.at(-1) === line) return lines;
  const cached = withNowCache.get(lines);
  if (cached?.line === line) return cached.lines;
  const made = [...lines, line];
  if (lines !== noLines) withNowCache.set(lines, { line, lines: made });
  return made;
}

function focusTile(list: HTMLUListElement | null, id: string | undefined): void {
  tileWith(list, id)?.focus();
}

function tileWith(list: HTMLUListElement | null, id: string | undefined): HTMLElement | undefined {
  return tilesOf(list).find((tile) => tile.dataset["tile"] === id);
}

function tilesOf(list: HTMLUListElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>("[data-tile]") ?? [])];
}

/** Moves to the neighbour on screen: as many columns as fit are drawn, so places are read from the layout. */
function moveFrom(
  list: HTMLUListElement | null,
  id: string | undefined,
  direction: "left" | "right" | "up" | "down",
): void {
  const tiles = tilesOf(list);
  const at = tiles.findIndex((tile) => tile.dataset["tile"] === id);
  const here = tiles[at];
  if (here === undefined) return tiles[0]?.focus();
  const columns = tiles.filter((tile) => tile.offsetTop === tiles[0]?.offsetTop).length;
  const step = { left: -1, right: 1, up: -columns, down: columns }[direction];
  tiles[at + step]?.focus();
}
