import { useEffect, type ReactNode } from "react";
import { decide } from "../../keys/everywhere.ts";
import { wantedLoosenings } from "../../store/abilities.ts";
import { useApp, useEngine, useStandings, useView } from "../../store/app.ts";
import type { Standing } from "../../store/standing.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Placard } from "../../ui/link-banner.tsx";
import { StartVerb } from "../frame.tsx";
import { Peek } from "./peek.tsx";
import { Tiles } from "./tiles.tsx";
import { Urgent } from "./urgent.tsx";
import "./grid-screen.css";

/** Every workstream at once, each always in the same place, and what is needed to decide about the selected one. */
export function GridScreen(): ReactNode {
  const standings = useStandings();
  const selected = useSelected(standings);
  if (standings.length === 0) return <Empty />;
  return (
    <main className="grid-screen">
      <h1 className="unseen">Workstreams</h1>
      <Urgent />
      <Tiles standings={standings} selected={selected?.workstream.id} />
      <Peek standing={selected} />
    </main>
  );
}

function Empty(): ReactNode {
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

/** The selected tile; until one is chosen, the first that needs the human, else the first. When it was put away, the one after it. */
function useSelected(standings: readonly Standing[]): Standing | undefined {
  const { actions } = useApp();
  const id = useView((view) => view.selected);
  const chosen = standings.find(({ workstream }) => workstream.id === id);
  const gone = useEngine((state) => (id === undefined ? undefined : state.fleet.workstreams[id]?.number));
  const after = standings.find(({ workstream }) => gone !== undefined && workstream.number > gone);
  const standing = chosen ?? after ?? standings.find((one) => one.attention.length > 0) ?? standings[0];
  const fallback = chosen === undefined ? standing?.workstream.id : undefined;
  useEffect(() => {
    if (fallback !== undefined) actions.show({ selected: fallback });
  }, [actions, fallback]);
  return standing;
}
