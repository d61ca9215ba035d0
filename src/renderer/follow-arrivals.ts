import { blockingItems } from "../contract/attention.ts";
import type { App } from "./store/app.ts";
import { createChime } from "./ui/chime.ts";

/** Sounds, where the human wants it, when something new holds work up. What stood there when the page opened is not new. */
export function followArrivals(page: Window & typeof globalThis, { stores }: App): void {
  const chime = createChime(
    () => new page.AudioContext(),
    () => page.performance.now(),
  );
  let known: ReadonlySet<string> | undefined;
  let before: unknown;
  stores.engine.subscribe(({ seq, fleet }) => {
    if (seq === undefined || fleet.attention === before) return;
    before = fleet.attention;
    const now = new Set(blockingItems(fleet, Date.now()).map(({ id }) => id));
    const isNew = known !== undefined && [...now].some((id) => known?.has(id) === false);
    known = now;
    if (isNew && stores.settings.getState().sounds === "on") chime.sound();
  });
}
