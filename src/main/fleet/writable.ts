import { fail, type Result } from "../../contract/errors.ts";
import type { Workstream } from "../../contract/states.ts";
import type { WritableRoots } from "../worktrees/writable-roots.ts";
import type { Deck } from "./crew.ts";

/**
 * What a confined author of this workstream may write beside its worktree. Also makes those folders exist: git removes
 * empty ones, and a sandbox skips what is missing, after which no commit works.
 */
export async function writableRoots(deck: Deck, row: Workstream): Promise<Result<WritableRoots>> {
  const project = deck.state().projects[row.projectId];
  const { gitDir: adminDir } = row.place;
  if (project === undefined || adminDir === undefined) {
    return fail("CONFLICT", "The worktree is not set up.", "Retry the workstream.");
  }
  return deck.prepareWritableRoots({ commonDir: project.gitDir, adminDir, workstreamId: row.id });
}
