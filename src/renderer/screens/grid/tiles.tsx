import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, type ReactNode } from "react";
import { gridStandings, useApp, useEngine, useGrid, useUnread } from "../../store/app.ts";
import type { Standing } from "../../store/standing.ts";
import { Tile } from "../../ui/tile.tsx";
import { useNow } from "../use-now.ts";
import { Enlarged } from "./enlarged.tsx";
import { LiveRows, useShowsTerminal, useTerminalRows } from "./live-rows.tsx";
import { tilePropsOf } from "./tile-props.ts";

/** Every workstream that the filter lets through, in the order of their numbers. */
export const Tiles = memo(function Tiles({
  ids,
  selected,
}: {
  ids: readonly string[];
  selected: string | undefined;
}): ReactNode {
  const app = useApp();
  const { actions, surfaces, stores } = app;
  const density = useGrid((grid) => grid.density);
  useTerminalRows(ids);
  const list = useRef<HTMLUListElement>(null);

  const select = useCallback(
    (id: string) => {
      if (stores.view.getState().selected !== id) actions.show({ selected: id });
    },
    [actions, stores],
  );
  const open = useCallback(
    (id: string) => {
      const found = gridStandings(app).find(({ workstream }) => workstream.id === id);
      if (found !== undefined) actions.go({ screen: "workstream", number: found.workstream.number, tab: "transcript" });
    },
    [actions, app],
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
  }, [selected, density]);

  return (
    <ul
      ref={list}
      className="tiles"
      aria-label="Workstreams"
      data-region="grid"
      data-density={density}
      data-many={ids.length > 10}
      tabIndex={-1}
    >
      {ids.map((id) => (
        <Slot key={id} id={id} selected={id === selected} onSelect={select} onOpen={open} />
      ))}
    </ul>
  );
});

interface SlotProps {
  readonly id: string;
  readonly selected: boolean;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
}

/** One place of the grid. It alone hears of its workstream, so that what one does redraws no other. */
const Slot = memo(function Slot(props: SlotProps): ReactNode {
  const standing = useStanding(props.id);
  return standing === undefined ? null : <Filled {...props} standing={standing} />;
});

function Filled({ standing, ...props }: SlotProps & { readonly standing: Standing }): ReactNode {
  const { id } = props;
  const { stores } = useApp();
  const lines = useEngine((state) => state.lines[id]);
  const project = useEngine(({ fleet }) =>
    Object.keys(fleet.projects).length > 1 ? fleet.projects[standing.workstream.projectId]?.name : undefined,
  );
  const unread = useUnread(id);
  const chosen = useGrid((grid) => grid.chosen.has(id));
  const enlarged = useGrid((grid) => (grid.enlarged?.id === id ? grid.enlarged : undefined));
  const now = useNow();
  const showsTerminal = useShowsTerminal(id);
  const live = useMemo(() => (showsTerminal ? <LiveRows id={id} /> : undefined), [showsTerminal, id]);
  return (
    <Tile
      {...props}
      {...tilePropsOf(standing, stores.engine.getState().fleet, { lines, unread, now })}
      project={project}
      live={live}
      chosen={chosen}
      enlarged={enlarged !== undefined}
      over={
        enlarged === undefined ? undefined : <Enlarged standing={standing} words={enlarged.words} unread={unread} />
      }
    />
  );
}

/** The same as long as nothing about it changed. */
export function useStanding(id: string | undefined): Standing | undefined {
  const { standings } = useApp();
  return useEngine(({ fleet }) => standings(fleet).find(({ workstream }) => workstream.id === id));
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
  const rows = tiles.map((tile) => (tile.offsetParent === null ? 0 : tile.getBoundingClientRect().top));
  const columns = rows.filter((top) => top === rows[0]).length;
  const step = { left: -1, right: 1, up: -columns, down: columns }[direction];
  tiles[at + step]?.focus();
}
