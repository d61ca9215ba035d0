import type { Settings } from "../contract/settings.ts";
import type { App } from "./store/app.ts";
import { canAct } from "./store/app.ts";
import { forgetOldTheme, oldTheme } from "./store/settings-store.ts";
import type { Shelf } from "./store/stores.ts";

/** Gives the page the look that the settings ask for, now and whenever they change. */
export function followSettings({ document, localStorage }: Window, app: App): void {
  const { settings, engine } = app.stores;
  apply(document.documentElement, settings.getState());
  settings.subscribe((now) => apply(document.documentElement, now));
  const leave = engine.subscribe((state) => {
    if (state.seq === undefined || !canAct(state)) return;
    leave();
    void takeOver(localStorage, app);
  });
}

function apply(root: HTMLElement, { theme, motion, density, zoom }: Settings): void {
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
  root.dataset["motion"] = motion;
  root.dataset["density"] = density;
  root.style.setProperty("zoom", `${String(zoom)}%`);
}

/** Once: the theme that an older page kept for itself becomes the engine's. */
async function takeOver(shelf: Shelf, { actions, stores }: App): Promise<void> {
  const theme = oldTheme(shelf);
  if (theme === undefined) return;
  const isSet = stores.engine.getState().fleet.settings["theme"] !== undefined;
  if (isSet || (await actions.takeOverTheme(theme))) forgetOldTheme(shelf);
}
