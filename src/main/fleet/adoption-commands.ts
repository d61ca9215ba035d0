import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { shellWord } from "../../contract/shell-word.ts";
import { restingPhases, type Project, type Workstream } from "../../contract/states.ts";
import { checkoutOf } from "./checkout.ts";
import type { Deck } from "./crew.ts";
import type { Fleet } from "./fleet.ts";
import { nothingAtTerminals } from "./leave-terminals.ts";
import { repositoryOf } from "./place.ts";
import { putAway } from "./put-away.ts";
import { createStart, findProject } from "./start.ts";

/** Taking worktrees made by hand into use and giving them back, and emptying worktrees of what their set-up makes again. */
export function createAdoptionCommands(deck: Deck): Pick<Fleet, "adopt" | "release" | "reclaimable" | "reclaim"> {
  const start = createStart(deck);
  /** Folders for which a workstream is being filed; from then on its row holds them. */
  const adopting = new Set<string>();

  return {
    async adopt({ path: place, ...input }, by) {
      const project = input.projectId === undefined ? await projectAt(deck, place) : findProject(deck, input);
      if (!project.ok) return project;
      const found = await deck.worktrees.findByHand(repositoryOf(project.value), place, (real) =>
        refuseTaken(deck, real),
      );
      if (!found.ok) return found;
      const { path, from } = found.value;
      // Looking took a while: somebody else may have asked for the same.
      const free = refuseTaken(deck, path);
      if (!free.ok) return free;
      if (adopting.has(path)) return fail("CONFLICT", `${path} is being adopted already.`, "`cox list` shows by whom.");
      adopting.add(path);
      const asked = { ...input, projectId: project.value.id, attempts: 1, adopted: { path, from } };
      const started = await start(asked, by).finally(() => adopting.delete(path));
      if (!started.ok) return started;
      const [workstream] = started.value;
      return workstream === undefined
        ? fail("INTERNAL", "Nothing was started.", "Try again.")
        : ok({ workstream, from });
    },

    async release(id, by) {
      const known = deck.row(id);
      const free =
        known === undefined || known.phase === "archived" ? ok(undefined) : await nothingAtTerminals(deck, known);
      if (!free.ok) return free;
      const row = deck.row(id);
      if (row === undefined) return missing(id);
      const { place, turn } = row;
      if (place.adopted === undefined) {
        return fail(
          "CONFLICT",
          `The worktree of ${row.name} was not made by hand.`,
          "`cox pause` or `cox delete` frees it.",
        );
      }
      if (turn?.status === "running" || turn?.status === "sending" || row.phase === "preparing") {
        return fail("CONFLICT", `${row.name} is at work.`, `Stop it first: \`cox stop ${row.number}\`.`);
      }
      const project = deck.state().projects[row.projectId];
      if (project === undefined) return fail("NOT_FOUND", "Its project is not open.", "Open the project again.");
      if (place.gitDir === undefined && row.phase === "archived") return ok({ path: place.path });
      if (place.gitDir === undefined && deck.crew(id).advancing) {
        return fail("CONFLICT", `${row.name} is still being set up.`, "Try again in a moment.");
      }
      // Put away first: nothing may begin in a folder that is being given back.
      const away = await deck.tell(putAway(deck, id), by);
      if (!away.ok) return away;
      deck.poke(id);
      const released = await deck.worktrees.release({
        project: repositoryOf(project),
        workstreamId: id,
        path: place.path,
        branch: place.branch,
        from: place.adopted,
      });
      if (!released.ok) return released;
      const told = await deck.tell([{ type: "worktree.released", workstreamId: id }], by);
      return told.ok ? released : told;
    },

    async reclaimable(id) {
      const at = emptied(deck, id);
      if (!at.ok) return at;
      const found = await deck.worktrees.reclaimable(at.value);
      return found.ok ? ok({ folders: [...found.value] }) : found;
    },

    async reclaim(id, folders, by) {
      const at = emptied(deck, id);
      if (!at.ok) return at;
      // It is set up again before it goes on, also if it is taken up while folders are still being removed.
      const told = await deck.tell([{ type: "worktree.emptied", workstreamId: id }], by);
      if (!told.ok) return told;
      const reclaiming = deck.worktrees.reclaim(at.value, folders);
      deck.crew(id).emptying = reclaiming;
      const bytes = await reclaiming;
      return bytes.ok ? ok({ bytes: bytes.value }) : bytes;
    },
  };
}

/** The project that a worktree belongs to. */
async function projectAt(deck: Deck, place: string): Promise<Result<Project>> {
  const facts = await deck.git.facts(place);
  if (!facts.ok) return facts;
  const { commonDir } = facts.value;
  const project = Object.values(deck.state().projects).find(({ gitDir }) => gitDir === commonDir);
  if (project !== undefined) return ok(project);
  const main = path.basename(commonDir) === ".git" ? path.dirname(commonDir) : "PATH";
  return fail("NOT_FOUND", `The project of ${place} is not open.`, `Open it first: \`cox open ${shellWord(main)}\`.`);
}

function refuseTaken(deck: Deck, place: string): Result<void> {
  const taken = Object.values(deck.state().workstreams).find((row) => row.place.path === place && holdsPlace(row));
  if (taken === undefined) return ok(undefined);
  const { number, phase } = taken;
  const leave =
    taken.place.adopted !== undefined
      ? `Steer it, or give the worktree back first: \`cox release ${number}\`.`
      : phase === "archived" || phase === "landed"
        ? `It is ${phase}: \`cox show ${number}\`, or \`cox start\` another at its ticket.`
        : `Go on with it: \`cox steer ${number} WORDS\`, or \`cox retry ${number}\` if it rests.`;
  return fail("CONFLICT", `${taken.name} works in ${place} already.`, leave);
}

/** Whether a workstream's folder is its own, now or once it is taken up again. */
function holdsPlace({ phase, place }: Workstream): boolean {
  return phase !== "archived" || place.gitDir !== undefined;
}

/** The checkout of a workstream whose worktree may be emptied: it rests, and the folder was made here. */
function emptied(deck: Deck, id: string): ReturnType<typeof checkoutOf> {
  const row = deck.row(id);
  if (row === undefined) return missing(id);
  if (row.place.adopted !== undefined) {
    return fail("FORBIDDEN", `The worktree of ${row.name} was made by hand.`, "Empty it by hand if you want to.");
  }
  const rests = restingPhases.includes(row.phase) && row.phase !== "paused" && row.phase !== "deleting";
  const busy = row.turn?.status === "running" || row.turn?.status === "sending";
  if (!rests || busy) {
    return fail("CONFLICT", `${row.name} is ${row.phase}.`, "Only a workstream that rests is emptied: stop it first.");
  }
  if (deck.crew(row.id).advancing) {
    return fail("CONFLICT", `${row.name} is still coming to rest.`, "Try again in a moment.");
  }
  return checkoutOf(row);
}

function missing(id: string): Result<never> {
  return fail("NOT_FOUND", `There is no workstream ${id}.`, "`cox list --all` shows those there are.");
}
