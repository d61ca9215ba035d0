import { matchKeybindingPress } from "tinykeys";
import type { App } from "../store/app.ts";
import { keymapOf } from "./commands.ts";

/** Whether a key pressed in a terminal is for Coxswain and not for the program. */
export function isKeptFromShell(app: Pick<App, "stores">, event: KeyboardEvent): boolean {
  return (keymapOf(app).bound.get("shell") ?? []).some(({ presses: [press, ...more] }) => {
    return press !== undefined && more.length === 0 && matchKeybindingPress(event, press);
  });
}
