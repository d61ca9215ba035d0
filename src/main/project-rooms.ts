import { access, mkdir, realpath } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../contract/errors.ts";
import type { Project } from "../contract/states.ts";
import type { Environment } from "./environment.ts";
import type { ProjectListener, ProjectRooms } from "./fleet/crew.ts";
import { createPolicyWatcher } from "./policy/watch-policy.ts";
import { createFilesTracker } from "./trackers/files.ts";

/** The tracker and the policy of a project. Tickets lie in the project's `tickets` folder where it has one, else in the home. */
export async function openProjectRooms(
  { home, env }: { readonly home: string; readonly env: Environment },
  project: Project,
  told: ProjectListener,
): Promise<Result<ProjectRooms>> {
  try {
    await access(path.join(project.root, ".git"));
  } catch (error) {
    return fail("NOT_FOUND", `${project.root} is gone.`, "Put it back, or open it where it is now.", error);
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
  const tickets = await access(path.join(project.root, "tickets")).then(
    () => project.root,
    () => own,
  );
  return ok({
    tracker: createFilesTracker({ projectRoot: await realpath(tickets), now: Date.now }),
    policy: watcher.current,
    refreshPolicy: watcher.refresh,
    close: watcher.close,
  });
}

function after(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}
