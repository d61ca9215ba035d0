import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { nulFields } from "./paths.ts";
import type { Checkout } from "./run.ts";
import { emptyTree, snapshotParent, treeOf } from "./snapshot-commit.ts";
import type { GitTools } from "./tools.ts";
import { fetchObjects } from "./vault.ts";

export interface UnpackRequest {
  readonly vault: Checkout;
  /** A worktree that was made a moment ago, on the branch the snapshot was taken from. */
  readonly at: Checkout;
  readonly commonDir: string;
  /** See {@link takeSnapshot}. */
  readonly snapshot: string;
}

/**
 * Gives a worktree the files, the index and the head of a snapshot, and whatever git was in the middle of. What is ignored is
 * left as it is. Doing it again changes nothing. `CONFLICT` when the branch has moved since.
 */
export async function unpackSnapshot(git: GitTools, request: UnpackRequest): Promise<Result<void>> {
  const { vault, at, commonDir, snapshot } = request;
  const read = (name: string) => readBlob(git, vault, `${snapshot}:${name}`);
  const [parent, head] = await Promise.all([snapshotParent(git, vault, snapshot), read("git/HEAD")]);
  if (!parent.ok) return parent;
  const stated = await sameStart(git, at, parent.value, head);
  if (!stated.ok) return stated;
  const staged = await treeOf(git, vault, `${snapshot}:staged`);
  const wanted = [parent.value, staged].filter((object) => object !== undefined);
  const brought = await fetchObjects(git, { path: commonDir, gitDir: commonDir }, vault.gitDir, wanted);
  if (!brought.ok) return brought;
  const files = await writeFiles(git, request, parent.value);
  if (!files.ok) return files;
  try {
    const index = await read("index");
    if (index !== undefined) await replace(path.join(at.gitDir, "index"), index);
    const state = await writeState(git, request);
    if (!state.ok) return state;
  } catch (error) {
    return fail(
      "UNAVAILABLE",
      `${at.gitDir} could not be written.`,
      "Check the disk and who owns the repository.",
      error,
    );
  }
  const fresh = await git.run({ at, args: ["update-index", "-q", "--refresh"], answers: [0, 1] });
  return fresh.ok ? ok(undefined) : fresh;
}

/** A branch that was moved meanwhile is somebody's doing, and not undone. */
async function sameStart(
  git: GitTools,
  at: Checkout,
  wanted: string | undefined,
  head: Buffer | undefined,
): Promise<Result<void>> {
  const onBranch = head?.toString().startsWith("ref: ") === true;
  if (wanted === undefined || !onBranch) return ok(undefined);
  const now = await git.run({ at, args: ["rev-parse", "--verify", "HEAD^{commit}"] });
  if (!now.ok) return now;
  if (now.value.stdout.toString().trim() === wanted) return ok(undefined);
  return fail(
    "CONFLICT",
    "Its branch has moved since it was paused, so what was uncommitted does not fit.",
    `Move it back with \`git reset --soft ${wanted.slice(0, 12)}\` in ${at.path}, then retry it.`,
  );
}

async function readBlob(git: GitTools, at: Checkout, name: string): Promise<Buffer | undefined> {
  const told = await git.run({ at, args: ["cat-file", "blob", name], maxBytes: 256 * 1024 * 1024 });
  return told.ok ? told.value.stdout : undefined;
}

/** Byte for byte, by the vault's settings, beginning from what the checkout of the branch has just written. */
async function writeFiles(
  git: GitTools,
  { vault, at, snapshot }: UnpackRequest,
  head: string | undefined,
): Promise<Result<void>> {
  const work = {
    at: { path: at.path, gitDir: vault.gitDir },
    env: { GIT_WORK_TREE: at.path, GIT_INDEX_FILE: path.join(at.gitDir, "unpacking") },
    timeoutMs: 15 * 60_000,
  };
  const tree = (await treeOf(git, vault, `${snapshot}:worktree`)) ?? (await emptyTree(git, vault));
  for (const args of [
    head === undefined ? ["read-tree", "--empty"] : ["read-tree", head],
    ["update-index", "-q", "--refresh"],
    ["read-tree", "--reset", "-u", tree],
  ]) {
    const done = await git.run({ ...work, args, answers: args[0] === "update-index" ? [0, 1] : [0] });
    if (!done.ok) return done;
  }
  return ok(undefined);
}

async function writeState(git: GitTools, { vault, at, snapshot }: UnpackRequest): Promise<Result<void>> {
  const tree = await treeOf(git, vault, `${snapshot}:git`);
  if (tree === undefined) return ok(undefined);
  const listed = await git.run({ at: vault, args: ["ls-tree", "-r", "-z", "--full-tree", tree] });
  if (!listed.ok) return listed;
  for (const field of nulFields(listed.value.stdout)) {
    const tab = field.indexOf(9);
    const [, , object = ""] = field.subarray(0, tab).toString().split(" ");
    const name = field.subarray(tab + 1).toString();
    const content = await readBlob(git, vault, object);
    if (content === undefined) continue;
    const file = path.join(at.gitDir, name);
    await mkdir(path.dirname(file), { recursive: true });
    await replace(file, content);
  }
  return ok(undefined);
}

async function replace(file: string, content: Buffer): Promise<void> {
  await writeFile(`${file}.unpacking`, content);
  await rename(`${file}.unpacking`, file);
}
