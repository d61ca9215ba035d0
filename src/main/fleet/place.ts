import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Project, Workstream } from "../../contract/states.ts";
import type { Project as Repository } from "../worktrees/project.ts";
import type { Place } from "../worktrees/stakes.ts";
import type { Work } from "../worktrees/vault.ts";
import type { Deck } from "./crew.ts";

/** A project as those who work with its repository take it. */
export function repositoryOf({ id, root, gitDir }: Project): Repository {
  return { id, root, gitDir, commonDir: gitDir, bare: false };
}

/** A workstream's work as the vault takes it. */
export function workOf(deck: Deck, row: Workstream): Result<Work> {
  const project = deck.state().projects[row.projectId];
  if (project === undefined) return fail("NOT_FOUND", "Its project is not open.", "Open the project again.");
  const work = { project: repositoryOf(project), workstreamId: row.id };
  const { gitDir } = row.place;
  // Only its head is asked for, which needs no work tree.
  return ok(gitDir === undefined ? work : { ...work, at: { path: project.root, gitDir } });
}

/** Its worktree, as those who take it away want it. One that never was, or is freed, has no admin directory. */
export function placeOf(deck: Deck, row: Workstream): Result<Place> {
  const work = workOf(deck, row);
  if (!work.ok) return work;
  const { number, name, ticket, place } = row;
  const about = JSON.stringify({ number, name, title: ticket.title });
  // One made by hand that was given back is nobody's to take away: only the branch is left.
  const path =
    place.adopted !== undefined && place.gitDir === undefined
      ? deck.plannedPath(row.projectId, place.folder)
      : place.path;
  return ok({ ...work.value, path, adminDir: place.gitDir ?? "", name, about });
}
