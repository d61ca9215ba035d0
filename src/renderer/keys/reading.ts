import type { Tab } from "../store/stores.ts";
import type { Command } from "./command.ts";

/** What moves the eye through a workstream: its views, its transcript and its diff. */
export const readingCommands: readonly Command[] = [
  tab("transcript", "Show the transcript", "1"),
  tab("diff", "Show the diff", "2"),
  tab("plan", "Show ticket and plan", "3"),

  {
    id: "next-item",
    title: "Next item",
    scope: "transcript",
    keys: ["j", "ArrowDown"],
    hint: "next",
    run: ({ surfaces }) => surfaces.get("transcript")?.move(1),
  },
  {
    id: "previous-item",
    title: "Previous item",
    scope: "transcript",
    keys: ["k", "ArrowUp"],
    run: ({ surfaces }) => surfaces.get("transcript")?.move(-1),
  },
  {
    id: "unfold",
    title: "Unfold or fold the item",
    scope: "transcript",
    keys: ["Enter", "o"],
    hint: "unfold",
    run: ({ surfaces }) => surfaces.get("transcript")?.toggle(),
  },
  {
    id: "next-turn",
    title: "Next turn",
    scope: "transcript",
    keys: ["n"],
    run: ({ surfaces }) => surfaces.get("transcript")?.turn(1),
  },
  {
    id: "previous-turn",
    title: "Previous turn",
    scope: "transcript",
    keys: ["Shift+n"],
    run: ({ surfaces }) => surfaces.get("transcript")?.turn(-1),
  },
  {
    id: "to-end",
    title: "To the end of the transcript",
    scope: "transcript",
    keys: ["Shift+g", "End"],
    hint: "end",
    run: ({ surfaces }) => surfaces.get("transcript")?.toEnd(),
  },
  {
    id: "older",
    title: "Read older items",
    scope: "transcript",
    keys: ["["],
    run: ({ surfaces }) => surfaces.get("transcript")?.older(),
  },

  {
    id: "next-change",
    title: "Next change",
    scope: "diff",
    keys: ["n"],
    hint: "next change",
    run: ({ surfaces }) => surfaces.get("diff")?.change(1),
  },
  {
    id: "previous-change",
    title: "Previous change",
    scope: "diff",
    keys: ["p"],
    run: ({ surfaces }) => surfaces.get("diff")?.change(-1),
  },
  {
    id: "next-file",
    title: "Next file",
    scope: "diff",
    keys: ["Shift+n"],
    hint: "next file",
    run: ({ surfaces }) => surfaces.get("diff")?.file(1),
  },
  {
    id: "previous-file",
    title: "Previous file",
    scope: "diff",
    keys: ["Shift+p"],
    run: ({ surfaces }) => surfaces.get("diff")?.file(-1),
  },
  {
    id: "next-line",
    title: "Next line",
    scope: "diff",
    keys: ["j", "ArrowDown"],
    run: ({ surfaces }) => surfaces.get("diff")?.line(1),
  },
  {
    id: "previous-line",
    title: "Previous line",
    scope: "diff",
    keys: ["k", "ArrowUp"],
    run: ({ surfaces }) => surfaces.get("diff")?.line(-1),
  },
  {
    id: "split",
    title: "Show the diff unified or side by side",
    scope: "diff",
    keys: ["[Shift]+|"],
    hint: "split",
    run: ({ actions, stores }) =>
      actions.show({ diffStyle: stores.view.getState().diffStyle === "unified" ? "split" : "unified" }),
  },
];

function tab(name: Tab, title: string, key: string): Command {
  return {
    id: `tab-${name}`,
    title,
    scope: "tabs",
    keys: [key],
    run: ({ actions, stores }) => {
      const { route } = stores.view.getState();
      if (route.screen === "workstream") actions.go({ ...route, tab: name });
    },
  };
}
