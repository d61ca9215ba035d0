import { realpath } from "node:fs/promises";
import path from "node:path";
import type { Checkout } from "../git/run.ts";

/** A repository opened in Coxswain, as its facts describe it. */
export interface Project {
  readonly id: string;
  /** Top of its main work tree, or the repository itself when it is bare. */
  readonly root: string;
  readonly gitDir: string;
  readonly commonDir: string;
  readonly bare: boolean;
}

export function projectCheckout({ root, gitDir }: Project): Checkout {
  return { path: root, gitDir };
}

/** Where a project's worktrees lie; git knows worktrees by their real paths, so `root` must be one. */
export function projectFolder(root: string, project: Project): string {
  return path.join(root, project.id);
}

/** Whether a path lies below a folder once symbolic links are followed. */
export async function liesIn(folder: string, candidate: string): Promise<boolean> {
  try {
    const [real, realFolder] = await Promise.all([realpath(candidate), realpath(folder)]);
    return real.startsWith(`${realFolder}${path.sep}`);
  } catch {
    return false;
  }
}
