import { ok, type Result } from "../../contract/errors.ts";
import { nulFields } from "./paths.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/**
 * Which of these paths `.gitattributes` call `linguist-generated`. Those of `commit` decide, so that nobody calls generated
 * what they have just written; a git older than 2.41 reads those of the work tree.
 */
export async function generatedPaths(
  git: GitTools,
  at: Checkout,
  {
    commit,
    paths,
    signal,
  }: { readonly commit: string; readonly paths: readonly string[]; readonly signal?: AbortSignal | undefined },
): Promise<Result<ReadonlySet<string>>> {
  if (paths.length === 0) return ok(new Set());
  const told = await git.run({
    at,
    args: ["check-attr", "-z", "--stdin", "linguist-generated"],
    env: { GIT_ATTR_SOURCE: commit },
    stdin: `${paths.join("\0")}\0`,
    signal,
  });
  if (!told.ok) return told;
  const fields = nulFields(told.value.stdout).map(String);
  const generated = new Set<string>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = "", , value = ""] = fields.slice(at, at + 3);
    if (value === "set" || value === "true") generated.add(path);
  }
  return ok(generated);
}
