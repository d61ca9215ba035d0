import { ok, type Result } from "../../contract/errors.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import type { GitTools, Identity } from "./tools.ts";

export interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: Identity;
  /** When it was committed, in milliseconds since the epoch. */
  readonly at: number;
  readonly subject: string;
  readonly body: string;
}

const fields = ["%H", "%P", "%an", "%ae", "%ct", "%s", "%b"];

/** The commits of `tip` that `base` does not have, newest first, at most `limit` (default 200). */
export async function log(
  git: GitTools,
  at: Checkout,
  { base, tip, limit = 200 }: { readonly base: string; readonly tip: string; readonly limit?: number },
): Promise<Result<readonly Commit[]>> {
  const hostile = [base, tip].find((revision) => !isPlainRevision(revision));
  if (hostile !== undefined) return refuseRevision(hostile);
  const told = await git.run({
    at,
    args: [
      "log",
      "-z",
      `--max-count=${limit}`,
      `--format=tformat:${fields.join("%x00")}`,
      "--encoding=UTF-8",
      tip,
      `^${base}`,
      "--",
    ],
    maxBytes: 8 * 1024 * 1024,
  });
  return told.ok ? ok(parseLog(told.value.stdout.toString())) : told;
}

function parseLog(text: string): Commit[] {
  const values = text.split("\0");
  const commits: Commit[] = [];
  for (let from = 0; from + fields.length < values.length; from += fields.length) {
    const [id = "", parents = "", name = "", email = "", seconds = "", subject = "", body = ""] = values.slice(from);
    commits.push({
      id,
      parents: parents === "" ? [] : parents.split(" "),
      author: { name, email },
      at: Number(seconds) * 1000,
      subject,
      body: body.trimEnd(),
    });
  }
  return commits;
}
