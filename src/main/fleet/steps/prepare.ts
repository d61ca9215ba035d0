import type { Result } from "../../../contract/errors.ts";
import { fail, ok } from "../../../contract/errors.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { PortRange } from "../../worktrees/ports.ts";
import type { Deck } from "../crew.ts";
import { runProjectHook } from "../hooks.ts";
import { repositoryOf } from "../place.ts";

/** Makes the worktree and runs the project's set-up in it. Safe to repeat: what is there already is kept. */
export async function prepare(deck: Deck, row: Workstream): Promise<Result<void>> {
  const project = deck.state().projects[row.projectId];
  if (project === undefined) return fail("NOT_FOUND", "Its project is not open.", "Open the project again.");
  const repository = repositoryOf(project);
  // Paused work may have lost its branch, or objects of it, to whoever cleared up in the project since.
  const work = { project: repository, workstreamId: row.id };
  const whole = row.freed === undefined ? ok([]) : await deck.vault.restore(work);
  if (!whole.ok) return whole;
  const made = await deck.worktrees.create({
    project: repository,
    base: row.place.base,
    slug: row.place.folder,
    workstreamId: row.id,
  });
  if (!made.ok) return made;
  const { path, branch, folder, baseCommit, adminDir } = made.value;
  const snapshot = row.freed?.snapshot;
  if (snapshot !== undefined) {
    const unpacked = await deck.vault.unpack({ ...work, at: { path, gitDir: adminDir } }, snapshot);
    if (!unpacked.ok) return unpacked;
  }
  const ports = row.ports ?? (await deck.reservePorts(row.id, () => takenPorts(deck)));
  if (ports === undefined) {
    return fail("TOO_MANY", "No range of ports is left for this workstream.", "Archive workstreams that are done.");
  }
  const place = { branch, folder, path, base: row.place.base, gitDir: adminDir, commit: baseCommit };
  const setUp = await runProjectHook(
    deck,
    { ...row, place, ports },
    "after_create",
    deck.policy(row).hooks.afterCreate,
  );
  if (!setUp.ok) return setUp;
  const told = await deck.tell([{ type: "worktree.prepared", workstreamId: row.id, place, ports }]);
  return told.ok ? ok(undefined) : told;
}

function takenPorts(deck: Deck): PortRange[] {
  return Object.values(deck.state().workstreams).flatMap((other) =>
    other.ports === undefined || other.phase === "archived" ? [] : [other.ports],
  );
}
