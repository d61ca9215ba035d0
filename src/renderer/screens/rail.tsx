import type { ReactNode } from "react";
import type { CommandId } from "../../keys/table.ts";
import { useApp, useEngine, urgentItems, useView } from "../store/app.ts";
import type { Route } from "../store/stores.ts";
import type { FleetState } from "../../contract/states.ts";
import { KeysOf } from "../ui/kbd.tsx";
import { useNow } from "./use-now.ts";
import "./rail.css";

interface Place {
  readonly name: string;
  readonly route: Route;
  /** The command that goes there, for its key. */
  readonly command: CommandId;
  /** How much waits there. */
  readonly count?: (fleet: FleetState, now: number) => number;
}

/** Every place there is, in the order of the rail. */
const places: readonly Place[] = [
  {
    name: "Queue",
    route: { screen: "queue" },
    command: "go-queue",
    count: (fleet, now) => urgentItems(fleet, now).length,
  },
  { name: "Grid", route: { screen: "grid" }, command: "go-grid" },
  { name: "Worktrees", route: { screen: "worktrees" }, command: "go-worktrees" },
  { name: "Search", route: { screen: "search" }, command: "go-search" },
  { name: "Settings", route: { screen: "settings" }, command: "settings" },
];

/** The way to every place, with how much waits there. */
export function Rail(): ReactNode {
  const { actions } = useApp();
  const here = useView((view) => view.route.screen);
  const now = useNow();
  // A text, so that the rail is drawn again only when a number on it changes.
  const counts = useEngine(({ fleet }) => places.map(({ count }) => count?.(fleet, now) ?? 0).join(" "));
  const waiting = counts.split(" ");
  return (
    <nav className="rail" aria-label="Places" data-region="rail">
      <ul>
        {places.map(({ name, route, command }, at) => (
          <li key={name}>
            <button
              type="button"
              className="rail-place"
              aria-current={route.screen === here ? "page" : undefined}
              onClick={() => actions.go(route)}
            >
              <span className="rail-name">
                {name}
                {waiting[at] !== "0" && <span className="rail-count"> {waiting[at]}</span>}
              </span>
              <KeysOf command={command} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
