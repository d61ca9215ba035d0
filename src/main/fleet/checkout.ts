import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Checkout } from "../git/run.ts";

/** A workstream's worktree as git takes it: without its git directory named, a rewritten `.git` file would decide. */
export function checkoutOf({ name, place: { path, gitDir } }: Workstream): Result<Checkout> {
  if (gitDir !== undefined) return ok({ path, gitDir });
  return fail("CONFLICT", `The worktree of ${name} is not set up yet.`, "Ask again when it works.");
}
