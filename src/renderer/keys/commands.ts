import { withOwnKeys, type OwnKeys } from "../../keys/bindings.ts";
import { table, type Scope } from "../../keys/table.ts";
import type { App } from "../store/app.ts";
import { answeringBehaviours, choosing } from "./answering.ts";
import { contextOf, contexts, keysIn, type Behaviour, type Behaviours, type Command, type Context } from "./command.ts";
import { bind, type Bound } from "./dispatch.ts";
import { everywhereBehaviours, goingTo } from "./everywhere.ts";
import { queueBehaviours } from "./on-queue.ts";
import { gridBehaviours } from "./on-grid.ts";
import { terminalBehaviours } from "./on-terminal.ts";
import { workstreamBehaviours } from "./on-workstream.ts";
import { welcomeBehaviours } from "./on-welcome.ts";
import { compareBehaviours } from "./on-compare.ts";
import { searchBehaviours } from "./on-search.ts";
import { worktreeBehaviours } from "./on-worktrees.ts";
import { settingsBehaviours } from "./on-settings.ts";
import { readingBehaviours } from "./reading.ts";
import { reviewingBehaviours } from "./reviewing.ts";

const behaviours: Behaviours = {
  ...everywhereBehaviours,
  ...queueBehaviours,
  ...gridBehaviours,
  ...answeringBehaviours,
  ...workstreamBehaviours,
  ...readingBehaviours,
  ...terminalBehaviours,
  ...reviewingBehaviours,
  ...worktreeBehaviours,
  ...welcomeBehaviours,
  ...searchBehaviours,
  ...compareBehaviours,
  ...settingsBehaviours,
};

/** The command table with what each command does. */
export const commands: readonly Command[] = table.map((facts) => ({ ...facts, ...behaviourOf(facts) }));

function behaviourOf(facts: (typeof table)[number]): Behaviour {
  if (!("number" in facts)) return behaviours[facts.id];
  return facts.scope === "question" ? choosing(facts.number) : goingTo(facts.number);
}

/** Every command with the keys the human gave it; and by the place where they count, as they are there, parsed once. */
export interface Keymap {
  readonly commands: readonly Command[];
  readonly at: ReadonlyMap<Context, readonly Command[]>;
  readonly bound: ReadonlyMap<Context, readonly Bound<Command>[]>;
}

let last: { readonly own: OwnKeys; readonly map: Keymap } | undefined;

/** The keymap in force, made anew only when the human changed a key. */
export function keymapOf({ stores }: Pick<App, "stores">): Keymap {
  const { keys, letters } = stores.settings.getState();
  if (last === undefined || last.own.keys !== keys || last.own.letters !== letters) {
    last = { own: { keys, letters }, map: makeKeymap({ keys, letters }) };
  }
  return last.map;
}

function makeKeymap(own: OwnKeys): Keymap {
  const all = commands.map((command): Command => withOwnKeys(command, own));
  const at = new Map<Context, readonly Command[]>();
  for (const context of Object.keys(contexts) as Context[]) {
    const scopes: readonly Scope[] = contexts[context];
    const there = all.filter(({ scope }) => scopes.includes(scope));
    at.set(
      context,
      there.map((command) => ({ ...command, keys: keysIn(context, command) })),
    );
  }
  return { commands: all, at, bound: new Map([...at].map(([context, there]) => [context, bind(there)])) };
}

/** The commands that work where the human is now. */
export function activeCommands(app: App): Command[] {
  return commandsIn(app, contextOf(app)).filter((command) => command.when?.(app) ?? true);
}

/** All that can mean something in a place, bound as it is there. */
export function commandsIn(app: Pick<App, "stores">, context: Context): readonly Command[] {
  return keymapOf(app).at.get(context) ?? [];
}
