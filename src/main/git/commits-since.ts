import { ok, type Result } from "../../contract/errors.ts";
import { nulFields } from "./paths.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

export interface CommitSince {
  readonly id: string;
  readonly subject: string;
  /** When it was made, in milliseconds. */
  readonly at: number;
}

/** The newest commits that the head has and `base` has not, the newest first. */
export async function commitsSince(
  git: GitTools,
  at: Checkout,
  { base, most, signal }: { readonly base: string; readonly most: number; readonly signal?: AbortSignal | undefined },
): Promise<Result<readonly CommitSince[]>> {
  if (!isPlainRevision(base)) return refuseRevision(base);
  const told = await git.run({
    at,
    args: [
      "log",
      "-z",
      `--max-count=${String(most)}`,
      "--no-show-signature",
      "--format=%H %ct %s",
      `${base}..HEAD`,
      "--",
    ],
    signal,
  });
  if (!told.ok) return told;
  return ok(
    nulFields(told.value.stdout).flatMap((field) => {
      const [, id, seconds, subject = ""] = /^([0-9a-f]+) (\d+) (.*)$/s.exec(field.toString()) ?? [];
      return id === undefined ? [] : [{ id, subject: subject.slice(0, 200), at: Number(seconds) * 1_000 }];
    }),
  );
}
