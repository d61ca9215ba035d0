import { contexts, keysIn, type Command, type Context } from "./command.ts";

/** Bindings that mean two things in one place, or that shadow a longer one. */
export function conflicts(commands: readonly Command[]): string[] {
  return (Object.keys(contexts) as Context[]).flatMap((name) => {
    const active = commands.filter(({ scope }) => contexts[name].some((one) => one === scope));
    const all = active.flatMap((command) =>
      keysIn(name, command).map((keys) => ({ keys: normal(keys), id: command.id })),
    );
    return all.flatMap(({ keys, id }, at) =>
      all
        .slice(at + 1)
        .filter(
          (other) => other.keys === keys || other.keys.startsWith(`${keys} `) || keys.startsWith(`${other.keys} `),
        )
        .map((other) => `${name}: ${id} and ${other.id} both take ${keys}`),
    );
  });
}

function normal(keys: string): string {
  return keys.toLowerCase().replaceAll("[shift]+", "");
}
