import type { Notice } from "./stores.ts";

/** One thing the human did: with what takes it back, or as one that nothing takes back. */
export type Deed =
  | { readonly text: string; readonly undo: () => Promise<boolean>; readonly redo: () => Promise<boolean> }
  | { readonly sent: string };

/** What the human did last, newest last. */
export interface Undo {
  did(deed: Deed): void;
  undo(): Promise<void>;
  redo(): Promise<void>;
}

/** More is not remembered: who wants it back looks for it by name. */
const mostDeeds = 50;

type Reversible = Extract<Deed, { text: string }>;

export function createUndo(notify: (notice: Omit<Notice, "id">) => void): Undo {
  let done: Deed[] = [];
  let undone: Reversible[] = [];
  /** Whether one is on its way: the next waits for nothing, it is asked for again. */
  let busy = false;

  async function alone(act: () => Promise<void>): Promise<void> {
    if (busy) return;
    busy = true;
    try {
      await act();
    } finally {
      busy = false;
    }
  }

  return {
    did(deed) {
      done = [...done, deed].slice(-mostDeeds);
      undone = [];
    },
    undo: () =>
      alone(async () => {
        const deed = done.at(-1);
        if (deed === undefined) return notify({ tone: "done", text: "There is nothing to undo." });
        done = done.slice(0, -1);
        if ("sent" in deed) return notify({ tone: "done", text: `${deed.sent} It was sent and cannot be undone.` });
        if (!(await deed.undo())) return void (done = [...done, deed]);
        undone = [...undone, deed];
        return notify({ tone: "done", text: `Undone: ${deed.text}`, next: "Shift+Z does it again." });
      }),
    redo: () =>
      alone(async () => {
        const deed = undone.at(-1);
        if (deed === undefined) return notify({ tone: "done", text: "There is nothing to do again." });
        if (!(await deed.redo())) return;
        undone = undone.slice(0, -1);
        done = [...done, deed].slice(-mostDeeds);
        notify({ tone: "done", text: `Done again: ${deed.text}`, next: "z takes it back." });
      }),
  };
}
