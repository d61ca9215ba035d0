import { matchKeybindingPress, parseKeybinding } from "tinykeys";
import { commandsIn } from "./commands.ts";

const presses = commandsIn("shell")
  .flatMap(({ keys }) => keys)
  .map((binding) => parseKeybinding(binding))
  .flatMap(([press, ...more]) => (press === undefined || more.length > 0 ? [] : [press]));

/** Whether a key pressed in a terminal is for Coxswain and not for the program. */
export function isKeptFromShell(event: KeyboardEvent): boolean {
  return presses.some((press) => matchKeybindingPress(event, press));
}
