import { takesWords } from "../store/abilities.ts";
import { currentStanding, type App } from "../store/app.ts";
import { isOpen, whenCurrent, type Command } from "./command.ts";
import { newWords, openSelected } from "./everywhere.ts";

/** What works on the grid, for the selected tile. */
export const gridCommands: readonly Command[] = [
  { id: "left", title: "Select the tile to the left", scope: "grid", keys: ["h", "ArrowLeft"], run: move("left") },
  { id: "down", title: "Select the tile below", scope: "grid", keys: ["j", "ArrowDown"], run: move("down") },
  { id: "up-tile", title: "Select the tile above", scope: "grid", keys: ["k", "ArrowUp"], run: move("up") },
  { id: "right", title: "Select the tile to the right", scope: "grid", keys: ["l", "ArrowRight"], run: move("right") },
  {
    id: "open",
    title: "Open the selected workstream",
    scope: "grid",
    keys: ["Enter"],
    hint: "open",
    when: (app) => currentStanding(app) !== undefined,
    run: openSelected,
  },
  {
    id: "steer-here",
    title: "Steer the selected workstream in one line",
    scope: "grid",
    keys: ["s"],
    hint: "steer",
    when: whenCurrent(takesWords),
    run: ({ actions, surfaces }) => {
      actions.show({ steering: true });
      surfaces.get("steer")?.focus();
    },
  },
  {
    id: "start-here",
    title: "Start a workstream",
    also: newWords,
    scope: "grid",
    keys: ["n"],
    hint: "new",
    when: isOpen,
    run: ({ actions }) => actions.openOverlay("start"),
  },
];

function move(direction: "left" | "right" | "up" | "down"): (app: App) => void {
  return ({ surfaces }) => surfaces.get("grid")?.move(direction);
}
