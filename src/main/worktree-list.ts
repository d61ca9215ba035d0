import type { FleetState, Project } from "../contract/states.ts";
import type { Worktree, WorktreeList, WorktreeState } from "../contract/worktrees.ts";
import type { InventoryEntry } from "./worktrees/inventory.ts";
import type { Worktrees } from "./worktrees/worktrees.ts";

/** The worktrees of all projects, each with what is known of it. A project that cannot be asked is named with the reason. */
export async function listWorktrees(worktrees: Pick<Worktrees, "inventory">, state: FleetState): Promise<WorktreeList> {
  const found: Worktree[] = [];
  const unlisted: WorktreeList["unlisted"] = [];
  const asked = Object.values(state.projects).map(async (project) => {
    const { id, root, gitDir } = project;
    return [project, await worktrees.inventory({ id, root, gitDir, commonDir: gitDir, bare: false })] as const;
  });
  for (const [project, inventory] of await Promise.all(asked)) {
    if (inventory.ok) found.push(...inventory.value.map((entry) => describe(state, project, entry)));
    else unlisted.push({ projectId: project.id, problem: inventory.error });
  }
  return { worktrees: found.slice(0, 10_000), unlisted: unlisted.slice(0, 1_000) };
}

function describe(state: FleetState, project: Project, entry: InventoryEntry): Worktree {
  const row = Object.values(state.workstreams).find(
    ({ projectId, place }) => projectId === project.id && place.path === entry.path && place.gitDir !== undefined,
  );
  const { path, branch, head, ours } = entry;
  return {
    projectId: project.id,
    path,
    state: stateOf(entry, row !== undefined),
    byHand: !ours,
    ...(branch === undefined ? {} : { branch }),
    ...(head === undefined ? {} : { head }),
    ...(row === undefined ? {} : { workstreamId: row.id }),
    ...(row?.phase === "archived" ? { putAway: row } : {}),
  };
}

function stateOf({ state, ours }: InventoryEntry, isWorkedIn: boolean): WorktreeState {
  if (state === "missing" || state === "unfinished" || state === "unregistered") return state;
  if (state === "warm") return "pool";
  if (isWorkedIn || ours) return "workstream";
  return "by-hand";
}
