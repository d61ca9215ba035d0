import { table, type Scope } from "../../keys/table.ts";
import type { App } from "../store/app.ts";
import { answeringBehaviours, choosing } from "./answering.ts";
import { contextOf, contexts, keysIn, type Behaviour, type Behaviours, type Command, type Context } from "./command.ts";
import { everywhereBehaviours, goingTo } from "./everywhere.ts";
import { gridBehaviours } from "./on-grid.ts";
import { terminalBehaviours } from "./on-terminal.ts";
import { workstreamBehaviours } from "./on-workstream.ts";
import { welcomeBehaviours } from "./on-welcome.ts";
import { searchBehaviours } from "./on-search.ts";
import { worktreeBehaviours } from "./on-worktrees.ts";
import { readingBehaviours } from "./reading.ts";

const behaviours: Behaviours = {
  ...everywhereBehaviours,
  ...gridBehaviours,
  ...answeringBehaviours,
  ...workstreamBehaviours,
  ...readingBehaviours,
  ...terminalBehaviours,
  ...worktreeBehaviours,
  ...welcomeBehaviours,
  ...searchBehaviours,
};

/** The command table with what each command does. */
export const commands: readonly Command[] = table.map((facts) => ({ ...facts, ...behaviourOf(facts) }));

function behaviourOf(facts: (typeof table)[number]): Behaviour {
  if (!("number" in facts)) return behaviours[facts.id];
  return facts.scope === "question" ? choosing(facts.number) : goingTo(facts.number);
}

/** The commands that work where the human is now. */
export function activeCommands(app: App): Command[] {
  return commandsIn(contextOf(app)).filter((command) => command.when?.(app) ?? true);
}

/** All that can mean something in a place, bound as it is there. */
export function commandsIn(context: Context): Command[] {
  const scopes: readonly Scope[] = contexts[context];
  return commands
    .filter((command) => scopes.includes(command.scope))
    .map((command) => ({ ...command, keys: keysIn(context, command) }));
}
