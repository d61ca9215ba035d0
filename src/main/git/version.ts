import { fail, ok, type Result } from "../../contract/errors.ts";
import type { GitTools } from "./tools.ts";

/** The first git whose `merge-tree --write-tree` and `cat-file -z` the other verbs rely on. */
const oldest = { major: 2, minor: 38 };

/** The version of git on PATH, such as `2.39.5`; `UNAVAILABLE` when it is missing or too old. */
export async function version(git: GitTools, folder: string): Promise<Result<string>> {
  const told = await git.text({ path: folder }, ["version"]);
  if (!told.ok) return told;
  const [, text, major, minor] = /((\d+)\.(\d+)\S*)/.exec(told.value) ?? [];
  if (text === undefined || Number(major) * 1000 + Number(minor) < oldest.major * 1000 + oldest.minor) {
    return fail(
      "UNAVAILABLE",
      `git ${text ?? "of this kind"} is too old.`,
      "Install git 2.38 or newer and start again: it brings `merge-tree --write-tree`.",
    );
  }
  return ok(text);
}
