import { tabs, type Route, type Tab } from "./stores.ts";

/** The address of a place: `#/` is the grid, `#/worktrees` the worktrees, `#/7/diff` the diff of workstream 7. */
export function hashOf(route: Route): string {
  if (route.screen === "grid") return "#/";
  if (route.screen === "worktrees") return "#/worktrees";
  return route.tab === "transcript" ? `#/${String(route.number)}` : `#/${String(route.number)}/${route.tab}`;
}

/** The place an address names; anything unknown is the grid. */
export function routeOf(hash: string): Route {
  if (hash === "#/worktrees") return { screen: "worktrees" };
  const [, digits, tab] = /^#\/(\d{1,9})(?:\/([a-z]+))?$/.exec(hash) ?? [];
  if (digits === undefined) return { screen: "grid" };
  return { screen: "workstream", number: Number(digits), tab: isTab(tab) ? tab : "transcript" };
}

function isTab(word: string | undefined): word is Tab {
  return tabs.some((tab) => tab === word);
}
