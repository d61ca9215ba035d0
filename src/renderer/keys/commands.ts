import type { App } from "../store/app.ts";
import { answeringCommands } from "./answering.ts";
import { contextOf, contexts, type Command, type Scope } from "./command.ts";
import { everywhereCommands } from "./everywhere.ts";
import { gridCommands } from "./on-grid.ts";
import { workstreamCommands } from "./on-workstream.ts";
import { readingCommands } from "./reading.ts";

/** Every command there is: dispatch, palette, key sheet, hint bar and the conflict test all read this one table. */
export const commands: readonly Command[] = [
  ...everywhereCommands,
  ...gridCommands,
  ...answeringCommands,
  ...workstreamCommands,
  ...readingCommands,
];

/** The commands that work where the human is now. */
export function activeCommands(app: App): Command[] {
  const scopes: readonly Scope[] = contexts[contextOf(app)];
  return commands.filter((command) => scopes.includes(command.scope) && (command.when?.(app) ?? true));
}
