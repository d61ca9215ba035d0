import { useEffect } from "react";
import type { App } from "../store/app.ts";
import { contextOf, type Command } from "./command.ts";
import { keymapOf } from "./commands.ts";
import { createDispatcher } from "./dispatch.ts";
import { isTyping } from "./everywhere.ts";

/** Lets the command table answer the keyboard while the app is mounted. */
export function useKeys(app: App): void {
  useEffect(() => {
    const dispatcher = createDispatcher<Command>(() => performance.now());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const showPending = (pendingKeys: string): void => {
      if (app.stores.view.getState().pendingKeys !== pendingKeys) app.actions.show({ pendingKeys });
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || app.stores.view.getState().overlay !== undefined || isItsOwn(event)) return;
      const bindings = keymapOf(app).bound.get(contextOf(app)) ?? [];
      const match = dispatcher.press(event, bindings, isTyping(event.target), (command) => command.when?.(app) ?? true);
      clearTimeout(timer);
      showPending(match.kind === "pending" ? match.typed : "");
      if (match.kind === "pending") timer = setTimeout(() => showPending(""), match.forMs);
      if (match.kind !== "run") return;
      event.preventDefault();
      match.command.run(app);
    };
    window.addEventListener("keydown", onKey);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("keydown", onKey);
    };
  }, [app]);
}

const scrolling: ReadonlySet<string> = new Set(["ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", " "]);

/** Enter and Space press the button they are on, and a text is scrolled that is; a tile is opened by the table instead. */
function isItsOwn(event: KeyboardEvent): boolean {
  const scrolled = event.target instanceof HTMLElement && event.target.matches("[role=group][tabindex='0']");
  if (scrolled && scrolling.has(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) return true;
  if (event.key !== "Enter" && event.key !== " ") return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { target } = event;
  return (
    target instanceof HTMLElement && target.closest("button, a, summary") !== null && !target.matches("[data-tile]")
  );
}
