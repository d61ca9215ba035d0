import { typesNothing } from "../../keys/bindings.ts";
import { matchKeybindingPress, parseKeybinding, type KeybindingPress } from "tinykeys";

/** A binding ready to be matched. */
export interface Bound<C> {
  readonly command: C;
  readonly presses: readonly KeybindingPress[];
  /** Whether it may act while the human types: only chords and keys that type nothing. */
  readonly whileTyping: boolean;
  readonly patient: boolean;
}

export function bind<C extends { readonly keys: readonly string[]; readonly patient?: boolean }>(
  commands: readonly C[],
): Bound<C>[] {
  return commands.flatMap((command) =>
    command.keys.map((binding) => ({
      command,
      presses: parseKeybinding(binding),
      whileTyping: typesNothing(binding),
      patient: command.patient === true,
    })),
  );
}

export type Match<C> =
  | { readonly kind: "run"; readonly command: C }
  | { readonly kind: "pending"; readonly typed: string; readonly forMs: number }
  | { readonly kind: "none" };

/** After this long a sequence is forgotten. Milliseconds. */
export const sequenceMs = 1_200;
/** The same for one whose last key, pressed too late, would do what cannot be undone. */
export const patientMs = 6_000;

export interface Dispatcher<C> {
  /** What a key press means with these bindings, of commands that hold now, given the presses that came just before. */
  press(event: KeyboardEvent, bindings: readonly Bound<C>[], typing: boolean, holds: (command: C) => boolean): Match<C>;
  forget(): void;
}

const modifiers: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph"]);

export function createDispatcher<C>(now: () => number): Dispatcher<C> {
  let typed: KeyboardEvent[] = [];
  let until = -Infinity;

  return {
    press(event, bindings, typing, holds) {
      if (modifiers.has(event.key) || event.isComposing) return { kind: "none" };
      typed = now() > until ? [event] : [...typed, event];
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
        if (fitting.length > 0) {
          const forMs = fitting.some(({ patient }) => patient) ? patientMs : sequenceMs;
          until = now() + forMs;
          return { kind: "pending", typed: typed.map(({ key }) => key).join(" "), forMs };
        }
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
