import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Loosening, Project, Workstream } from "../../contract/states.ts";
import type { RepositoryFacts } from "../git/facts.ts";
import type { By } from "../storage/journal.ts";
import { createClosedProjects } from "./closed-projects.ts";
import type { Deck } from "./crew.ts";
import type { Fleet } from "./fleet.ts";

/** How many tickets that could not be read are told. */
const mostSkipped = 100;

/** Opening and closing projects, and listing what their trackers hold. */
export function createProjectCommands(
  deck: Deck,
  openRooms: (project: Project) => Promise<Result<void>>,
  closeRooms: (projectId: string) => void,
): Pick<Fleet, "openProject" | "closeProject" | "tickets" | "allow"> {
  const closed = createClosedProjects(deck.storage);
  /** By root: who asks again while a project is being opened gets the same one. */
  const opening = new Map<string, Promise<Result<Project>>>();

  async function open(facts: RepositoryFacts, by: By): Promise<Result<Project>> {
    const { root, identity } = facts;
    const known = Object.values(deck.state().projects).find((project) => project.root === root);
    const before = known === undefined ? await closed.idOf(root) : ok(known.id);
    if (!before.ok) return before;
    const project: Project = known ?? {
      id: before.value ?? deck.newId("p"),
      name: path.basename(root),
      root,
      gitDir: facts.commonDir,
      identity,
      defaultBranch: facts.defaultBranch ?? facts.branch ?? "HEAD",
      openedAt: deck.clock.now(),
      policy: { source: "embedded" },
    };
    const opened = await openRooms(project);
    if (!opened.ok) return opened;
    const now: Project = { ...project, identity, policy: policyStand(deck, project) };
    const told = await deck.tell([{ type: "project.opened", project: now }], by);
    if (!told.ok) return told;
    pokeProject(deck, project.id);
    return ok(now);
  }

  return {
    async openProject(folder, by) {
      const facts = await deck.git.facts(folder);
      if (!facts.ok) return facts;
      const { root } = facts.value;
      const fit = checkFit(facts.value);
      if (!fit.ok) return fit;
      const underway = opening.get(root) ?? open(facts.value, by).finally(() => opening.delete(root));
      opening.set(root, underway);
      return underway;
    },

    async closeProject(id, by) {
      const project = deck.state().projects[id];
      if (project === undefined)
        return fail("NOT_FOUND", "There is no such project.", "`cox status` shows those there are.");
      const free = mayClose(deck, project, opening);
      if (!free.ok) return free;
      const kept = await closed.keep(project);
      if (!kept.ok) return kept;
      // Keeping took a while: somebody may have started something, or be opening it again.
      const still = mayClose(deck, project, opening);
      if (!still.ok) return still;
      const told = deck.tell([{ type: "project.closed", projectId: id }], by);
      if (deck.state().projects[id] !== undefined) return told;
      // Before anything else can be done: who opens it again gets new ones.
      closeRooms(id);
      deck.follow(deck.worktrees.emptyPool(id));
      return told;
    },

    async allow(projectId, { loosening, allow, why }, by) {
      const project = deck.state().projects[projectId];
      if (project === undefined) return fail("NOT_FOUND", "There is no such project.", "Open it: `cox open PATH`.");
      const others = (project.allowed ?? []).filter((each) => each !== loosening);
      const allowed = allow ? [...others, loosening] : others;
      const said = why === undefined ? {} : { why };
      const told = await deck.tell([{ type: "project.allowed", projectId, allowed, ...said }], by);
      return told.ok ? ok({ ...project, allowed }) : told;
    },

    async tickets(projectId) {
      const tracker = deck.rooms(projectId)?.tracker;
      if (tracker === undefined) return fail("NOT_FOUND", "This project is not open.", "Open it with `cox open PATH`.");
      const listing = await tracker.list({ states: tracker.defaultStates.active });
      if (!listing.ok) return listing;
      const workstreams = Object.values(deck.state().workstreams).filter((row) => row.projectId === projectId);
      return ok({
        tickets: listing.value.tickets.map((ticket) => ({
          key: ticket.key,
          title: ticket.title,
          state: ticket.state,
          ...(ticket.priority === null ? {} : { priority: ticket.priority }),
          workstreams: workstreams.filter((row) => row.ticket.key === ticket.key).map((row) => row.id),
        })),
        skipped: listing.value.skipped.slice(0, mostSkipped).map(({ message, next }) => ({ message, next })),
      });
    },
  };
}

/** Nothing of it may be left that goes on, or that the human would look for. */
function mayClose(deck: Deck, { id, name, root }: Project, opening: ReadonlyMap<string, unknown>): Result<void> {
  if (opening.has(root)) return fail("CONFLICT", `${name} is being opened.`, "Try again in a moment.");
  const left = Object.values(deck.state().workstreams).filter(
    (row) => row.projectId === id && (row.phase !== "archived" || isAtTurn(row)),
  );
  if (left.length === 0) return ok(undefined);
  const names = left.slice(0, mostNamed).map((row) => `#${row.number} ${row.name}, ${row.phase}`);
  const more = left.length > names.length ? ` and ${left.length - names.length} more` : "";
  return fail(
    "CONFLICT",
    `${name} still has ${names.join("; ")}${more}.`,
    "Put each away first: `cox archive N` keeps its branch and folder, `cox delete N` takes them away.",
  );
}

const mostNamed = 5;

function isAtTurn({ turn }: Workstream): boolean {
  return turn?.status === "sending" || turn?.status === "running";
}

/** Which repositories can be worked in; docs/use-your-repository.md lists them. */
function checkFit({ bare, empty, linkedWorktree, commonDir }: RepositoryFacts): Result<void> {
  // A main checkout keeps its repository in `.git`, but for a few that keep it elsewhere.
  const inside = path.basename(commonDir) === ".git";
  if (bare) {
    const next = inside ? ", or unset `core.bare` if it is not meant to be bare" : "";
    return fail("CONFLICT", "This repository is bare.", `Open a clone that has a work tree${next}.`);
  }
  if (linkedWorktree) {
    const next = inside
      ? `Open the main checkout it belongs to: ${path.dirname(commonDir)}`
      : "Open the main checkout it belongs to, or a clone if its repository is bare.";
    return fail("CONFLICT", "This is a linked worktree.", next);
  }
  if (empty) return fail("CONFLICT", "This repository has no commit yet.", "Make a first commit, then open it again.");
  return ok(undefined);
}

/** Where the policy in force came from, and what is wrong with a newer one. */
export function policyStand(deck: Deck, project: Project): Project["policy"] {
  const state = deck.rooms(project.id)?.policy();
  const asks: Loosening[] = [
    ...(state?.policy?.codex.threadSandbox === "danger-full-access" ? (["no-confinement"] as const) : []),
    ...(state?.policy?.coxswain.confinement === "none" ? (["unconfined-commands"] as const) : []),
  ];
  return {
    source: state?.policy === deck.defaultPolicy ? "embedded" : "file",
    ...(asks.length === 0 ? {} : { asks }),
    ...(state?.problem == null ? {} : { rejected: state.problem }),
  };
}

/** Has all workstreams of a project looked at again. */
export function pokeProject(deck: Deck, projectId: string): void {
  for (const row of Object.values(deck.state().workstreams)) if (row.projectId === projectId) deck.poke(row.id);
}
