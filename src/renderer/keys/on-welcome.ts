import { lacksCodex } from "../store/abilities.ts";
import type { App } from "../store/app.ts";
import { isOpen, type Behaviours } from "./command.ts";

/** What works where everything begins. */
export const welcomeBehaviours = {
  "open-first": {
    when: isOpen,
    run: ({ actions }) => {
      actions.show({ offered: undefined });
      actions.openOverlay("project");
    },
  },
  "try-demo": { when: isOpen, run: (app) => void tryDemo(app) },
  "install-codex": {
    when: (app) => isOpen(app) && lacksCodex(app.stores.setup.getState()),
    run: ({ actions }) => void actions.installCodex(),
  },
  "look-again": { when: isOpen, run: ({ actions }) => void actions.examine() },
} satisfies Partial<Behaviours>;

/** Opens the demo and goes where its authors are at work. */
export async function tryDemo({ actions }: App): Promise<void> {
  if (await actions.tryDemo()) actions.go({ screen: "grid" });
}
