import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Project } from "../../contract/states.ts";
import type { Deck } from "./crew.ts";
import type { Fleet } from "./fleet.ts";

/** Opening projects and listing what their trackers hold. */
export function createProjectCommands(
  deck: Deck,
  openRooms: (project: Project) => Promise<Result<void>>,
): Pick<Fleet, "openProject" | "tickets"> {
  return {
    async openProject(folder, by) {
      const facts = await deck.git.facts(folder);
      if (!facts.ok) return facts;
      const { root, bare, empty, linkedWorktree } = facts.value;
      if (bare) return fail("CONFLICT", "This repository is bare.", "Open a clone that has a work tree.");
      if (empty)
        return fail("CONFLICT", "This repository has no commit yet.", "Make a first commit, then open it again.");
      if (linkedWorktree) {
        return fail("CONFLICT", "This is a linked worktree.", "Open the main checkout it belongs to.");
      }
      const known = Object.values(deck.state().projects).find((project) => project.root === root);
      const project: Project = known ?? {
        id: deck.newId("p"),
        name: path.basename(root),
        root,
        gitDir: facts.value.commonDir,
        identity: facts.value.identity,
        defaultBranch: facts.value.defaultBranch ?? facts.value.branch ?? "HEAD",
        openedAt: deck.clock.now(),
        policy: { source: "embedded" },
      };
      const opened = await openRooms(project);
      if (!opened.ok) return opened;
      const policy = deck.rooms(project.id)?.policy();
      const now: Project = {
        ...project,
        policy: {
          source: policy?.policy === deck.defaultPolicy ? "embedded" : "file",
          ...(policy?.problem == null ? {} : { rejected: policy.problem }),
        },
      };
      const told = await deck.tell([{ type: "project.opened", project: now }], by);
      return told.ok ? ok(now) : told;
    },

    async tickets(projectId) {
      const tracker = deck.rooms(projectId)?.tracker;
      if (tracker === undefined) return fail("NOT_FOUND", "This project is not open.", "Open it with `cox open PATH`.");
      const listing = await tracker.list({ states: tracker.defaultStates.active });
      if (!listing.ok) return listing;
      const workstreams = Object.values(deck.state().workstreams).filter((row) => row.projectId === projectId);
      return ok(
        listing.value.tickets.map((ticket) => ({
          key: ticket.key,
          title: ticket.title,
          state: ticket.state,
          ...(ticket.priority === null ? {} : { priority: ticket.priority }),
          workstreams: workstreams.filter((row) => row.ticket.key === ticket.key).map((row) => row.id),
        })),
      );
    },
  };
}
