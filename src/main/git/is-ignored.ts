import { ok, type Result } from "../../contract/errors.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/** Whether git ignores a path of a checkout, which must be there: patterns may be for folders only. */
export async function isIgnored(git: GitTools, at: Checkout, name: string): Promise<Result<boolean>> {
  const told = await git.run({
    at,
    args: ["check-ignore", "--quiet", "--", `./${name}`],
    // This one command reads paths as patterns and knows no literal ones.
    env: { GIT_LITERAL_PATHSPECS: "0" },
    answers: [0, 1],
  });
  return told.ok ? ok(told.value.exitCode === 0) : told;
}
