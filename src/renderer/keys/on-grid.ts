import { takesWords } from "../store/abilities.ts";
import { currentStanding, type App } from "../store/app.ts";
import { isOpen, whenCurrent, type Behaviours } from "./command.ts";
import { openSelected } from "./everywhere.ts";

/** What works on the grid, for the selected tile. */
export const gridBehaviours = {
  left: { run: move("left") },
  down: { run: move("down") },
  "up-tile": { run: move("up") },
  right: { run: move("right") },
  open: { when: (app) => currentStanding(app) !== undefined, run: openSelected },
  "steer-here": {
    when: whenCurrent(takesWords),
    run: ({ actions, surfaces }) => {
      actions.show({ steering: true });
      surfaces.get("steer")?.focus();
    },
  },
  "start-here": { when: isOpen, run: ({ actions }) => actions.openOverlay("start") },
} satisfies Partial<Behaviours>;

function move(direction: "left" | "right" | "up" | "down"): (app: App) => void {
  return ({ surfaces }) => surfaces.get("grid")?.move(direction);
}
