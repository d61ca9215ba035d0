import { ok, type Result } from "../../contract/errors.ts";
import type { ProjectId } from "../../contract/ids.ts";
import type { Project } from "../../contract/states.ts";
import type { Engine } from "../engine.ts";
import type { By, Fleet } from "./parts.ts";

const human: By = { actor: { kind: "human" } };

/** Opens what the command line names; with nothing named, the demo where no project was ever opened. Answers the demo's id. */
export async function openWanted(
  engine: Engine,
  { repo, demo }: { readonly repo: string | undefined; readonly demo: boolean },
): Promise<Result<ProjectId | undefined>> {
  if (repo !== undefined) {
    const opened = await engine.fleet.openProject(repo, human);
    if (!opened.ok) return opened;
  }
  const nothingYet = Object.keys(engine.journal.published().state.projects).length === 0;
  if (!demo && !nothingYet) return ok(undefined);
  const made = await engine.makeDemo();
  if (!made.ok) return made;
  const project = await engine.fleet.openProject(made.value, human);
  return project.ok ? ok(project.value.id) : project;
}

interface DemoDeps {
  readonly fleet: Pick<Fleet, "openProject" | "tickets" | "start">;
  readonly makeDemo: Engine["makeDemo"];
}

/** The demo because somebody who is already here asks for it, with its authors at work. */
export async function openDemo({ fleet, makeDemo }: DemoDeps, by: By): Promise<Result<Project>> {
  const made = await makeDemo();
  if (!made.ok) return made;
  const project = await fleet.openProject(made.value, by);
  if (!project.ok) return project;
  const begun = await workOnAll({ fleet }, project.value.id, by);
  return begun.ok ? project : begun;
}

/** Has every ticket of a project worked on that nobody works on yet. */
export async function workOnAll(
  { fleet }: Pick<DemoDeps, "fleet">,
  projectId: ProjectId,
  by: By = human,
): Promise<Result<void>> {
  const tickets = await fleet.tickets(projectId);
  if (!tickets.ok) return tickets;
  const untouched = tickets.value.tickets.filter(({ workstreams }) => workstreams.length === 0);
  for (const { key } of untouched) {
    // In the order of the tickets, so that the grid is the same each time.
    const started = await fleet.start({ projectId, ticketKey: key, attempts: 1 }, by);
    if (!started.ok) return started;
  }
  return ok(undefined);
}
