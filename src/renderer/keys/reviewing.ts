import type { App } from "../store/app.ts";
import { isOpen, type Behaviours } from "./command.ts";

/** Saying something about a diff, and marking what was viewed of it. */
export const reviewingBehaviours = {
  comment: { when: writes, run: ({ surfaces }) => surfaces.get("review")?.comment() },
  "keep-comment": { when: isWriting, run: ({ surfaces }) => surfaces.get("review")?.keep() },
  "drop-comment": { when: writes, run: ({ surfaces }) => surfaces.get("review")?.drop() },
  "undo-drop": { when: writes, run: ({ actions }) => void actions.undo() },
  quote: { when: writes, run: ({ surfaces }) => surfaces.get("review")?.quote() },
  "next-thread": { run: ({ surfaces }) => surfaces.get("review")?.step(1) },
  "previous-thread": { run: ({ surfaces }) => surfaces.get("review")?.step(-1) },
  "reply-thread": { when: writes, run: ({ surfaces }) => surfaces.get("review")?.reply() },
  "resolve-thread": { when: isOpen, run: ({ surfaces }) => surfaces.get("review")?.resolve() },
  "view-hunk": { when: isOpen, run: ({ surfaces }) => surfaces.get("review")?.view() },
  "view-file": { when: isOpen, run: ({ surfaces }) => surfaces.get("review")?.viewFile() },
  "only-unviewed": {
    run: ({ actions, stores }) => actions.showReview({ onlyUnviewed: !stores.review.getState().onlyUnviewed }),
  },
  "send-review": { when: isOpen, run: ({ actions }) => actions.openOverlay("review") },
} satisfies Partial<Behaviours>;

/** Drafts can be written while the connection is lost. */
function writes({ stores }: App): boolean {
  return !stores.engine.getState().reader;
}

function isWriting({ stores }: App): boolean {
  return stores.review.getState().writing !== undefined;
}
