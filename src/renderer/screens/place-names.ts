import type { Context } from "../keys/command.ts";

/** Where a key counts, as it is said to the human. */
export const placeNames: Readonly<Record<Context, string>> = {
  queue: "in the queue",
  grid: "on the grid",
  transcript: "in a transcript",
  terminal: "at a terminal",
  shell: "in a terminal",
  diff: "in a diff",
  ask: "at what is asked beside a diff",
  plan: "in a plan",
  usage: "where its cost is told",
  question: "at a question",
  composer: "while you write",
  worktrees: "among the worktrees",
  welcome: "where one gets started",
  search: "in the search",
  compare: "where attempts stand side by side",
  settings: "among the settings",
};
