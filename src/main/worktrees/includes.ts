import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readlink, realpath, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Git } from "../git/git.ts";
import { below, isThere, nearestFolderIsIn } from "./inside.ts";
import { liesIn, projectCheckout, type Project } from "./project.ts";

/** Names, in gitignore syntax, the ignored files of the main checkout that a new worktree needs as well. */
const patternFileName = ".worktreeinclude";

/**
 * Copies what `.worktreeinclude` names into a worktree, sharing blocks where the file system can. What is there already
 * stays as it is. A symbolic link is copied as a link, and only if it stays within the project; no folder of the
 * worktree is followed out of it.
 */
export async function copyIncludes(
  git: Git,
  { project, to, signal }: { readonly project: Project; readonly to: string; readonly signal: AbortSignal | undefined },
): Promise<Result<void>> {
  const patternFile = path.join(project.root, patternFileName);
  if (project.bare || !(await isThere(patternFile))) return ok(undefined);
  const found = await git.ignoredFiles(projectCheckout(project), {
    patternFile,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!found.ok) return found;
  try {
    for (const file of found.value) {
      // Bytes, since the name need not be UTF-8; latin1 carries each byte through path functions unharmed.
      await copyOne(project.root, to, file.toString("latin1"));
    }
    return ok(undefined);
  } catch (error) {
    return fail(
      "UNAVAILABLE",
      `A file named in ${patternFileName} could not be copied.`,
      "Check the disk and the file's permissions, then start the workstream again.",
      error,
    );
  }
}

async function copyOne(fromRoot: string, toRoot: string, name: string): Promise<void> {
  const from = below(fromRoot, name);
  const to = below(toRoot, name);
  const parent = below(toRoot, path.posix.dirname(name));
  if (await isThere(to)) return;
  const found = await lstat(from).catch(() => undefined);
  if (found === undefined || !(await nearestFolderIsIn(toRoot, path.posix.dirname(name)))) return;
  await mkdir(parent, { recursive: true });
  if (found.isSymbolicLink()) {
    if (await liesIn(fromRoot, await realpath(from).catch(() => path.sep))) await symlink(await readlink(from), to);
    return;
  }
  if (found.isFile()) await copyWhole(from, to);
}

/** A copy that a crash cuts short must not pass for the file, so it gets its name last. */
async function copyWhole(from: Buffer, to: Buffer): Promise<void> {
  const part = Buffer.concat([to, Buffer.from(".cox-part")]);
  await rm(part, { force: true });
  await copyFile(from, part, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  await rename(part, to);
}
