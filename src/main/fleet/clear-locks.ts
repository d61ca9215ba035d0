import type { Workstream } from "../../contract/states.ts";
import type { Deck } from "./crew.ts";

/** A git that was killed with its author leaves locks behind, and no later one can commit. Called while no turn runs. */
export async function clearLocks(deck: Deck, row: Workstream): Promise<void> {
  const project = deck.state().projects[row.projectId];
  const { gitDir: adminDir } = row.place;
  if (project === undefined || adminDir === undefined) return;
  await deck.clearDeadLocks({ commonDir: project.gitDir, adminDir }, row.id);
}
