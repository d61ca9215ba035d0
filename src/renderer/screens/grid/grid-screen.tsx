import { useCallback, useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { useApp, useEngine, useStandings, useView, urgentItems } from "../../store/app.ts";
import { age, ageInWords, compact } from "../../store/format.ts";
import type { Standing } from "../../store/standing.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Placard } from "../../ui/link-banner.tsx";
import { Plain } from "../../ui/plain.tsx";
import { Tile, type TileProps } from "../../ui/tile.tsx";
import { StartVerb } from "../frame.tsx";
import { useNow } from "../use-now.ts";
import { Peek } from "./peek.tsx";
import "./grid-screen.css";

/** Every workstream at once, each always in the same place, and what is needed to decide about the selected one. */
export function GridScreen(): ReactNode {
  const standings = useStandings();
  const hasProject = useEngine((state) => Object.keys(state.fleet.projects).length > 0);
  const selected = useSelected(standings);
  if (standings.length === 0) return <Empty hasProject={hasProject} />;
  return (
    <main className="grid-screen">
      <h1 className="unseen">Workstreams</h1>
      <Urgent />
      <Tiles standings={standings} selected={selected?.workstream.id} />
      <Peek standing={selected} />
    </main>
  );
}

function Empty({ hasProject }: { hasProject: boolean }): ReactNode {
  const { actions } = useApp();
  return (
    <Placard title={hasProject ? "No workstreams yet." : "No project is open yet."}>
      <p>
        {hasProject
          ? "Give an agent a ticket or a sentence; it works in a worktree of its own and asks when it needs you."
          : "Name the folder of a git repository; nothing in it is changed until you start a workstream."}
      </p>
      {hasProject ? (
        <StartVerb />
      ) : (
        <VerbButton label="Open a project" binding="n" tone="primary" onPress={() => actions.openOverlay("start")} />
      )}
    </Placard>
  );
}

/** The selected tile; until one is chosen, the first that needs the human, else the first. */
function useSelected(standings: readonly Standing[]): Standing | undefined {
  const { actions } = useApp();
  const id = useView((view) => view.selected);
  const chosen = standings.find(({ workstream }) => workstream.id === id);
  const standing = chosen ?? standings.find((one) => one.attention.length > 0) ?? standings[0];
  const fallback = chosen === undefined ? standing?.workstream.id : undefined;
  useEffect(() => {
    if (fallback !== undefined) actions.show({ selected: fallback });
  }, [actions, fallback]);
  return standing;
}

const shownUrgent = 3;

/** The most urgent three, in a strip that is always as high, so that nothing below it moves. */
function Urgent(): ReactNode {
  const { actions } = useApp();
  const now = useNow();
  const fleet = useEngine((state) => state.fleet);
  const items = urgentItems(Object.values(fleet.attention), now);
  const working = Object.values(fleet.workstreams).filter(({ phase }) => phase === "working").length;
  return (
    <section className="urgent" aria-label="Needs you" data-region="urgent">
      {items.length === 0 && <p className="urgent-none">Nothing needs you. {working} working.</p>}
      {items.slice(0, shownUrgent).map((item) => {
        const workstream = item.workstreamId === undefined ? undefined : fleet.workstreams[item.workstreamId];
        return (
          <button
            key={item.id}
            type="button"
            className="urgent-item"
            onClick={() => {
              if (workstream === undefined) return;
              actions.show({ selected: workstream.id });
              actions.go({ screen: "workstream", number: workstream.number, tab: "transcript" });
            }}
          >
            <span className="urgent-kind" data-kind={item.kind}>
              {item.kind}
            </span>
            <span className="urgent-name">{workstream === undefined ? "" : <Plain text={workstream.name} />}</span>
            <span className="urgent-ask">
              <Plain text={item.ask} />
            </span>
            <span className="urgent-age">{age(Math.max(0, now - item.at))}</span>
          </button>
        );
      })}
      {items.length > shownUrgent && <span className="urgent-more">+{items.length - shownUrgent}</span>}
      {items.length > 1 && <span className="urgent-more-narrow">+{items.length - 1}</span>}
    </section>
  );
}

function Tiles({ standings, selected }: { standings: readonly Standing[]; selected: string | undefined }): ReactNode {
  const { actions, surfaces, standings: read, stores } = useApp();
  const lines = useEngine((state) => state.lines);
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
    if (arrived.current || selected === undefined) return;
    arrived.current = true;
    focusTile(list.current, selected);
  }, [selected]);

  return (
    <ul ref={list} className="tiles" aria-label="Workstreams" data-region="grid" tabIndex={-1}>
      {standings.map((standing) => (
        <Tile
          key={standing.workstream.id}
          {...tileOf(standing, lines[standing.workstream.id], now)}
          selected={standing.workstream.id === selected}
          onSelect={select}
          onOpen={open}
        />
      ))}
    </ul>
  );
}

const noLines: readonly string[] = [];

type Shown = Omit<TileProps, "selected" | "onSelect" | "onOpen">;

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
    unconfined: workstream.confinement === "none",
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
  tilesOf(list)
    .find((tile) => tile.dataset["tile"] === id)
    ?.focus();
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
