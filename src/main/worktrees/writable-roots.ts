import { access, mkdir, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { branchFolder, holderName } from "./names.ts";

/** What an author's sandbox opens in the repository, besides its work tree; every path exists. */
export interface WritableRoots {
  readonly writable: readonly string[];
  /** Inside the writable ones, yet to be kept read-only: they decide which configuration git obeys. */
  readonly readOnly: readonly string[];
}

/**
 * The narrow list that lets an author commit on its own branch and nothing else: with all of `refs` it could move other
 * branches, and with a writable `commondir`, `gitdir` or `config.worktree` make the engine's git read its configuration.
 *
 * Call it before each start of a sandbox: it makes what must exist beforehand. Git deletes a folder of branches once
 * they are packed, even under a running sandbox, so a file that git takes for a lock (and no branch) keeps the folder.
 */
export async function prepareWritableRoots(worktree: {
  readonly commonDir: string;
  readonly adminDir: string;
  readonly workstreamId: string;
}): Promise<Result<WritableRoots>> {
  const { commonDir, adminDir, workstreamId } = worktree;
  const refs = refsFolder(commonDir, workstreamId);
  const logs = path.join(commonDir, "logs", "refs", "heads", branchFolder(workstreamId));
  const settings = path.join(adminDir, "config.worktree");
  try {
    if (await exists(path.join(commonDir, "reftable"))) return reftable(commonDir);
    await Promise.all([refs, logs, ...sharedHistory(commonDir)].map((folder) => mkdir(folder, { recursive: true })));
    await Promise.all([writeNew(path.join(refs, holderName)), writeNew(settings)]);
  } catch (error) {
    return fail("UNAVAILABLE", `${commonDir} could not be prepared.`, "Check who owns it and the disk.", error);
  }
  return ok({
    writable: [path.join(commonDir, "objects"), refs, logs, adminDir],
    readOnly: [...sharedHistory(commonDir), path.join(adminDir, "commondir"), path.join(adminDir, "gitdir"), settings],
  });
}

/** Packed history, which nobody may delete, and `alternates`, which would have git read objects from elsewhere. */
function sharedHistory(commonDir: string): string[] {
  return ["pack", "info"].map((name) => path.join(commonDir, "objects", name));
}

function refsFolder(commonDir: string, workstreamId: string): string {
  return path.join(commonDir, "refs", "heads", branchFolder(workstreamId));
}

/** Lets go of the folder that {@link prepareWritableRoots} holds, once no branch is left in it. */
export async function releaseBranchFolder(commonDir: string, workstreamId: string): Promise<void> {
  const refs = refsFolder(commonDir, workstreamId);
  await rm(path.join(refs, holderName), { force: true });
  await rmdir(refs).catch(() => undefined);
}

function reftable(commonDir: string): Result<never> {
  return fail(
    "UNAVAILABLE",
    `${commonDir} keeps all its branches in one table, so a single one cannot be opened to an author.`,
    "Migrate it with `git refs migrate --ref-format=files`, or let the author work without a sandbox.",
  );
}

/** Exclusively, which follows no symbolic link: an author could have left one in its own folders. */
async function writeNew(file: string): Promise<void> {
  try {
    await writeFile(file, "", { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
