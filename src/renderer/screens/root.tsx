import type { ReactNode } from "react";
import { useFocusKept } from "../keys/use-focus-kept.ts";
import { useKeys } from "../keys/use-keys.ts";
import { isBare, useApp, useEngine, useView } from "../store/app.ts";
import type { Route } from "../store/stores.ts";
import { Frame } from "./frame.tsx";
import { GridScreen } from "./grid/grid-screen.tsx";
import { Overlays } from "./overlays/overlays.tsx";
import { WelcomeScreen } from "./welcome/welcome-screen.tsx";
import { SearchScreen } from "./search/search-screen.tsx";
import { WorktreesScreen } from "./worktrees/worktrees-screen.tsx";
import { WorkstreamScreen } from "./workstream/workstream-screen.tsx";

function Place({ route }: { route: Route }): ReactNode {
  const bare = useEngine(isBare);
  if (bare) return <WelcomeScreen />;
  switch (route.screen) {
    case "grid":
      return <GridScreen />;
    case "welcome":
      return <WelcomeScreen />;
    case "search":
      return <SearchScreen />;
    case "worktrees":
      return <WorktreesScreen />;
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
  return (
    <>
      <Frame>
        <Place route={route} />
      </Frame>
      <Overlays />
    </>
  );
}
