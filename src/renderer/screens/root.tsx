import { useMemo, type ReactNode } from "react";
import { keysOf } from "../../keys/bindings.ts";
import { commands } from "../keys/commands.ts";
import { useFocusKept } from "../keys/use-focus-kept.ts";
import { useKeys } from "../keys/use-keys.ts";
import { isBare, useApp, useEngine, useSettings, useView } from "../store/app.ts";
import type { Route } from "../store/stores.ts";
import { KeysOfCommands } from "../ui/kbd.tsx";
import { Frame } from "./frame.tsx";
import { GridScreen } from "./grid/grid-screen.tsx";
import { Overlays } from "./overlays/overlays.tsx";
import { WelcomeScreen } from "./welcome/welcome-screen.tsx";
import { CompareScreen } from "./compare/compare-screen.tsx";
import { SearchScreen } from "./search/search-screen.tsx";
import { SettingsScreen } from "./settings/settings-screen.tsx";
import { QueueScreen } from "./queue/queue-screen.tsx";
import { WorktreesScreen } from "./worktrees/worktrees-screen.tsx";
import { WorkstreamScreen } from "./workstream/workstream-screen.tsx";

function Place({ route }: { route: Route }): ReactNode {
  const bare = useEngine(isBare);
  if (bare) return <WelcomeScreen />;
  switch (route.screen) {
    case "queue":
      return <QueueScreen />;
    case "grid":
      return <GridScreen />;
    case "welcome":
      return <WelcomeScreen />;
    case "compare":
      return <CompareScreen number={route.number} />;
    case "search":
      return <SearchScreen />;
    case "worktrees":
      return <WorktreesScreen />;
    case "settings":
      return <SettingsScreen />;
    case "workstream":
      return <WorkstreamScreen number={route.number} tab={route.tab} />;
  }
}

/** The place the address names, in the frame that stands around every place. */
export function Root(): ReactNode {
  const app = useApp();
  useKeys(app);
  useFocusKept(app);
  const route = useView((view) => view.route);
  const keys = useSettings((settings) => settings.keys);
  const letters = useSettings((settings) => settings.letters);
  const keyOf = useMemo(() => {
    const first = new Map(commands.map((command) => [command.id, keysOf(command, { keys, letters })[0]]));
    return (id: string) => first.get(id);
  }, [keys, letters]);
  return (
    <KeysOfCommands value={keyOf}>
      <Frame>
        <Place route={route} />
      </Frame>
      <Overlays />
    </KeysOfCommands>
  );
}
