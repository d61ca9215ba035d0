import path from "node:path";
import type { Problem, Result } from "../../../contract/errors.ts";
import { fail, ok } from "../../../contract/errors.ts";
import type { WorkstreamId } from "../../../contract/ids.ts";
import type { Adopted, Workstream } from "../../../contract/states.ts";
import { shellWord } from "../../../contract/shell-word.ts";
import type { Worktree } from "../../worktrees/create.ts";
import type { PortRange } from "../../worktrees/ports.ts";
import type { Project as Repository } from "../../worktrees/project.ts";
import type { Deck } from "../crew.ts";
import { placeOf, repositoryOf } from "../place.ts";
import { setUp } from "../set-up.ts";

/** Makes the worktree and runs the project's set-up in it. Safe to repeat: what is there already is kept. */
export async function prepare(deck: Deck, row: Workstream): Promise<Result<void>> {
  const project = deck.state().projects[row.projectId];
  if (project === undefined) return fail("NOT_FOUND", "Its project is not open.", "Open the project again.");
  const repository = repositoryOf(project);
  // Work without a folder may have lost its branch, or objects of it, to whoever cleared up in the project since.
  const work = { project: repository, workstreamId: row.id };
  const whole = isWithoutFolder(row) ? await deck.vault.restore(work) : ok([]);
  if (!whole.ok) return whole;
  const room = await deck.disk.room();
  if (!room.ok) return room;
  // Looking for quiet ports takes about as long as a warm worktree does.
  const reserving = row.ports ?? deck.reservePorts(row.id, () => takenPorts(deck));
  const made = await takePlace(deck, work, row);
  if (!made.ok) return explainMissing(row, made.error);
  const { branch, folder, baseCommit, adminDir } = made.value;
  const at = { path: made.value.path, gitDir: adminDir };
  const snapshot = row.freed?.snapshot;
  if (snapshot !== undefined) {
    const unpacked = await deck.vault.unpack({ ...work, at }, snapshot);
    if (!unpacked.ok) return unpacked;
  }
  const ports = await reserving;
  if (ports === undefined) {
    return fail("TOO_MANY", "No range of ports is left for this workstream.", "Archive workstreams that are done.");
  }
  const { adopted } = made.value;
  const place = {
    // Once it has a branch that stays its own, whatever its author has checked out since.
    branch: row.place.commit === undefined ? branch : row.place.branch,
    folder,
    path: at.path,
    base: row.place.base,
    gitDir: adminDir,
    commit: baseCommit,
    ...(adopted === undefined ? {} : { adopted }),
  };
  await deck.crew(row.id).emptying;
  // What was made by hand is taken as it is found: its user has set it up, or wants it so.
  const ready = row.place.adopted === undefined ? await setUp(deck, { ...row, place, ports }) : ok(undefined);
  if (!ready.ok) return ready;
  const told = await deck.tell([{ type: "worktree.prepared", workstreamId: row.id, place, ports }]);
  return told.ok ? ok(undefined) : told;
}

/** Whether it had a worktree that it has no more: paused, or lost. */
function isWithoutFolder({ place }: Workstream): boolean {
  return place.commit !== undefined && place.gitDir === undefined;
}

/** What was made by hand is not made again. */
function explainMissing(row: Workstream, problem: Problem): Result<never> {
  const { adopted, path, branch } = row.place;
  if (adopted === undefined || !isWithoutFolder(row) || problem.code !== "NOT_FOUND")
    return { ok: false, error: problem };
  return fail(
    "NOT_FOUND",
    `The worktree ${path} was made by hand and is gone.`,
    `Put it back (git worktree add -f ${shellWord(path)} ${branch}) and \`cox retry ${row.number}\`, or \`cox release ${row.number}\`.`,
  );
}

/** A worktree of its own, or the one that was made by hand. */
async function takePlace(
  deck: Deck,
  work: { readonly project: Repository; readonly workstreamId: WorkstreamId },
  row: Workstream,
): Promise<Result<Worktree & { readonly adopted?: Adopted }>> {
  const { base, path: place, branch, folder, gitDir, commit, adopted } = row.place;
  if (adopted !== undefined) return deck.worktrees.adopt({ ...work, base, path: place, branch, from: adopted });
  if (gitDir !== undefined && commit !== undefined && (await isInPlace(deck, row))) {
    return ok({ path: place, branch, folder, baseCommit: commit, adminDir: gitDir });
  }
  // The folder may have another name than the branch, where that was taken.
  const slug = path.posix.basename(branch);
  const made = await deck.worktrees.create({ ...work, base, slug });
  // The branch it began from may be merged and gone by now.
  const baseIsGone = !made.ok && made.error.code === "NOT_FOUND" && commit !== undefined;
  return baseIsGone ? deck.worktrees.create({ ...work, base: commit, slug }) : made;
}

/** Whether its worktree is there already and was only emptied, whatever its author has checked out in it. */
async function isInPlace(deck: Deck, row: Workstream): Promise<boolean> {
  const place = placeOf(deck, row);
  return place.ok && deck.clearing.isInPlace(place.value);
}

function takenPorts(deck: Deck): PortRange[] {
  return Object.values(deck.state().workstreams).flatMap((other) =>
    other.ports === undefined || other.phase === "archived" ? [] : [other.ports],
  );
}
