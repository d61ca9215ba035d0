import { z } from "zod";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { deletedSchema, type DeletedWorkstream } from "../../contract/procedures.ts";
import type { Phase, Workstream } from "../../contract/states.ts";
import type { Work } from "../worktrees/vault.ts";
import type { Deck } from "./crew.ts";
import type { Fleet } from "./fleet.ts";
import { nothingAtTerminals } from "./leave-terminals.ts";
import { placeOf, repositoryOf, workOf } from "./place.ts";

/** Phases in which an author has, or is about to have, the worktree. */
const atWork: ReadonlySet<Phase> = new Set<Phase>(["preparing", "working", "asking", "gating", "landing", "rework"]);

/** Giving up folders and whole workstreams, and having them back. */
export function createClearingCommands(deck: Deck): Pick<Fleet, "pause" | "delete" | "deleted" | "restore"> {
  async function record(id: WorkstreamId, plan: (row: Workstream) => Promise<Result<void>>): Promise<Result<void>> {
    const row = deck.row(id);
    if (row === undefined) return missing(id);
    const told = await plan(row);
    deck.poke(id);
    return told;
  }

  return {
    pause: (id, by) =>
      record(id, async (row) => {
        if (row.phase === "paused") return ok(undefined);
        const away = row.phase === "archived" || row.phase === "landed" || row.phase === "deleting";
        if (away) return fail("CONFLICT", `${row.name} is ${row.phase}.`, "Delete it to have its space.");
        if (row.place.adopted !== undefined) return notOurs(row);
        const free = await nothingAtTerminals(deck, row);
        if (!free.ok) return free;
        return deck.tell(
          [
            { type: "retry.scheduled", workstreamId: id, failures: 0 },
            { type: "workstream.moved", workstreamId: id, phase: "paused" },
          ],
          by,
        );
      }),

    delete: (id, confirm, by, signal) =>
      record(id, async (row) => {
        if (row.phase === "deleting") return ok(undefined);
        const refused = mayBeDeleted(row, confirm);
        if (!refused.ok) return refused;
        if (row.place.adopted !== undefined && row.place.gitDir !== undefined) return notOurs(row);
        const confirmed = confirm !== undefined;
        const free = confirmed ? ok(undefined) : await nothingAtTerminals(deck, row);
        if (!free.ok) return free;
        // A shell that waits there would count as somebody who lives in it.
        await deck.terminals.endOf(id);
        const place = placeOf(deck, row);
        if (!place.ok) return place;
        const proven = await deck.clearing.mayRemove(place.value, confirmed);
        if (!proven.ok) return proven;
        if (signal?.aborted === true) return fail("CONFLICT", `${row.name} is kept.`, "Nothing is left to do.");
        if (proven.value.kind === "refused") return { ok: false, error: proven.value.why };
        // Looking took a while: somebody may have taken it up again.
        const now = deck.row(id);
        const still = now === undefined ? missing(id) : mayBeDeleted(now, confirm);
        if (!still.ok) return still;
        return deck.tell(
          [
            { type: "retry.scheduled", workstreamId: id, failures: 0 },
            { type: "workstream.condemned", workstreamId: id, confirmed },
          ],
          by,
        );
      }),

    async deleted() {
      const found: DeletedWorkstream[] = [];
      for (const project of Object.values(deck.state().projects)) {
        const told = await deck.vault.deleted(repositoryOf(project));
        if (!told.ok) return told;
        for (const { workstreamId, about, at } of told.value) {
          const read = deletedSchema.safeParse({ ...parsed(about), workstreamId, projectId: project.id, at });
          if (read.success) found.push(read.data);
        }
      }
      return ok(found.toSorted((a, b) => b.at - a.at).slice(0, 1_000));
    },

    async restore(id) {
      const work = await findWork(deck, id);
      if (!work.ok) return work;
      const restored = await deck.vault.restore(work.value);
      return restored.ok ? ok({ branches: [...restored.value] }) : restored;
    },
  };
}

/** A worktree made by hand is its user's: it is given back, and never removed. */
function notOurs({ name, number, place }: Workstream): Result<never> {
  return fail(
    "CONFLICT",
    `${name} works in ${place.path}, which was made by hand and is not removed by Coxswain.`,
    `Give it back first: \`cox release ${number}\`.`,
  );
}

function mayBeDeleted({ name, phase, place }: Workstream, confirm: string | undefined): Result<void> {
  if (atWork.has(phase)) return fail("CONFLICT", `${name} is at work.`, "Stop it first.");
  if (phase === "paused" && place.gitDir !== undefined) {
    return fail("CONFLICT", `${name} is being paused.`, "Try again in a moment.");
  }
  if (confirm === undefined || confirm === name) return ok(undefined);
  return fail("BAD_REQUEST", `It is called ${name}, not ${confirm}.`, "Confirm with exactly its name.");
}

/** One that lives, or one that was deleted. */
async function findWork(deck: Deck, id: WorkstreamId): Promise<Result<Work>> {
  const row = deck.row(id);
  if (row !== undefined) return workOf(deck, row);
  for (const project of Object.values(deck.state().projects)) {
    const repository = repositoryOf(project);
    const told = await deck.vault.deleted(repository);
    if (!told.ok) return told;
    if (told.value.some(({ workstreamId }) => workstreamId === id))
      return ok({ project: repository, workstreamId: id });
  }
  return missing(id);
}

function parsed(text: string): object {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    return {};
  }
}

function missing(id: WorkstreamId): Result<never> {
  return fail("NOT_FOUND", `There is no workstream ${id}.`, "`cox list --all` and `cox restore` show those there are.");
}
