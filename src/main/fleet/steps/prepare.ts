import type { Result } from "../../../contract/errors.ts";
import { fail, ok } from "../../../contract/errors.ts";
import type { WorkstreamId } from "../../../contract/ids.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { Adopted } from "../../../contract/worktrees.ts";
import type { Worktree } from "../../worktrees/create.ts";
import type { PortRange } from "../../worktrees/ports.ts";
import type { Project as Repository } from "../../worktrees/project.ts";
import type { Deck } from "../crew.ts";
import { repositoryOf } from "../place.ts";
import { setUp } from "../set-up.ts";

/** Makes the worktree and runs the project's set-up in it. Safe to repeat: what is there already is kept. */
export async function prepare(deck: Deck, row: Workstream): Promise<Result<void>> {
  const project = deck.state().projects[row.projectId];
  if (project === undefined) return fail("NOT_FOUND", "Its project is not open.", "Open the project again.");
  const repository = repositoryOf(project);
  // Paused work may have lost its branch, or objects of it, to whoever cleared up in the project since.
  const work = { project: repository, workstreamId: row.id };
  const whole = row.freed === undefined ? ok([]) : await deck.vault.restore(work);
  if (!whole.ok) return whole;
  const room = await deck.disk.room();
  if (!room.ok) return room;
  // Looking for quiet ports takes about as long as a warm worktree does.
  const reserving = row.ports ?? deck.reservePorts(row.id, () => takenPorts(deck));
  const made = await takePlace(deck, work, row.place);
  if (!made.ok) return made;
  const { path, branch, folder, baseCommit, adminDir } = made.value;
  const snapshot = row.freed?.snapshot;
  if (snapshot !== undefined) {
    const unpacked = await deck.vault.unpack({ ...work, at: { path, gitDir: adminDir } }, snapshot);
    if (!unpacked.ok) return unpacked;
  }
  const ports = await reserving;
  if (ports === undefined) {
    return fail("TOO_MANY", "No range of ports is left for this workstream.", "Archive workstreams that are done.");
  }
  const { adopted } = made.value;
  const place = {
    branch,
    folder,
    path,
    base: row.place.base,
    gitDir: adminDir,
    commit: baseCommit,
    ...(adopted === undefined ? {} : { adopted }),
  };
  // What was made by hand is taken as it is found: its user has set it up, or wants it so.
  const ready = row.place.adopted === undefined ? await setUp(deck, { ...row, place, ports }) : ok(undefined);
  if (!ready.ok) return ready;
  const told = await deck.tell([{ type: "worktree.prepared", workstreamId: row.id, place, ports }]);
  return told.ok ? ok(undefined) : told;
}

/** A worktree of its own, or the one that was made by hand. */
function takePlace(
  { worktrees }: Deck,
  work: { readonly project: Repository; readonly workstreamId: WorkstreamId },
  { base, folder, path, branch, adopted }: Workstream["place"],
): Promise<Result<Worktree & { readonly adopted?: Adopted }>> {
  return adopted === undefined
    ? worktrees.create({ ...work, base, slug: folder })
    : worktrees.adopt({ ...work, base, path, branch, from: adopted });
}

function takenPorts(deck: Deck): PortRange[] {
  return Object.values(deck.state().workstreams).flatMap((other) =>
    other.ports === undefined || other.phase === "archived" ? [] : [other.ports],
  );
}
