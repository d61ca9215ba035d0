import { ok, type Result } from "../../contract/errors.ts";
import type { Git } from "../git/git.ts";
import type { StartPoint } from "../git/start-point.ts";
import { branchFolder } from "./names.ts";
import { projectCheckout, type Project } from "./project.ts";

/** What `base` names in a project, and the branches that a workstream has in it. */
export type FindStartPoint = (project: Project, base: string, workstreamId: string) => Promise<Result<StartPoint>>;

interface Batch {
  readonly folders: string[];
  readonly told: Promise<Result<StartPoint>>;
}

/**
 * Workstreams started in one breath from one base share a question to git: while one is being answered, whoever else asks
 * waits for the next. So no answer is older than its question.
 */
export function createStartPoints(git: Pick<Git, "startPoint">): FindStartPoint {
  const asked = new Map<string, Promise<Result<StartPoint>>>();
  const waiting = new Map<string, Batch>();

  function ask(key: string, project: Project, base: string, folders: readonly string[]): Promise<Result<StartPoint>> {
    const told = git.startPoint(projectCheckout(project), { base, folders }).finally(() => {
      if (asked.get(key) === told) asked.delete(key);
    });
    asked.set(key, told);
    return told;
  }

  function join(key: string, project: Project, base: string): Batch {
    const before = asked.get(key);
    const folders: string[] = [];
    const batch = {
      folders,
      told: Promise.allSettled([before]).then(() => {
        waiting.delete(key);
        return ask(key, project, base, folders);
      }),
    };
    waiting.set(key, batch);
    return batch;
  }

  return async (project, base, workstreamId) => {
    const key = `${project.commonDir}\0${base}`;
    const folder = branchFolder(workstreamId);
    const batch = waiting.get(key) ?? join(key, project, base);
    batch.folders.push(folder);
    const told = await batch.told;
    // Another workstream's branches may be too many to list; that is not to be this one's trouble.
    if (!told.ok && batch.folders.length > 1)
      return git.startPoint(projectCheckout(project), { base, folders: [folder] });
    if (!told.ok) return told;
    const { commit, branches } = told.value;
    return ok({ commit, branches: branches.filter((name) => name.startsWith(`${folder}/`)) });
  };
}
