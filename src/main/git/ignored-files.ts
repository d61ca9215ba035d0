import { ok, type Result } from "../../contract/errors.ts";
import { nulFields } from "./paths.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/** The exact paths of files that git ignores and that a pattern file (gitignore syntax, absolute path) names. */
export async function ignoredFiles(
  git: GitTools,
  at: Checkout,
  { patternFile, signal }: { readonly patternFile: string; readonly signal?: AbortSignal },
): Promise<Result<readonly Buffer[]>> {
  const named = await git.run({
    at,
    args: ["ls-files", "--others", "--ignored", `--exclude-from=${patternFile}`, "-z"],
    signal,
  });
  if (!named.ok) return named;
  if (named.value.stdout.length === 0) return ok([]);
  const ignored = await git.run({
    at,
    args: ["check-ignore", "--stdin", "-z"],
    stdin: Buffer.concat(nulFields(named.value.stdout).flatMap((file) => [here, file, Buffer.from([0])])),
    // This one command reads paths as patterns and knows no literal ones; behind `./` nothing is special.
    env: { GIT_LITERAL_PATHSPECS: "0" },
    answers: [0, 1],
    signal,
  });
  if (!ignored.ok) return ignored;
  return ok(nulFields(ignored.value.stdout).map((file) => file.subarray(here.length)));
}

const here = Buffer.from("./");

/** Folders in which nothing is tracked and all is ignored, relative to the work tree, without a slash at the end. */
export async function ignoredFolders(
  git: GitTools,
  at: Checkout,
  signal?: AbortSignal,
): Promise<Result<readonly Buffer[]>> {
  const named = await git.run({
    at,
    args: ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"],
    signal,
  });
  if (!named.ok) return named;
  const slash = "/".charCodeAt(0);
  return ok(
    nulFields(named.value.stdout)
      .filter((name) => name.at(-1) === slash)
      .map((name) => name.subarray(0, -1)),
  );
}
