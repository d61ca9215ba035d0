import { stat } from "node:fs/promises";
import path from "node:path";
import { fail, type Result } from "../../contract/errors.ts";
import type { GitCommand } from "./run.ts";

/** Why git could not be started where there is no folder; undefined when that is not the reason. */
export async function explainMissingFolder(at: GitCommand["at"]): Promise<Result<never> | undefined> {
  const isFolder = await stat(at.path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  if (isFolder) return undefined;
  if ("gitDir" in at && path.basename(path.dirname(at.gitDir)) === "worktrees") {
    return fail(
      "NOT_FOUND",
      `The worktree ${at.path} is gone.`,
      "Put the folder back if it was moved; what was committed in it is on its branch.",
    );
  }
  return fail(
    "NOT_FOUND",
    `There is no folder ${at.path}.`,
    "Choose the folder of a repository; if this one was moved, open it where it is now.",
  );
}
