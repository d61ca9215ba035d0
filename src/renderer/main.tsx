import { createRoot } from "react-dom/client";
import { findDoor } from "./client.ts";
import { followDrops } from "./follow-drop.ts";
import { followBlocking } from "./follow-blocking.ts";
import { followArrivals } from "./follow-arrivals.ts";
import { followHost } from "./follow-host.ts";
import { followLook } from "./follow-look.ts";
import { followSettings } from "./follow-settings.ts";
import { Root } from "./screens/root.tsx";
import { createActions } from "./store/actions.ts";
import { AppContext, type App } from "./store/app.ts";
import { followComments } from "./store/comment-drafts.ts";
import { followDrafts } from "./store/drafts.ts";
import { createFocusClock } from "./store/focus-clock.ts";
import { mirrorEngine } from "./store/mirror.ts";
import { createReadQueue } from "./store/queue.ts";
import { homeOf, routeOf } from "./store/route.ts";
import { createStandings } from "./store/standing.ts";
import { createStores } from "./store/stores.ts";
import { createSurfaces } from "./store/surfaces.ts";
import "./ui/theme.css";
import "./ui/base.css";

function start(page: Window & typeof globalThis, place: HTMLElement): void {
  const door = findDoor(page);
  const stores = createStores(page.localStorage);
  const mirror = mirrorEngine(door, stores);
  const focus = createFocusClock(() => performance.now());
  const actions = createActions({
    stores,
    client: () => mirror.link.client(),
    focus,
    newKey: () => crypto.randomUUID(),
    page,
  });
  const app: App = {
    stores,
    mirror,
    focus,
    actions,
    surfaces: createSurfaces(),
    standings: createStandings(),
    queue: createReadQueue(),
  };
  followAddress(page, app);
  followFleet(app);
  followSettings(page, app);
  followArrivals(page, app);
  followBlocking(page, app);
  followAttention(page, app);
  followHost(page, app);
  followDrops(page, app);
  followDrafts(page, stores);
  followComments(page, stores);
  followLook(page, app);
  createRoot(place).render(
    <AppContext value={app}>
      <Root />
    </AppContext>,
  );
}

function followAddress(page: Window, { stores }: App): void {
  const read = (): void => {
    const route = routeOf(page.location.hash);
    stores.view.setState({ route, ...homeOf(route) });
  };
  read();
  page.addEventListener("popstate", read);
}

/** The queue hears what happens, and is told when it first knows anything. */
function followFleet({ stores, actions }: App): void {
  stores.engine.subscribe(({ fleet }, before) => {
    if (fleet !== before.fleet) actions.hearNews();
  });
}

/** The focus clock runs only while the human can see the window and does something in it. */
function followAttention(page: Window, { focus }: App): void {
  const see = (): void => focus.see(page.document.visibilityState === "visible" && page.document.hasFocus());
  see();
  page.document.addEventListener("visibilitychange", see);
  page.addEventListener("focus", see);
  page.addEventListener("blur", see);
  for (const type of ["keydown", "pointermove", "pointerdown", "wheel"]) {
    page.addEventListener(type, () => focus.stir(), { capture: true, passive: true });
  }
}

const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root.");
start(window, place);
