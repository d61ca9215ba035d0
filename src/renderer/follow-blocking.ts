import { blockingItems } from "../contract/attention.ts";
import { createNotifier, type Notifier } from "../contract/notifier.ts";
import { tallyItemOf, type TallyItem } from "../contract/tally.ts";
import type { App } from "./store/app.ts";

const wheel = new URL("../../assets/icons/wheel.svg", import.meta.url).href;
const markedWheel = new URL("../../assets/icons/wheel-marked.svg", import.meta.url).href;

/** How often the clock is asked whether something is snoozed no longer. */
const clockMs = 10_000;
/** More of them are only counted. */
const maxItems = 100;

/** Says beside the page what blocks, and nothing else: in the title, on the icons, and where it is wanted in notifications. */
export function followBlocking(page: Window & typeof globalThis, app: App): void {
  const { engine, settings } = app.stores;
  const notifier = notifierOf(page, app);
  const icon = page.document.querySelector<HTMLLinkElement>("link[rel=icon]");
  let counted: number | undefined;

  function say(): void {
    const { seq, fleet } = engine.getState();
    if (seq === undefined) return;
    const items = blockingItems(fleet, Date.now());
    if (items.length !== counted) {
      counted = items.length;
      page.document.title = counted === 0 ? "Coxswain" : `${String(counted)} blocking · Coxswain`;
      if (icon !== null) icon.href = counted === 0 ? wheel : markedWheel;
      badge(page.navigator, counted);
    }
    const wanted = settings.getState().notifications === "blocking" ? items : [];
    notifier.tell(wanted.slice(0, maxItems).map((item) => tallyItemOf(item, fleet.workstreams)));
  }

  engine.subscribe(({ fleet }, before) => {
    if (fleet !== before.fleet) say();
  });
  settings.subscribe(say);
  page.setInterval(say, clockMs);
  page.addEventListener("pagehide", () => notifier.close());
}

/** A browser may have no badge, and one that has may refuse it. */
function badge(navigator: Partial<Pick<Navigator, "setAppBadge">>, count: number): void {
  navigator.setAppBadge?.(count).catch(() => undefined);
}

/** The desktop host notifies by itself, and refuses it to its page. */
function notifierOf(page: Window & typeof globalThis, app: App): Notifier {
  return createNotifier({
    isWatched: () => page.document.visibilityState === "visible",
    canShow: () => "Notification" in page && page.Notification.permission === "granted",
    show({ title, body, tag }, { onChosen, onGone }) {
      const notification = new page.Notification(title, { body, tag });
      notification.addEventListener("click", () => {
        page.focus();
        onChosen();
      });
      notification.addEventListener("close", onGone);
      return () => notification.close();
    },
    open: (item) => showInQueue(app, item),
  });
}

function showInQueue({ actions, stores }: App, about: TallyItem | undefined): void {
  const item = about === undefined ? undefined : stores.engine.getState().fleet.attention[about.id];
  actions.openOverlay(undefined);
  if (item === undefined) actions.showSplit("blocking");
  else actions.selectItem(item);
  actions.go({ screen: "queue" });
}
