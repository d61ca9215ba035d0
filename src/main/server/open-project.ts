import { ok, type Result } from "../../contract/errors.ts";
import type { Engine } from "../engine.ts";
import type { By } from "./parts.ts";

const human: By = { actor: { kind: "human" } };

/** Opens the demo and has every ticket of it worked on that nobody works on yet. */
export async function openDemo({ makeDemo, fleet }: Engine): Promise<Result<void>> {
  const made = await makeDemo();
  if (!made.ok) return made;
  const project = await fleet.openProject(made.value, human);
  if (!project.ok) return project;
  const tickets = await fleet.tickets(project.value.id);
  if (!tickets.ok) return tickets;
  const untouched = tickets.value.filter(({ workstreams }) => workstreams.length === 0);
  for (const { key } of untouched) {
    // In the order of the tickets, so that the grid is the same each time.
    const started = await fleet.start({ projectId: project.value.id, ticketKey: key, attempts: 1 }, human);
    if (!started.ok) return started;
  }
  return ok(undefined);
}

/** Opens what the command line names; with nothing named, the demo where no project was ever opened. */
export async function openWanted(
  engine: Engine,
  { repo, demo }: { readonly repo: string | undefined; readonly demo: boolean },
): Promise<Result<void>> {
  if (repo !== undefined) {
    const opened = await engine.fleet.openProject(repo, human);
    if (!opened.ok) return opened;
  }
  const nothingYet = Object.keys(engine.journal.published().state.projects).length === 0;
  return demo || nothingYet ? openDemo(engine) : ok(undefined);
}
