import { useEffect } from "react";
import type { App } from "../store/app.ts";
import { focusPlace } from "./everywhere.ts";

/**
 * Gives the focus a place when what had it leaves the page, so that the next key means something. A browser leaves it on
 * the body then, and tells nobody.
 */
export function useFocusKept(app: App): void {
  useEffect(() => {
    let last: Element | undefined;
    const remember = ({ target }: FocusEvent): void => {
      if (target instanceof Element) last = target;
    };
    const catchLost = (): void => {
      if (last === undefined || last.isConnected || document.activeElement !== document.body) return;
      last = undefined;
      if (app.stores.view.getState().region !== undefined) app.actions.show({ region: undefined });
      focusPlace(app);
    };
    const leaving = new MutationObserver(catchLost);
    leaving.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", remember);
    return () => {
      leaving.disconnect();
      document.removeEventListener("focusin", remember);
    };
  }, [app]);
}
