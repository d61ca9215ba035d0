import { z } from "zod";
import { ok, type Result } from "../../contract/errors.ts";
import { projectIdSchema, type ProjectId } from "../../contract/ids.ts";
import type { Project } from "../../contract/states.ts";
import type { FleetDeps } from "./crew.ts";

const setting = "closed-projects";
const most = 1_000;
const keptSchema = z.array(z.object({ id: projectIdSchema, root: z.string() })).catch([]);

/** The ids of projects that were closed: with its id a project has its vault and what was put away back. */
export interface ClosedProjects {
  /** Resolves when it is stored; an entry of one that is open does no harm. */
  keep(project: Project): Promise<Result<void>>;
  /** Of the one that was closed last at this root. */
  idOf(root: string): Promise<Result<ProjectId | undefined>>;
}

export function createClosedProjects(storage: FleetDeps["storage"]): ClosedProjects {
  async function read(): Promise<Result<z.infer<typeof keptSchema>>> {
    const kept = await storage.setting(setting);
    return kept.ok ? ok(keptSchema.parse(kept.value)) : kept;
  }

  return {
    async keep({ id, root }) {
      const kept = await read();
      if (!kept.ok) return kept;
      const others = kept.value.filter((each) => each.root !== root);
      return storage.saveSetting(setting, [...others, { id, root }].slice(-most));
    },
    async idOf(root) {
      const kept = await read();
      return kept.ok ? ok(kept.value.find((each) => each.root === root)?.id) : kept;
    },
  };
}
