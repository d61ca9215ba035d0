import type { Workstream } from "../../contract/states.ts";
import type { Worktree } from "../../contract/worktrees.ts";
import { isDeletable, isPausable } from "../store/abilities.ts";
import { poolsOf } from "../store/worktree-actions.ts";
import { currentWorktree, shownWorktrees, workstreamIn, type App } from "../store/app.ts";
import { isOpen, type Behaviour, type Behaviours } from "./command.ts";

/** What works in the place of worktrees, for the selected one. */
export const worktreeBehaviours = {
  "next-worktree": { run: (app) => select(app, 1) },
  "previous-worktree": { run: (app) => select(app, -1) },
  "open-worktree": onWorkstream(
    () => true,
    ({ number }, { actions }) => actions.go({ screen: "workstream", number, tab: "transcript" }),
    () => true,
  ),
  measure: { when: isOpen, run: ({ actions }) => void actions.measureDisk() },
  "hold-pool": {
    when: (app) => isOpen(app) && poolsOf(app.stores.worktrees.getState()).length > 0,
    run: ({ actions }) => void actions.holdPools(),
  },
  adopt: {
    when: (app) => isOpen(app) && currentWorktree(app)?.state === "by-hand",
    run: ({ actions }) => actions.openOverlay("adopt"),
  },
  release: onWorkstream(
    (_, worktree) => worktree.byHand,
    (workstream, { actions }) => void actions.release(workstream),
  ),
  reclaim: onWorkstream(
    ({ phase }, { byHand }) =>
      !byHand && (phase === "stopped" || phase === "failed" || phase === "archived" || phase === "landed"),
    (_, { actions }) => actions.openOverlay("reclaim"),
  ),
  pause: onWorkstream(
    (workstream, { byHand }) => !byHand && isPausable(workstream),
    (workstream, { actions }) => void actions.pause(workstream),
  ),
  delete: onWorkstream(
    (workstream, { byHand }) => !byHand && isDeletable(workstream),
    (_, { actions }) => actions.openOverlay("delete"),
  ),
  "copy-path": {
    when: (app) => currentWorktree(app) !== undefined,
    run: (app) => {
      const worktree = currentWorktree(app);
      if (worktree !== undefined) app.actions.copyPath(worktree.path);
    },
  },
  "leave-worktrees": { run: ({ actions, stores }) => actions.go(stores.view.getState().home) },
} satisfies Partial<Behaviours>;

/** Acts on the workstream of the selected worktree. */
function onWorkstream(
  fits: (workstream: Workstream, worktree: Worktree) => boolean,
  act: (workstream: Workstream, app: App) => void,
  reachable: (app: App) => boolean = isOpen,
): Behaviour {
  const found = (app: App): Workstream | undefined => {
    const worktree = currentWorktree(app);
    const workstream = worktree === undefined ? undefined : workstreamIn(app, worktree);
    return worktree !== undefined && workstream !== undefined && fits(workstream, worktree) ? workstream : undefined;
  };
  return {
    when: (app) => reachable(app) && found(app) !== undefined,
    run: (app) => {
      const workstream = found(app);
      if (workstream !== undefined) act(workstream, app);
    },
  };
}

function select(app: App, by: 1 | -1): void {
  const all = shownWorktrees(app);
  const here = all.findIndex(({ path }) => path === currentWorktree(app)?.path);
  const next = all[Math.min(all.length - 1, Math.max(0, here + by))];
  if (next !== undefined) app.actions.show({ worktree: next.path });
}
