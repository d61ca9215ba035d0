import { useEffect, useMemo, type ReactNode } from "react";
import { decide } from "../../keys/everywhere.ts";
import { wantedLoosenings } from "../../store/abilities.ts";
import { useApp, useEngine, useGrid, useView } from "../../store/app.ts";
import { shownStandings } from "../../store/grid-store.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Placard } from "../../ui/link-banner.tsx";
import { StartVerb } from "../frame.tsx";
import { GridBar } from "./grid-bar.tsx";
import { Peek } from "./peek.tsx";
import { Tiles, useStanding } from "./tiles.tsx";
import { Urgent } from "./urgent.tsx";
import "./grid-screen.css";

/** Every workstream at once, each always in the same place, and what is needed to decide about the selected one. */
export function GridScreen(): ReactNode {
  const none = useEngine(({ fleet }) => Object.values(fleet.workstreams).every(({ phase }) => phase === "archived"));
  if (none) return <Empty />;
  return (
    <main className="grid-screen">
      <h1 className="unseen">Workstreams</h1>
      <Urgent />
      <GridBar />
      <Places />
    </main>
  );
}

/** The tiles, and what the selected one needs. Drawn again when other tiles are shown or one is selected, and not by what they do. */
function Places(): ReactNode {
  const { actions } = useApp();
  const ids = useShownIds();
  const selected = useSelectedId(ids);
  useEnlargedFollows(selected);
  if (ids.length === 0) {
    return (
      <div className="tiles-none">
        <p>No workstream fits this filter.</p>
        <VerbButton
          label="Show all"
          binding="Escape"
          tone="primary"
          onPress={() => actions.showGrid({ filter: "all", text: "" })}
        />
      </div>
    );
  }
  return (
    <>
      <Tiles ids={ids} selected={selected} />
      <SelectedPeek id={selected} />
    </>
  );
}

/** What is enlarged is what one is on, so that one can walk from tile to tile; it is small again when the grid is left. */
function useEnlargedFollows(selected: string | undefined): void {
  const { actions, stores } = useApp();
  useEffect(() => {
    const { enlarged } = stores.grid.getState();
    if (enlarged === undefined || enlarged.id === selected) return;
    actions.showGrid({ enlarged: selected === undefined ? undefined : { ...enlarged, id: selected } });
  }, [actions, stores, selected]);
  useEffect(() => () => actions.showGrid({ enlarged: undefined }), [actions]);
}

function SelectedPeek({ id }: { id: string | undefined }): ReactNode {
  return <Peek standing={useStanding(id)} />;
}

/** The same array as long as the same are shown. */
function useShownIds(): readonly string[] {
  const { standings } = useApp();
  const filter = useGrid((grid) => grid.filter);
  const text = useGrid((grid) => grid.text);
  const joined = useEngine(({ fleet }) =>
    shownStandings(standings(fleet), { filter, text })
      .map(({ workstream }) => workstream.id)
      .join(" "),
  );
  return useMemo(() => (joined === "" ? [] : joined.split(" ")), [joined]);
}

/** What is shown as long as nothing was started. */
export function Empty(): ReactNode {
  const app = useApp();
  const reader = useEngine((state) => state.reader);
  const asking = useEngine(({ fleet }) =>
    Object.values(fleet.projects).find((project) => wantedLoosenings(project).length > 0),
  );
  if (reader) return <Placard title="There is nothing to see yet." />;
  return (
    <Placard title="No workstreams yet.">
      <p>Give an agent a ticket or a sentence; it works in a worktree of its own and asks when it needs you.</p>
      <StartVerb />
      {asking !== undefined && (
        <VerbButton
          label="Decide what it asks for…"
          command="decide-loosening"
          onPress={() => decide(app, asking.id)}
        />
      )}
    </Placard>
  );
}

/** The selected tile; until one is chosen, the first that needs the human, else the first. When it is not shown any more, the one after it. */
function useSelectedId(ids: readonly string[]): string | undefined {
  const { actions, standings, stores } = useApp();
  const selected = useView((view) => view.selected);
  const isShown = selected !== undefined && ids.includes(selected);
  const gone = useEngine((state) => (selected === undefined ? undefined : state.fleet.workstreams[selected]?.number));
  const fallback = useMemo(() => {
    if (isShown) return undefined;
    const shown = standings(stores.engine.getState().fleet).filter(({ workstream }) => ids.includes(workstream.id));
    const after = shown.find(({ workstream }) => gone !== undefined && workstream.number > gone);
    return (after ?? shown.find((one) => one.attention.length > 0) ?? shown[0])?.workstream.id;
  }, [isShown, gone, ids, standings, stores]);
  useEffect(() => {
    if (fallback !== undefined) actions.show({ selected: fallback });
  }, [actions, fallback]);
  return isShown ? selected : fallback;
}
