import { readdir } from "node:fs/promises";
import path from "node:path";
import { ok, type Result } from "../../contract/errors.ts";
import type { Git } from "../git/git.ts";
import type { RegisteredWorktree } from "../git/worktrees.ts";
import { workstreamOf } from "./names.ts";
import { poolFolderName } from "./pool.ts";
import { projectCheckout, type Project } from "./project.ts";

export interface InventoryEntry {
  readonly path: string;
  /**
   * - ready: registered, its folder is there
   * - unfinished: its checkout never ended
   * - warm: kept ready for the next workstream, or just being handed to one
   * - missing: registered, but its folder is gone
   * - unregistered: a folder among this project's worktrees that git does not know
   */
  readonly state: "ready" | "unfinished" | "warm" | "missing" | "unregistered";
  /** Whether it lies among the worktrees made here; others were made by hand. */
  readonly ours: boolean;
  readonly head?: string;
  readonly branch?: string;
  /** From the branch; absent when that is not one of ours. */
  readonly workstreamId?: string;
}

/** Every linked worktree of a project, and every folder that looks like one. Reads only. */
export async function takeInventory(
  deps: { readonly git: Git; readonly folder: string },
  project: Project,
): Promise<Result<readonly InventoryEntry[]>> {
  const registered = await deps.git.listWorktrees(projectCheckout(project));
  if (!registered.ok) return registered;
  const linked = registered.value.slice(1).map((entry) => describeRegistered(deps.folder, entry));
  const known = new Set(linked.map((entry) => entry.path));
  const folders = await readdir(deps.folder, { withFileTypes: true }).catch(() => []);
  const unregistered = folders
    .filter((entry) => entry.isDirectory() && entry.name !== poolFolderName)
    .map((entry) => path.join(deps.folder, entry.name))
    .filter((place) => !known.has(place))
    .map((place): InventoryEntry => ({ path: place, state: "unregistered", ours: true }));
  return ok([...linked, ...unregistered]);
}

function describeRegistered(folder: string, entry: RegisteredWorktree): InventoryEntry {
  const workstreamId = entry.branch === undefined ? undefined : workstreamOf(entry.branch);
  return {
    path: entry.path,
    state: stateOf(entry),
    ours: path.dirname(entry.path) === folder || path.dirname(entry.path) === path.join(folder, poolFolderName),
    ...(entry.head === undefined ? {} : { head: entry.head }),
    ...(entry.branch === undefined ? {} : { branch: entry.branch }),
    ...(workstreamId === undefined ? {} : { workstreamId }),
  };
}

function stateOf({ unfinished, warm, prunable }: RegisteredWorktree): InventoryEntry["state"] {
  if (unfinished) return "unfinished";
  if (warm) return "warm";
  return prunable === undefined ? "ready" : "missing";
}
