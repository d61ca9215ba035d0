import { problem, ProblemError } from "../contract/errors.ts";
import type { ProjectId } from "../contract/ids.ts";
import type { Client } from "../contract/procedures.ts";
import type { Project } from "../contract/states.ts";

/** The project of this name or id; an absolute path is opened. Throws a `ProblemError` when there is none. */
export async function projectOf(client: Client, named: string): Promise<ProjectId> {
  if (named.startsWith("/")) return (await client.project.open({ path: named })).id;
  return (await projectNamed(client, named)).id;
}

/** The open project of this name or id. Throws a `ProblemError` when there is none. */
export async function projectNamed(client: Client, named: string): Promise<Project> {
  const projects = await client.project.list();
  const found = projects.find(({ id, name }) => id === named || name === named);
  if (found !== undefined) return found;
  throw new ProblemError(problem("NOT_FOUND", `No project "${named}" is open.`, whatThereIs(projects)));
}

/** The one project that is open. Throws a `ProblemError` when there are none or several. */
export async function onlyProject(client: Client): Promise<ProjectId> {
  const projects = await client.project.list();
  const [only, ...others] = projects;
  if (only !== undefined && others.length === 0) return only.id;
  const told = only === undefined ? "No project is open." : "Several projects are open: name one with --project.";
  throw new ProblemError(problem(only === undefined ? "NOT_FOUND" : "BAD_REQUEST", told, whatThereIs(projects)));
}

function whatThereIs(projects: readonly Project[]): string {
  if (projects.length === 0) return "Open a repository with `cox open PATH`.";
  return `There are: ${projects.map(({ name }) => name).join(", ")}. Another is opened with \`cox open PATH\`.`;
}
