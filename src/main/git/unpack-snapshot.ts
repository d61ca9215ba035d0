import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { shellWord } from "../../contract/shell-word.ts";
import { nulFields } from "./paths.ts";
import type { Checkout } from "./run.ts";
import { emptyTree, snapshotParents, treeOf } from "./snapshot-commit.ts";
import { isObjectId, type GitTools } from "./tools.ts";
import { fetchObjects } from "./vault.ts";

export interface UnpackRequest {
  readonly vault: Checkout;
  /** A worktree that was made for it a moment ago, on whatever branch. */
  readonly at: Checkout;
  readonly commonDir: string;
  /** See {@link takeSnapshot}. */
  readonly snapshot: string;
}

/** In the admin directory: the snapshot that was unpacked there. */
const doneFile = "cox-unpacked";

/**
 * Gives a worktree the files, the index and the head of a snapshot, and whatever git was in the middle of. What is ignored is
 * left as it is. Cut short it is to be done again; once done, it changes nothing that was done there since. `CONFLICT` when
 * the branch has moved since.
 */
export async function unpackSnapshot(git: GitTools, request: UnpackRequest): Promise<Result<void>> {
  const { vault, at, commonDir, snapshot } = request;
  const done = path.join(at.gitDir, doneFile);
  if ((await readFile(done, "utf8").catch(() => "")) === snapshot) return ok(undefined);
  const read = (name: string) => readBlob(git, vault, `${snapshot}:${name}`);
  const [parents, head] = await Promise.all([snapshotParents(git, vault, snapshot), read("git/HEAD")]);
  if (!parents.ok) return parents;
  const stated = await sameStart(git, request, parents.value[0], head);
  if (!stated.ok) return stated;
  const staged = await treeOf(git, vault, `${snapshot}:staged`);
  const wanted = [...parents.value, staged].filter((object) => object !== undefined);
  const brought = await fetchObjects(git, { path: commonDir, gitDir: commonDir }, vault.gitDir, wanted);
  if (!brought.ok) return brought;
  const files = await writeFiles(git, request);
  if (!files.ok) return files;
  try {
    const index = await read("index");
    if (index !== undefined) await replace(path.join(at.gitDir, "index"), index);
    const state = await writeState(git, request);
    if (!state.ok) return state;
    const fresh = await git.run({ at, args: ["update-index", "-q", "--refresh"], answers: [0, 1] });
    if (!fresh.ok) return fresh;
    await replace(done, Buffer.from(snapshot));
    return ok(undefined);
  } catch (error) {
    return fail(
      "UNAVAILABLE",
      `${at.gitDir} could not be written.`,
      "Check the disk and who owns the repository.",
      error,
    );
  }
}

/** A branch that was moved meanwhile is somebody's doing, and not undone. */
async function sameStart(
  git: GitTools,
  { at, commonDir }: UnpackRequest,
  wanted: string | undefined,
  head: Buffer | undefined,
): Promise<Result<void>> {
  const branch = /^ref: refs\/heads\/(.+)$/.exec(head?.toString().trim() ?? "")?.[1];
  if (wanted === undefined || branch === undefined) return ok(undefined);
  const now = await commitOf(git, { path: commonDir, gitDir: commonDir }, `refs/heads/${branch}`);
  if (!now.ok || now.value === wanted) return now.ok ? ok(undefined) : now;
  const name = shellWord(branch);
  const back = shellWord(at.path);
  return fail(
    "CONFLICT",
    `${branch} has moved since it was paused, so what was uncommitted does not fit.`,
    `Look at it with \`git log ${name}\`, move it back with \`git -C ${back} switch ${name} && git -C ${back} reset --keep ${wanted.slice(0, 12)}\`, then retry it.`,
  );
}

/** The commit a name stands for; undefined when it stands for none. */
async function commitOf(git: GitTools, at: Checkout, name: string): Promise<Result<string | undefined>> {
  const told = await git.run({
    at,
    args: ["rev-parse", "--quiet", "--verify", `${name}^{commit}`],
    answers: [0, 1, 128],
  });
  if (!told.ok) return told;
  const commit = told.value.stdout.toString().trim();
  return ok(isObjectId(commit) ? commit : undefined);
}

async function readBlob(git: GitTools, at: Checkout, name: string): Promise<Buffer | undefined> {
  const told = await git.run({ at, args: ["cat-file", "blob", name], maxBytes: 256 * 1024 * 1024 });
  return told.ok ? told.value.stdout : undefined;
}

/** Byte for byte, by the vault's settings, beginning from what the checkout has just written. */
async function writeFiles(git: GitTools, { vault, at, commonDir, snapshot }: UnpackRequest): Promise<Result<void>> {
  const written = await commitOf(git, at, "HEAD");
  if (!written.ok) return written;
  const head = written.value;
  const known = head === undefined ? ok(undefined) : await fetchObjects(git, vault, commonDir, [head]);
  if (!known.ok) return known;
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
