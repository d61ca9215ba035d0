import { ok, type Result } from "../../contract/errors.ts";
import { nulFields, repoPath } from "./paths.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

export interface FileList {
  /** With forward slashes, each once; those whose names are not UTF-8 are left out: nobody could write them. */
  readonly paths: readonly string[];
  readonly truncated: boolean;
}

/** Some 200,000 paths. */
const mostBytes = 8 * 1024 * 1024;

/** The files of a work tree: tracked, and untracked ones that are not ignored. */
export async function listFiles(git: GitTools, at: Checkout, signal?: AbortSignal): Promise<Result<FileList>> {
  const told = await git.run({
    at,
    args: ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"],
    maxBytes: mostBytes,
    overflow: "truncate",
    timeoutMs: 10_000,
    signal,
  });
  if (!told.ok) return told;
  const { stdout, truncated } = told.value;
  const fields = nulFields(stdout);
  const whole = truncated ? fields.slice(0, -1) : fields;
  return ok({ paths: whole.map(repoPath).flatMap(({ path, raw }) => (raw === undefined ? [path] : [])), truncated });
}
