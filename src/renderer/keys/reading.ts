import type { Tab } from "../store/stores.ts";
import type { Behaviour, Behaviours } from "./command.ts";

/** What moves the eye through a workstream: its views, its transcript and its diff. */
export const readingBehaviours = {
  "tab-transcript": showing("transcript"),
  "tab-terminal": showing("terminal"),
  "tab-diff": showing("diff"),
  "tab-plan": showing("plan"),
  "tab-usage": showing("usage"),

  "next-item": { run: ({ surfaces }) => surfaces.get("transcript")?.move(1) },
  "previous-item": { run: ({ surfaces }) => surfaces.get("transcript")?.move(-1) },
  unfold: { run: ({ surfaces }) => surfaces.get("transcript")?.toggle() },
  "next-turn": { run: ({ surfaces }) => surfaces.get("transcript")?.turn(1) },
  "previous-turn": { run: ({ surfaces }) => surfaces.get("transcript")?.turn(-1) },
  "to-end": { run: ({ surfaces }) => surfaces.get("transcript")?.toEnd() },
  "find-item": { run: ({ surfaces }) => surfaces.get("transcript")?.find() },
  "copy-item": {
    run: ({ actions, surfaces }) => {
      const text = surfaces.get("transcript")?.text();
      if (text !== undefined) actions.copy(text);
    },
  },
  older: { run: ({ surfaces }) => surfaces.get("transcript")?.older() },

  "next-change": { run: ({ surfaces }) => surfaces.get("diff")?.change(1) },
  "previous-change": { run: ({ surfaces }) => surfaces.get("diff")?.change(-1) },
  "next-file": { run: ({ surfaces }) => surfaces.get("diff")?.file(1) },
  "previous-file": { run: ({ surfaces }) => surfaces.get("diff")?.file(-1) },
  "next-line": { run: ({ surfaces }) => surfaces.get("diff")?.line(1) },
  "previous-line": { run: ({ surfaces }) => surfaces.get("diff")?.line(-1) },
  "extend-down": { run: ({ surfaces }) => surfaces.get("diff")?.extend(1) },
  "extend-up": { run: ({ surfaces }) => surfaces.get("diff")?.extend(-1) },
  "fold-file": { run: ({ surfaces }) => surfaces.get("diff")?.fold() },
  "expand-context": { run: ({ surfaces }) => surfaces.get("diff")?.expand() },
  "find-file": { run: ({ actions }) => actions.openOverlay("files") },
  "show-newer": { run: ({ surfaces }) => surfaces.get("diff")?.showNewer() },
  "diff-since": { run: ({ actions }) => actions.openOverlay("since") },
  split: {
    run: ({ actions, stores }) =>
      actions.show({ diffStyle: stores.view.getState().diffStyle === "unified" ? "split" : "unified" }),
  },
  whitespace: {
    run: ({ actions, stores }) => actions.show({ diffWhitespace: !stores.view.getState().diffWhitespace }),
  },
} satisfies Partial<Behaviours>;

function showing(name: Tab): Behaviour {
  return {
    run: ({ actions, stores }) => {
      const { route } = stores.view.getState();
      if (route.screen === "workstream") actions.go({ ...route, tab: name });
    },
  };
}
