import type { Behaviours } from "./command.ts";
import { isOpen } from "./command.ts";

/** What works among the settings. */
export const settingsBehaviours = {
  "next-setting": { run: ({ surfaces }) => surfaces.get("settings")?.move(1) },
  "previous-setting": { run: ({ surfaces }) => surfaces.get("settings")?.move(-1) },
  "find-setting": { run: ({ surfaces }) => surfaces.get("settings")?.find() },
  "find-key": { run: ({ surfaces }) => surfaces.get("settings")?.findKey() },
  "reset-setting": { when: isOpen, run: ({ surfaces }) => surfaces.get("settings")?.reset() },
  "reset-keys": {
    when: (app) => isOpen(app) && Object.keys(app.stores.settings.getState().keys).length > 0,
    run: ({ actions }) => actions.openOverlay("reset-keys"),
  },
  "export-settings": { run: ({ actions }) => actions.openOverlay("export-settings") },
  "import-settings": { when: isOpen, run: ({ actions }) => actions.openOverlay("import-settings") },
  "leave-settings": { run: () => window.history.back() },
} satisfies Partial<Behaviours>;
