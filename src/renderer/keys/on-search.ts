import type { App } from "../store/app.ts";
import { searchRows, within, type SearchRow } from "../store/search-store.ts";
import { isOpen, type Behaviours } from "./command.ts";

/** What works in the place of searching, for the selected row. */
export const searchBehaviours = {
  "go-search": {
    run: ({ actions, surfaces }) => {
      actions.go({ screen: "search" });
      surfaces.get("search")?.focus();
    },
  },
  "find-field": { run: ({ surfaces }) => surfaces.get("search")?.focus() },
  "next-found": { run: (app) => move(app, 1) },
  "previous-found": { run: (app) => move(app, -1) },
  "open-found": { when: (app) => currentFound(app) !== undefined, run: openFound },
  "peek-found": {
    when: (app) => currentFound(app)?.kind === "hit",
    run: ({ actions, stores }) => actions.peekFound(!stores.search.getState().peek),
  },
  "bring-back-found": {
    when: (app) => isOpen(app) && isAway(currentFound(app)),
    run: (app) => {
      const row = currentFound(app);
      if (row?.kind === "hit") void app.actions.bringBackFound(row.workstream);
    },
  },
  "order-found": {
    run: ({ actions, stores }) => actions.orderFound(stores.search.getState().order === "best" ? "newest" : "best"),
  },
  "leave-search": { run: ({ actions, stores }) => actions.go(stores.view.getState().home) },
} satisfies Partial<Behaviours>;

function isAway(row: SearchRow | undefined): boolean {
  return row?.kind === "hit" && row.workstream.phase === "archived";
}

function currentFound({ stores }: App): SearchRow | undefined {
  const state = stores.search.getState();
  return searchRows(state)[state.at];
}

function move({ actions, stores, surfaces }: App, by: 1 | -1): void {
  const { at } = stores.search.getState();
  if (at === 0 && by === -1) return surfaces.get("search")?.focus();
  actions.selectFound(at + by);
}

/** Goes where the selected row leads: to a place, to more of the same, or to an earlier search. */
export function openFound(app: App): void {
  const row = currentFound(app);
  const { text, found } = app.stores.search.getState();
  switch (row?.kind) {
    case "hit":
      return app.actions.openFound(row.workstream, row.hit);
    case "rest":
      return app.actions.findText(within(text, row.workstream));
    case "page":
      return void app.actions.look(found?.answer.hits.length ?? 0);
    case "recent":
      return app.actions.findText(row.text);
    case undefined:
      return undefined;
  }
}
