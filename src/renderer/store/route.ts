import { tabs, type Home, type Route, type Tab } from "./stores.ts";

/**
 * The address of a place: `#/` is the queue, `#/grid` the grid, `#/7/diff` the diff of workstream 7, `#/7/compare` the attempts at its ticket, and
 * `#/7/transcript/4711` the item 4711 of its transcript.
 */
export function hashOf(route: Route): string {
  if (route.screen === "queue") return "#/";
  if (route.screen === "compare") return `#/${String(route.number)}/compare`;
  if (route.screen !== "workstream") return `#/${route.screen}`;
  const place = `#/${String(route.number)}`;
  if (route.tab !== "transcript") return `${place}/${route.tab}`;
  return route.item === undefined ? place : `${place}/transcript/${String(route.item)}`;
}

/** Places that are one, whatever is open in them. */
const plainPlaces = [
  "grid",
  "worktrees",
  "welcome",
  "search",
  "settings",
] as const satisfies readonly Route["screen"][];

/** The place an address names; anything unknown is the queue. */
export function routeOf(address: string): Route {
  const hash = address.replace(/^#token=[^&]*&at=/, "#");
  const screen = plainPlaces.find((place) => hash === `#/${place}`);
  if (screen !== undefined) return { screen };
  const [, digits, tab, item] = /^#\/(\d{1,9})(?:\/([a-z]+)(?:\/(\d{1,9}))?)?$/.exec(hash) ?? [];
  if (digits === undefined) return { screen: "queue" };
  if (tab === "compare") return { screen: "compare", number: Number(digits) };
  const route = { screen: "workstream", number: Number(digits), tab: isTab(tab) ? tab : "transcript" } as const;
  return route.tab === "transcript" && Number(item) > 0 ? { ...route, item: Number(item) } : route;
}

function isTab(word: string | undefined): word is Tab {
  return tabs.some((tab) => tab === word);
}

/** What a place that shows everything is remembered as. */
export function homeOf(route: Route): { readonly home?: Home } {
  return route.screen === "queue" || route.screen === "grid" ? { home: route } : {};
}
