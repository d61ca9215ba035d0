import { clash } from "../../keys/bindings.ts";
import type { CommandFacts } from "../../keys/table.ts";
import { contexts, keysIn, type Context } from "./command.ts";

const places = Object.keys(contexts) as Context[];

function isIn(context: Context, { scope }: Pick<CommandFacts, "scope">): boolean {
  return contexts[context].some((one) => one === scope);
}

/** Who means something by this binding, or by the beginning of it, in one place. */
export function takersOf<C extends CommandFacts>(
  context: Context,
  binding: string,
  commands: readonly C[],
): { readonly command: C; readonly keys: string }[] {
  return commands
    .filter((command) => isIn(context, command))
    .flatMap((command) => keysIn(context, command).map((keys) => ({ command, keys })))
    .filter(({ keys }) => clash(keys, binding));
}

/** The places where a command of this scope has its keys; inside a terminal it has others. */
export function placesOf(command: Pick<CommandFacts, "scope">): Context[] {
  return places.filter((context) => isIn(context, command) && (context === "shell") === (command.scope === "shell"));
}

/** Bindings that mean two things in one place, or that shadow a longer one. */
export function conflicts(commands: readonly CommandFacts[]): string[] {
  return places.flatMap((context) =>
    commands
      .filter((command) => isIn(context, command))
      .flatMap((command, at, all) =>
        keysIn(context, command).flatMap((binding) =>
          takersOf(context, binding, all.slice(at + 1)).map(
            (other) => `${context}: ${command.id} and ${other.command.id} both take ${binding}`,
          ),
        ),
      ),
  );
}
