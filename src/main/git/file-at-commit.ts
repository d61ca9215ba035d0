import { fail, ok, type Result } from "../../contract/errors.ts";
import { pathBytes, type RepoPath } from "./paths.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/** The bytes of a file as a commit has it; `NOT_FOUND` when it does not, `TOO_LARGE` above `maxBytes` (default 8 MiB). */
export async function fileAtCommit(
  git: GitTools,
  at: Checkout,
  file: { readonly commit: string; readonly path: RepoPath; readonly maxBytes?: number },
): Promise<Result<Buffer>> {
  if (!isPlainRevision(file.commit)) return refuseRevision(file.commit);
  const maxBytes = file.maxBytes ?? 8 * 1024 * 1024;
  const told = await git.run({
    at,
    args: ["cat-file", "--batch", "-z"],
    stdin: Buffer.concat([Buffer.from(`${file.commit}:`), pathBytes(file.path), Buffer.from([0])]),
    maxBytes: maxBytes + 200,
  });
  if (!told.ok) return told;
  const { stdout } = told.value;
  const header = stdout.subarray(0, Math.max(0, stdout.indexOf(0x0a))).toString();
  const match = /^[0-9a-f]+ blob (\d+)$/.exec(header);
  if (match === null) {
    return fail(
      "NOT_FOUND",
      `${file.path.path} is not a file in ${file.commit}.`,
      "Check the path and the commit; folders and submodules have no content of their own.",
    );
  }
  const start = Buffer.byteLength(header) + 1;
  return ok(stdout.subarray(start, start + Number(match[1])));
}
