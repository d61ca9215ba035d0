import { realpathSync } from "node:fs";
import path from "node:path";
import type { WorkstreamId } from "../contract/ids.ts";
import type { Client } from "../contract/procedures.ts";
import { findWorkstream, looksLikeId } from "../verbs/workstream-text.ts";

export interface Whereabouts {
  /** What was named on the command line. */
  readonly named: string | undefined;
  /** `COXSWAIN_WORKSTREAM`: set inside a workstream's own commands. */
  readonly own: string | undefined;
  readonly folder: string;
  /** Whether the capability is a workstream's own: it cannot list its siblings. */
  readonly confined: boolean;
}

/** The workstream a command is about: the one named, else the one whose worktree this is, else none. */
export async function implyWorkstream(client: Client, where: Whereabouts): Promise<WorkstreamId | undefined> {
  const { named, own, folder, confined } = where;
  if (named !== undefined && looksLikeId(named)) return named;
  if (named === undefined && own !== undefined) return own;
  if (confined) {
    const { principal } = await client.engine.hello();
    if (principal.kind === "workstream") return named ?? principal.id;
  }
  const workstreams = await client.workstream.list({ all: true });
  if (named !== undefined) return findWorkstream(workstreams, named).id;
  const here = real(folder);
  return workstreams.find(({ place }) => isBelow(here, real(place.path)))?.id;
}

function isBelow(folder: string, root: string): boolean {
  return folder === root || folder.startsWith(root + path.sep);
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
