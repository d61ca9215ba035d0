import type { WorkstreamId } from "../contract/ids.ts";
import type { App } from "./store/app.ts";
import type { Route } from "./store/stores.ts";

/** What happens to the workstream in front of the human is seen as it happens: the open one, or the enlarged tile. */
export function followLook(page: Window, { stores }: App): void {
  const { engine, view, grid, seen } = stores;
  const inFront = (route: Route): WorkstreamId | undefined => {
    if (route.screen === "grid") return grid.getState().enlarged?.id;
    if (route.screen !== "workstream") return undefined;
    const { workstreams } = engine.getState().fleet;
    return Object.values(workstreams).find(({ number }) => number === route.number)?.id;
  };
  const look = (): void => {
    const { route } = view.getState();
    const visible = page.document.visibilityState === "visible";
    seen.look(visible ? inFront(route) : undefined);
  };
  look();
  view.subscribe(look);
  grid.subscribe(look);
  engine.subscribe(({ fleet }, before) => {
    if (fleet.workstreams !== before.fleet.workstreams) look();
  });
  page.document.addEventListener("visibilitychange", look);
}
