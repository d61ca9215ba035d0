import { splitOf } from "../../contract/attention.ts";
import type { AttentionItem } from "../../contract/states.ts";
import { currentRow, urgentItems, type App } from "../store/app.ts";
import { queueNow } from "../store/queue.ts";
import type { Spot } from "../store/stores.ts";
import { focusAgain, focusNow } from "./focus-spot.ts";

/** What can be gone to, most urgent first: not what is decided and on its way, nor what is muted. */
export function waitingItems({ stores }: App): AttentionItem[] {
  const { fleet } = stores.engine.getState();
  const { away, muted } = stores.queue.getState();
  const now = queueNow();
  return urgentItems(fleet, now).filter((item) => {
    const split = splitOf(item, fleet, now, muted);
    return split !== "snoozed" && away.get(item.id) !== split;
  });
}

/**
 * Goes to what is most urgent, with all that is needed to decide it; pressed again with nothing done there, to the next.
 * Whoever decided something, or went elsewhere by hand, is at the head of the queue again.
 */
export function jump(app: App): void {
  const { actions, stores, surfaces } = app;
  const items = waitingItems(app);
  const { route, spot } = stores.view.getState();
  const here = route.screen === "queue" ? currentRow(app)?.id : undefined;
  const under = items.findIndex(({ id }) => id === here);
  const passes = under === 0 || (under > 0 && spot?.brought === here);
  const next = passes ? items[(under + 1) % items.length] : items[0];
  if (next === undefined) return;
  actions.show({
    spot: { ...(route.screen === "queue" && spot !== undefined ? spot : spotNow(app)), brought: next.id },
  });
  actions.selectItem(next);
  actions.go({ screen: "queue" });
  surfaces.get("queue")?.focus();
}

function spotNow({ stores }: App): Omit<Spot, "brought"> {
  const { route, selected } = stores.view.getState();
  const { split, selected: item, peeking } = stores.queue.getState();
  return { route, selected, queue: { split, selected: item, peeking }, focus: focusNow() };
}

/** Back to exactly where the human was before being taken away; else to the place before. */
export function goBack({ actions, stores }: App): void {
  const { spot } = stores.view.getState();
  if (spot === undefined) return window.history.back();
  actions.showInQueue(spot.queue);
  actions.go(spot.route);
  actions.show({ spot: undefined, selected: spot.selected });
  if (spot.focus !== undefined) focusAgain(spot.focus);
}
