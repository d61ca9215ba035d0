import { constants } from "node:fs";
import { copyFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { checkAuthorFiles } from "./author-files.ts";
import { explainGit } from "./explain.ts";
import { ownIndex } from "./own-index.ts";
import { nulFields, pathBytes, repoPath, type RepoPath } from "./paths.ts";
import type { Checkout, GitOutput } from "./run.ts";
import { fileStatus, type StatusEntry } from "./status.ts";
import type { GitTools, Identity } from "./tools.ts";

export interface CommitRequest {
  /** The branch that must be checked out, so that a commit never lands where nobody meant it. */
  readonly branch: string;
  readonly message: string;
  readonly author: Identity;
  readonly signal?: AbortSignal;
}

/** Why {@link commit} did not sign, where the user's git would have. */
export interface Committed {
  readonly commit: string;
  readonly committed: boolean;
  /** Set where the user's own git signs every commit. */
  readonly unsigned?: true;
}

/**
 * Commits everything in a work tree, untracked files included, without hooks and without a signature: that would be the
 * human's word for what an author wrote. Answers with the new commit, or `committed: false` and the present head when there
 * was nothing to commit.
 *
 * Its author may still write there. So the tree is made in an index of the engine's own, and only the branch itself is
 * moved, from the commit that was seen to the new one: whatever HEAD says by then, and whatever the branch has become.
 */
export async function commit(git: GitTools, at: Checkout, request: CommitRequest): Promise<Result<Committed>> {
  const { branch, signal } = request;
  const safe = await refuseRedirection(git, at, branch);
  if (!safe.ok) return safe;
  const before = await tipOf(git, at, branch);
  if (!before.ok) return before;
  const index = await ownIndex(git, at, signal);
  if (!index.ok) return index;
  const how = { env: index.value, signal };
  const changed = await fileStatus(git, at, how);
  if (!changed.ok) return changed;
  const nothing: Committed = { commit: before.value, committed: false };
  if (changed.value.clean) return ok(nothing);
  const staged = await stage(git, at, changed.value.entries, how);
  if (!staged.ok) return staged;
  const tree = await git.run({ at, args: ["write-tree"], ...how });
  if (!tree.ok) return tree;
  const made = await git.run({
    at,
    args: ["commit-tree", text(tree.value), ...(before.value === "" ? [] : ["-p", before.value]), "-F", "-"],
    stdin: request.message,
    env: identityEnvironment(request.author),
    signal,
  });
  if (!made.ok) return made;
  const moved = await publish(git, at, { branch, from: before.value, to: text(made.value), index: index.value });
  if (!moved.ok) return moved;
  const drivers = await git.drivers(at);
  const signs = drivers.ok && drivers.value.signs;
  return ok({ commit: text(made.value), committed: true, ...(signs ? { unsigned: true } : {}) });
}

function text(output: GitOutput): string {
  return output.stdout.toString().trim();
}

/** What the branch holds; empty before its first commit. */
async function tipOf(git: GitTools, at: Checkout, branch: string): Promise<Result<string>> {
  const told = await git.run({
    at,
    args: ["rev-parse", "--quiet", "--verify", `refs/heads/${branch}^{commit}`],
    answers: [0, 1],
  });
  return told.ok ? ok(text(told.value)) : told;
}

interface Move {
  readonly branch: string;
  readonly from: string;
  readonly to: string;
  /** Environment that names the index the commit was made from. */
  readonly index: Readonly<Record<string, string>>;
}

/**
 * Moves the branch, and gives the author an index that fits it. All under the index's lock, so that no commit of the author's
 * own git comes between. The index goes first: one that is behind its branch has the author's next commit undo this one.
 */
async function publish(git: GitTools, at: Checkout, { branch, from, to, index }: Move): Promise<Result<void>> {
  const file = path.join(at.gitDir, "index");
  const [lock, before, after] = [`${file}.lock`, `${file}.before`, `${file}.after`];
  try {
    await writeFile(lock, "", { flag: "wx" });
  } catch (error) {
    const taken = error instanceof Error && "code" in error && error.code === "EEXIST";
    return explainGit(at.path, taken ? `Unable to create '${lock}': File exists` : String(error));
  }
  try {
    await Promise.all([before, after].map((copy) => rm(copy, { force: true })));
    const had = await copyOf(file, before);
    await copyFile(index["GIT_INDEX_FILE"] ?? "", after, constants.COPYFILE_EXCL);
    await rename(after, file);
    const args = ["update-ref", "--no-deref", "-m", "commit: by Coxswain", `refs/heads/${branch}`, to, from];
    const moved = await git.run({ at, args });
    if (moved.ok) return ok(undefined);
    await (had ? rename(before, file) : rm(file));
    return moved;
  } catch (error) {
    return explainGit(at.path, String(error));
  } finally {
    await Promise.all([before, after, lock].map((each) => rm(each, { force: true })));
  }
}

/** Whether there was anything to copy. */
async function copyOf(file: string, to: string): Promise<boolean> {
  try {
    await copyFile(file, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

/**
 * What `git add --all` does, but `add` asks each nested repository for its status, which runs the filters that the
 * nested configuration names; `update-index` only reads its head.
 */
async function stage(git: GitTools, at: Checkout, entries: readonly StatusEntry[], how: How): Promise<Result<void>> {
  // A trailing slash is a nested repository that was never added; its files are not this repository's.
  const changed = entries.filter(({ workTree, path: name }) => workTree !== "." && !name.endsWith("/"));
  const gone = changed.filter(({ workTree }) => workTree === "D");
  const present = changed.filter(({ workTree }) => workTree !== "D");
  const filtered = await refuseFiltered(git, at, present, how);
  if (!filtered.ok) return filtered;
  // What is gone goes first: a file may have made way for a folder of its name.
  const removed = await updateIndex(git, at, ["--force-remove"], gone, how);
  return removed.ok ? updateIndex(git, at, ["--add", "--remove", "--replace"], present, how) : removed;
}

interface How {
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** What goes through a filter that is not run here would be committed as it lies there, and not as it is kept. */
async function refuseFiltered(
  git: GitTools,
  at: Checkout,
  paths: readonly RepoPath[],
  how: How,
): Promise<Result<void>> {
  const drivers = await git.drivers(at);
  if (!drivers.ok) return drivers;
  const { filters } = drivers.value;
  if (filters.size === 0 || paths.length === 0) return ok(undefined);
  const told = await git.run({ at, args: ["check-attr", "--stdin", "-z", "filter"], stdin: zeroEnded(paths), ...how });
  if (!told.ok) return told;
  // Triples of path, attribute and value.
  const fields = nulFields(told.value.stdout);
  const nth = fields.findIndex((field, each) => each % 3 === 2 && filters.has(field.toString()));
  if (nth === -1) return ok(undefined);
  const name = repoPath(fields[nth - 2] ?? Buffer.alloc(0)).path;
  return fail(
    "CONFLICT",
    `${name} goes through the filter ${fields[nth]?.toString() ?? ""}, which Coxswain does not run.`,
    `Commit it yourself in ${at.path}, where your own git runs it.`,
  );
}

async function updateIndex(
  git: GitTools,
  at: Checkout,
  flags: readonly string[],
  paths: readonly RepoPath[],
  how: How,
): Promise<Result<void>> {
  if (paths.length === 0) return ok(undefined);
  const updated = await git.run({
    at,
    args: ["update-index", ...flags, "-z", "--stdin"],
    stdin: zeroEnded(paths),
    ...how,
  });
  return updated.ok ? ok(undefined) : updated;
}

function zeroEnded(paths: readonly RepoPath[]): Buffer {
  return Buffer.concat(paths.flatMap((name) => [pathBytes(name), Buffer.from([0])]));
}

/** What git keeps while somebody is in the middle of something that only they can end. */
const underWay = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"];

async function refuseRedirection(git: GitTools, at: Checkout, branch: string): Promise<Result<void>> {
  const safe = await checkAuthorFiles(at, branch);
  if (!safe.ok) return safe;
  const unmerged = await git.run({ at, args: ["ls-files", "--unmerged", "-z"], maxBytes: 1_024, overflow: "truncate" });
  if (!unmerged.ok) return unmerged;
  if (unmerged.value.stdout.length > 0) {
    return fail(
      "CONFLICT",
      "A merge has conflicts that are not resolved.",
      "Resolve them and `git add` the files first.",
    );
  }
  const names = await readdir(at.gitDir);
  const begun = underWay.find((name) => names.includes(name));
  if (begun !== undefined) {
    return fail("CONFLICT", `${at.path} is in the middle of something (${begun}).`, "End it there, or abort it.");
  }
  const ref = await git.run({ at, args: ["symbolic-ref", "--quiet", "HEAD"], answers: [0, 1] });
  if (!ref.ok) return ref;
  const where = ref.value.stdout.toString().trim();
  if (where === `refs/heads/${branch}`) return ok(undefined);
  return fail(
    "CONFLICT",
    `${at.path} is on ${where === "" ? "no branch" : where}, not on ${branch}.`,
    `Switch it back with \`git switch ${branch}\`, then try again.`,
  );
}

function identityEnvironment({ name, email }: Identity): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}
