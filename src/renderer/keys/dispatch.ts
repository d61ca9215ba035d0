import { typesNothing } from "../../keys/bindings.ts";
import { matchKeybindingPress, parseKeybinding, type KeybindingPress } from "tinykeys";

/** A binding ready to be matched. */
export interface Bound<C> {
  readonly command: C;
  readonly presses: readonly KeybindingPress[];
  /** Whether it may act while the human types: only chords and keys that type nothing. */
  readonly whileTyping: boolean;
}

export function bind<C extends { readonly keys: readonly string[] }>(commands: readonly C[]): Bound<C>[] {
  return commands.flatMap((command) =>
    command.keys.map((binding) => ({
      command,
      presses: parseKeybinding(binding),
      whileTyping: typesNothing(binding),
    })),
  );
}

export type Match<C> =
  | { readonly kind: "run"; readonly command: C }
  | { readonly kind: "pending"; readonly typed: string }
  | { readonly kind: "none" };

/** After this long a sequence is forgotten. Milliseconds. */
export const sequenceMs = 1_200;

export interface Dispatcher<C> {
  /** What a key press means with these bindings, of commands that hold now, given the presses that came just before. */
  press(event: KeyboardEvent, bindings: readonly Bound<C>[], typing: boolean, holds: (command: C) => boolean): Match<C>;
  forget(): void;
}

const modifiers: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph"]);

export function createDispatcher<C>(now: () => number): Dispatcher<C> {
  let typed: KeyboardEvent[] = [];
  let at = -Infinity;

  return {
    press(event, bindings, typing, holds) {
      if (modifiers.has(event.key) || event.isComposing) return { kind: "none" };
      typed = now() - at > sequenceMs ? [event] : [...typed, event];
      at = now();
      // A key that does not continue the sequence begins anew.
      for (; typed.length > 0; typed = typed.slice(1)) {
        const fitting = bindings.filter(
          (bound) => (!typing || bound.whileTyping) && continues(bound, typed) && holds(bound.command),
        );
        const complete = fitting.find((bound) => bound.presses.length === typed.length);
        if (complete !== undefined) {
          typed = [];
          return { kind: "run", command: complete.command };
        }
        if (fitting.length > 0) return { kind: "pending", typed: typed.map(({ key }) => key).join(" ") };
      }
      return { kind: "none" };
    },
    forget() {
      typed = [];
    },
  };
}

function continues<C>({ presses }: Bound<C>, typed: readonly KeyboardEvent[]): boolean {
  return (
    typed.length <= presses.length &&
    typed.every((event, at) => {
      const press = presses[at];
      return press !== undefined && matchKeybindingPress(event, press);
    })
  );
}
