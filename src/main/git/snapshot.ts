import { copyFile, lstat, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { nulFields } from "./paths.ts";
import type { Checkout, GitCommand } from "./run.ts";
import { commitTree } from "./snapshot-commit.ts";
import { isObjectId, type GitTools } from "./tools.ts";
import { fetchObjects, objectTypes } from "./vault.ts";

export interface SnapshotRequest {
  /** The vault the snapshot goes to, as git takes it. */
  readonly vault: Checkout;
  /** The work tree where it lies now, and its admin directory. */
  readonly at: Checkout;
  /** The repository that holds its objects. */
  readonly commonDir: string;
  /** What people read in the vault's log. */
  readonly message: string;
}

/**
 * A work tree as it stood, in one commit of the vault that no ref holds yet. Its tree:
 *
 * - `worktree/`: every file that is not ignored, byte for byte
 * - `index`: the index as it is; `staged/`: the content it names
 * - `git/`: where its head stood, and what git keeps of a merge, a rebase or the like under way
 * - `clean`: is there if nothing was uncommitted, although files may differ from what is committed (line endings, a sparse
 *   checkout)
 */
export interface Snapshot {
  readonly commit: string;
  /** What was checked out; absent before the first commit. */
  readonly head?: string;
  /** Names of what `worktree/` holds. Bytes as latin1, so that each has exactly one name. */
  readonly files: ReadonlySet<string>;
  /** Names of what git ignores; a folder ends in `/`. */
  readonly ignored: readonly string[];
  /** Names of what is not committed, whatever the index pretends, at most a thousand. */
  readonly uncommitted: readonly string[];
  /** What git was in the middle of, such as `a merge`. */
  readonly underWay?: string;
}

const hashingMs = 15 * 60_000;
const longList = 256 * 1024 * 1024;
const mostUncommitted = 1_000;

/**
 * Takes a snapshot. Neither the index's flags (assume-unchanged, skip-worktree) nor its times are believed, since an agent
 * can write them: every file is read. The vault's own settings decide how, so that nothing in the repository does.
 * Needs the commit that is checked out in the vault.
 */
export async function takeSnapshot(git: GitTools, request: SnapshotRequest): Promise<Result<Snapshot>> {
  const scratch = await mkdtemp(path.join(git.folder, "snapshot-"));
  try {
    return await take(git, request, scratch);
  } catch (error) {
    return fail(
      "UNAVAILABLE",
      `${request.at.path} could not be read whole.`,
      "Check the disk, and the permissions of what lies there.",
      error,
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function take(git: GitTools, request: SnapshotRequest, scratch: string): Promise<Result<Snapshot>> {
  const { vault, at, commonDir } = request;
  const headed = await git.run({
    at,
    args: ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"],
    answers: [0, 1, 128],
  });
  if (!headed.ok) return headed;
  const told = headed.value.stdout.toString().trim();
  const head = isObjectId(told) ? told : undefined;
  const index = await readIndex(git, at, path.join(scratch, "index"));
  if (!index.ok) return index;
  const committed = head === undefined ? ok(new Map<string, Entry>()) : await readTree(git, vault, head);
  if (!committed.ok) return committed;
  const staged = await holdStaged(git, request, index.value);
  if (!staged.ok) return staged;
  const exclude = await readFile(path.join(commonDir, "info", "exclude")).catch(() => Buffer.alloc(0));
  await writeFile(path.join(vault.gitDir, "info", "exclude"), exclude);
  const work = await readWorkTree(git, request, path.join(scratch, "work"), head, index.value);
  if (!work.ok) return work;
  const state = await holdState(git, request);
  if (!state.ok) return state;
  const uncommitted = await uncommittedNames(git, at, {
    committed: committed.value,
    index: index.value,
    work: work.value.entries,
  });
  const commit = await writeCommit(git, request, path.join(scratch, "whole"), {
    work: work.value.tree,
    parents: head === undefined ? [] : [head, ...state.value.named.filter((commit) => commit !== head)],
    entries: [
      ...staged.value.map((entry, nth): NamedEntry => [`staged/${String(nth).padStart(7, "0")}`, entry]),
      ...state.value.entries,
    ],
    clean: uncommitted.length === 0,
    index: path.join(scratch, "index"),
  });
  if (!commit.ok) return commit;
  const files = [...work.value.entries].filter(([, { mode }]) => mode !== gitlink).map(([name]) => name);
  return ok({
    commit: commit.value,
    ...(head === undefined ? {} : { head }),
    files: new Set(files),
    ignored: work.value.ignored,
    uncommitted,
    ...(state.value.underWay === undefined ? {} : { underWay: state.value.underWay }),
  });
}

interface Entry {
  readonly mode: string;
  readonly object: string;
  /** Of the index: anything but 0 is one side of a conflict. */
  readonly stage?: string;
  /** Whether git was told that the file need not be there. */
  readonly skipped?: boolean;
}
type NamedEntry = readonly [string, Entry];
type Entries = ReadonlyMap<string, Entry>;

const gitlink = "160000";

/** The index, copied so that nobody changes it meanwhile, in one file and without what belongs to a running git. */
async function readIndex(git: GitTools, at: Checkout, copy: string): Promise<Result<readonly NamedEntry[]>> {
  const file = path.join(at.gitDir, "index");
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined) return ok([]);
  if (!found.isFile()) {
    return fail("FORBIDDEN", `${file} is no file.`, "Look at what put it there; remove it, then try again.");
  }
  await copyFile(file, copy);
  const env = { GIT_INDEX_FILE: copy };
  const whole = await git.run({
    at,
    args: ["update-index", "--no-split-index", "--no-untracked-cache", "--no-fsmonitor"],
    env,
  });
  if (!whole.ok) return whole;
  const listed = await git.run({ at, args: ["ls-files", "--stage", "-v", "-z"], env, maxBytes: longList });
  if (!listed.ok) return listed;
  return ok(
    nulFields(listed.value.stdout).map((field): NamedEntry => {
      const tab = field.indexOf(9);
      const [tag = "", mode = "", object = "", stage = ""] = field.subarray(0, tab).toString().split(" ");
      return [field.subarray(tab + 1).toString("latin1"), { mode, object, stage, skipped: /^s$/i.test(tag) }];
    }),
  );
}

async function readTree(git: GitTools, vault: Checkout, tree: string): Promise<Result<Entries>> {
  const listed = await git.run({ at: vault, args: ["ls-tree", "-r", "-z", "--full-tree", tree], maxBytes: longList });
  if (!listed.ok) return listed;
  return ok(
    new Map(
      nulFields(listed.value.stdout).map((field): NamedEntry => {
        const tab = field.indexOf(9);
        const [mode = "", , object = ""] = field.subarray(0, tab).toString().split(" ");
        return [field.subarray(tab + 1).toString("latin1"), { mode, object }];
      }),
    ),
  );
}

/** Brings what only the index names into the vault. What is nowhere any more cannot be lost. */
async function holdStaged(
  git: GitTools,
  { vault, commonDir }: SnapshotRequest,
  index: readonly NamedEntry[],
): Promise<Result<readonly Entry[]>> {
  const named = new Map(
    index.filter(([, { mode }]) => mode !== gitlink).map(([, { mode, object }]) => [object, { mode, object }]),
  );
  const objects = [...named.keys()];
  const held = await objectTypes(git, vault, objects);
  if (!held.ok) return held;
  const missing = objects.filter((object) => !held.value.has(object));
  const found = await objectTypes(git, { path: commonDir, gitDir: commonDir }, missing);
  if (!found.ok) return found;
  const fetched = await fetchObjects(git, vault, commonDir, [...found.value.keys()]);
  if (!fetched.ok) return fetched;
  return ok([...named.values()].filter(({ object }) => held.value.has(object) || found.value.has(object)));
}

interface WorkTree {
  readonly tree: string;
  readonly entries: Entries;
  readonly ignored: readonly string[];
}

/** A file that cannot be read is left out here; that it is missing is seen by who looks at the folder itself. */
async function readWorkTree(
  git: GitTools,
  { vault, at }: SnapshotRequest,
  indexFile: string,
  head: string | undefined,
  index: readonly NamedEntry[],
): Promise<Result<WorkTree>> {
  const work: Pick<GitCommand, "at" | "env" | "timeoutMs" | "maxBytes"> = {
    at: { path: at.path, gitDir: vault.gitDir },
    env: { GIT_WORK_TREE: at.path, GIT_INDEX_FILE: indexFile },
    timeoutMs: hashingMs,
    maxBytes: longList,
  };
  const begun = await git.run({ ...work, args: head === undefined ? ["read-tree", "--empty"] : ["read-tree", head] });
  if (!begun.ok) return begun;
  // What was tracked is looked at although a pattern ignores it.
  const tracked = index.filter(([, { mode, stage }]) => mode !== gitlink && stage !== "1");
  const seeded = await git.run({ ...work, args: ["update-index", "-z", "--index-info"], stdin: indexInfo(tracked) });
  if (!seeded.ok) return seeded;
  const added = await git.run({
    ...work,
    args: ["-c", "advice.addEmbeddedRepo=false", "add", "--all", "--ignore-errors", "."],
    answers: [0, 1],
  });
  if (!added.ok) return added;
  const [tree, ignored] = await Promise.all([
    git.run({ ...work, args: ["write-tree"] }),
    git.run({ ...work, args: ["ls-files", "--others", "--ignored", "--directory", "--exclude-standard", "-z"] }),
  ]);
  if (!tree.ok) return tree;
  if (!ignored.ok) return ignored;
  const written = tree.value.stdout.toString().trim();
  const entries = await readTree(git, vault, written);
  if (!entries.ok) return entries;
  return ok({
    tree: written,
    entries: entries.value,
    ignored: nulFields(ignored.value.stdout).map((name) => name.toString("latin1")),
  });
}

/** Input of `update-index -z --index-info`; the last entry of a name counts. */
function indexInfo(entries: readonly NamedEntry[]): Buffer {
  return Buffer.concat(
    entries.map(([name, { mode, object }]) => Buffer.from(`${mode} ${object} 0\t${name}\0`, "latin1")),
  );
}

/** Of the admin directory: what says where a merge, a rebase, a bisection or the like stands. */
const stateFiles =
  /^(HEAD|ORIG_HEAD|[A-Z]+_(HEAD|MSG|MODE|RR|AUTOSTASH)|AUTO_MERGE|BISECT_[A-Z_]+|info\/sparse-checkout|(rebase-merge|rebase-apply|sequencer|refs)\/.+)$/;
const mostStateFiles = 2_000;
const mostStateBytes = 8 * 1024 * 1024;

const undertakings: readonly (readonly [RegExp, string])[] = [
  [/^MERGE_HEAD$/, "a merge"],
  [/^rebase-(merge|apply)\//, "a rebase"],
  [/^CHERRY_PICK_HEAD$/, "a cherry-pick"],
  [/^REVERT_HEAD$/, "a revert"],
  [/^sequencer\//, "several picks"],
  [/^BISECT_LOG$/, "a bisection"],
];

/** An admin directory as it stands: names of its state files, each a plain file of a bearable size. */
export async function listState(gitDir: string): Promise<string[]> {
  const entries = await readdir(gitDir, { withFileTypes: true, recursive: true });
  const names: string[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(gitDir, file);
    if (!entry.isFile() || !stateFiles.test(name) || /[\n\t\0]/.test(name) || name.endsWith(".lock")) continue;
    if ((await lstat(file)).size <= mostStateBytes) names.push(name);
  }
  return names.slice(0, mostStateFiles);
}

interface HeldState {
  readonly entries: readonly NamedEntry[];
  /** Commits that only these files name, such as what a merge put aside. */
  readonly named: readonly string[];
  readonly underWay?: string;
}

async function holdState(git: GitTools, request: SnapshotRequest): Promise<Result<HeldState>> {
  const { vault, at } = request;
  const names = await listState(at.gitDir);
  const underWay = undertakings.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  const files = names.map((name) => path.join(at.gitDir, name));
  const hashed = await writeBlobs(git, vault, files);
  if (!hashed.ok) return hashed;
  const named = await holdNamed(git, request, files);
  if (!named.ok) return named;
  const entries = names.map((name, nth): NamedEntry => [`git/${name}`, blob(hashed.value[nth])]);
  return ok({ entries, named: named.value, ...(underWay === undefined ? {} : { underWay }) });
}

/** Brings the commits that state files consist of into the vault. Where the head once stood is history, and no work. */
async function holdNamed(
  git: GitTools,
  { vault, commonDir }: SnapshotRequest,
  files: readonly string[],
): Promise<Result<readonly string[]>> {
  const small = files.filter((file) => path.basename(file) !== "ORIG_HEAD");
  const texts = await Promise.all(
    small.map(async (file) => ((await lstat(file)).size > 4_096 ? "" : readFile(file, "utf8"))),
  );
  const ids = new Set(texts.flatMap((text) => text.trimEnd().split("\n")).filter(isObjectId));
  const found = await objectTypes(git, { path: commonDir, gitDir: commonDir }, [...ids]);
  if (!found.ok) return found;
  const commits = [...found.value].filter(([, type]) => type === "commit").map(([object]) => object);
  const fetched = await fetchObjects(git, vault, commonDir, commits);
  return fetched.ok ? ok(commits) : fetched;
}

function blob(object = ""): Entry {
  return { mode: "100644", object };
}

async function writeBlobs(git: GitTools, vault: Checkout, files: readonly string[]): Promise<Result<string[]>> {
  if (files.length === 0) return ok([]);
  const hashed = await git.run({
    at: vault,
    args: ["hash-object", "-w", "--no-filters", "--stdin-paths"],
    stdin: files.map((file) => `${file}\n`).join(""),
  });
  return hashed.ok ? ok(hashed.value.stdout.toString().split("\n")) : hashed;
}

/**
 * What the head does not hold: staged or not, tracked or not, and one side of a conflict. A file that git would store just as
 * it is committed (line endings, filters such as LFS) counts as committed.
 */
async function uncommittedNames(
  git: GitTools,
  at: Checkout,
  { committed, index, work }: { committed: Entries; index: readonly NamedEntry[]; work: Entries },
): Promise<string[]> {
  const names = new Set<string>();
  const indexed = new Map(index);
  for (const [name, entry] of index) {
    if (entry.stage !== "0" || !isSame(entry, committed.get(name))) names.add(name);
  }
  const changed: string[] = [];
  for (const [name, entry] of committed) {
    const now = work.get(name);
    if (!indexed.has(name)) names.add(name);
    if (now === undefined) {
      if (indexed.get(name)?.skipped !== true && entry.mode !== gitlink) names.add(name);
    } else if (!isSame(now, entry)) {
      if (now.mode === entry.mode && !name.includes("\n")) changed.push(name);
      else names.add(name);
    }
  }
  for (const name of work.keys()) if (!committed.has(name)) names.add(name);
  const stored = await storedAs(git, at, changed);
  changed.forEach((name, nth) => {
    if (stored[nth] !== committed.get(name)?.object) names.add(name);
  });
  return [...names].slice(0, mostUncommitted);
}

function isSame(one: Entry, other: Entry | undefined): boolean {
  return one.mode === other?.mode && one.object === other.object;
}

async function storedAs(git: GitTools, at: Checkout, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const hashed = await git.run({
    at,
    args: ["hash-object", "--stdin-paths"],
    stdin: Buffer.from(names.map((name) => `${name}\n`).join(""), "latin1"),
    timeoutMs: hashingMs,
  });
  return hashed.ok ? hashed.value.stdout.toString().split("\n") : [];
}

interface Contents {
  readonly work: string;
  readonly parents: readonly string[];
  readonly entries: readonly NamedEntry[];
  readonly clean: boolean;
  /** Where a copy of the index lies. */
  readonly index: string;
}

/** Git refuses to write a tree of which a part is missing, and so proves that the vault holds it all. */
async function writeCommit(
  git: GitTools,
  { vault, message }: SnapshotRequest,
  indexFile: string,
  { work, parents, entries, clean, index }: Contents,
): Promise<Result<string>> {
  // The folder of the temporary files stands for a work tree, which git wants to have around an index.
  const folder = path.dirname(indexFile);
  const at = { path: folder, gitDir: vault.gitDir };
  const env = { GIT_INDEX_FILE: indexFile, GIT_WORK_TREE: folder };
  const hasIndex = (await lstat(index).catch(() => undefined)) !== undefined;
  const mark = path.join(folder, "clean");
  await writeFile(mark, "");
  const hashed = await writeBlobs(git, vault, hasIndex ? [mark, index] : [mark]);
  if (!hashed.ok) return hashed;
  const all: NamedEntry[] = [
    ...entries,
    ...(clean ? [["clean", blob(hashed.value[0])] as const] : []),
    ...(hasIndex ? [["index", blob(hashed.value[1])] as const] : []),
  ];
  const begun = await git.run({ at, env, args: ["read-tree", "--prefix=worktree/", work] });
  if (!begun.ok) return begun;
  const listed = await git.run({
    at,
    env,
    args: ["update-index", "--add", "-z", "--index-info"],
    stdin: indexInfo(all),
  });
  if (!listed.ok) return listed;
  const tree = await git.run({ at, env, args: ["write-tree"] });
  if (!tree.ok) return tree;
  return commitTree(git, vault, { tree: tree.value.stdout.toString().trim(), parents, message });
}
