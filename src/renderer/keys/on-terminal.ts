import { canAct, currentStanding, type App } from "../store/app.ts";
import { withWorkstream, type Behaviours } from "./command.ts";

/** The way into a workstream's terminal and out of it. */
export const terminalBehaviours = {
  "type-in-terminal": { run: ({ surfaces }) => surfaces.get("terminal")?.focus() },
  "another-shell": { when: hasEnded, run: ({ surfaces }) => surfaces.get("terminal")?.renew() },
  "leave-terminal": { run: leave },
  "take-over": {
    when: (app) => currentStanding(app)?.workstream.place.gitDir !== undefined && canAct(app.stores.engine.getState()),
    run: withWorkstream(({ number }, { actions, surfaces }) => {
      actions.go({ screen: "workstream", number, tab: "terminal" });
      surfaces.get("terminal")?.focus();
    }),
  },
} satisfies Partial<Behaviours>;

function hasEnded(app: App): boolean {
  const id = currentStanding(app)?.workstream.id;
  return id !== undefined && app.stores.terminal.getState().terminals[id]?.kind === "ended";
}

function leave(): void {
  document.querySelector<HTMLElement>("main [role=tabpanel]")?.focus();
}
