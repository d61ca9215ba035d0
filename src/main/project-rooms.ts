import { access, mkdir } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../contract/errors.ts";
import type { Project } from "../contract/states.ts";
import type { Environment } from "./environment.ts";
import type { ProjectListener, ProjectRooms } from "./fleet/crew.ts";
import { createPolicyWatcher } from "./policy/watch-policy.ts";
import { createFilesTracker } from "./trackers/files.ts";
import type { Tracker } from "./trackers/tracker.ts";

/** The tracker and the policy of a project. Tickets lie in the project's `tickets` folder where it has one, else in the home. */
export async function openProjectRooms(
  { home, env }: { readonly home: string; readonly env: Environment },
  project: Project,
  told: ProjectListener,
): Promise<Result<ProjectRooms>> {
  try {
    await access(path.join(project.root, ".git"));
  } catch (error) {
    return noRepository(project.root, error);
  }
  const watcher = await createPolicyWatcher({
    projectRoot: project.root,
    env,
    onChange: told.policyChanged,
    onRejected: told.policyChanged,
    after,
  });
  const own = path.join(home, "tickets", project.id);
  await mkdir(own, { recursive: true });
  return ok({
    tracker: createTicketFiles(project.root, own),
    policy: watcher.current,
    refreshPolicy: watcher.refresh,
    close: watcher.close,
  });
}

async function noRepository(root: string, cause: unknown): Promise<Result<never>> {
  const isThere = await access(root).then(
    () => true,
    () => false,
  );
  return isThere
    ? fail("NOT_FOUND", `${root} has no .git of its own.`, "Put it back, or open a clone that has one.", cause)
    : fail("NOT_FOUND", `${root} is gone.`, "Put it back, or open it where it is now.", cause);
}

/** The tickets of the project's own folder, from the moment there is one; until then those of `elsewhere`. */
function createTicketFiles(projectRoot: string, elsewhere: string): Tracker {
  const inProject = createFilesTracker({ projectRoot, now: Date.now });
  const inHome = createFilesTracker({ projectRoot: elsewhere, now: Date.now });
  const current = () =>
    access(path.join(projectRoot, "tickets")).then(
      () => inProject,
      () => inHome,
    );
  return {
    kind: inProject.kind,
    defaultStates: inProject.defaultStates,
    list: async (filter) => (await current()).list(filter),
    byKeys: async (keys) => (await current()).byKeys(keys),
    create: async (ticket) => (await current()).create(ticket),
  };
}

function after(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}
