import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { ok, type Result } from "../../contract/errors.ts";
import { nulFields } from "./paths.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/**
 * Which of these paths `.gitattributes` call `linguist-generated`. Those of `commit` decide, read by way of an index of our
 * own, so that nobody calls generated what they have just written.
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
  if (!isPlainRevision(commit)) return refuseRevision(commit);
  const folder = await mkdtemp(path.join(git.folder, "attributes-"));
  try {
    const env = { GIT_INDEX_FILE: path.join(folder, "index") };
    const read = await git.run({ at, args: ["read-tree", commit], env, signal });
    if (!read.ok) return read;
    const stdin = `${paths.join("\0")}\0`;
    const args = ["check-attr", "--cached", "-z", "--stdin", "linguist-generated"];
    const told = await git.run({ at, args, env, stdin, signal });
    return told.ok ? ok(generatedAmong(nulFields(told.value.stdout).map(String))) : told;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads `check-attr -z`: path, name of the attribute, value. */
function generatedAmong(fields: readonly string[]): ReadonlySet<string> {
  const generated = new Set<string>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [name = "", , value = ""] = fields.slice(at, at + 3);
    if (value === "set" || value === "true") generated.add(name);
  }
  return generated;
}
