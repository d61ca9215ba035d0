import { copyFile, lstat, mkdtemp, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { explainGit } from "./explain.ts";
import { nulFields, repoPath, type RepoPath } from "./paths.ts";
import type { Checkout, GitOutput } from "./run.ts";
import type { GitTools } from "./tools.ts";

export interface ChangedFile extends RepoPath {
  readonly change: "added" | "modified" | "deleted" | "renamed" | "copied" | "typechange" | "unmerged";
  /** Where a renamed or copied file came from. */
  readonly from?: RepoPath;
  /** Lines; both 0 when the file is binary. */
  readonly added: number;
  readonly removed: number;
  readonly binary: boolean;
  /** Git's modes, such as `100644`; `000000` where the file does not exist. */
  readonly oldMode: string;
  readonly newMode: string;
  /** What lies on each side; zeros where there is nothing, or what only the work tree has. */
  readonly oldId: string;
  readonly newId: string;
  /** Of a renamed or copied file, how much of it stayed, in percent. */
  readonly similarity?: number;
}

export interface ChangesRequest {
  /** The full id of the commit to compare with; the merge base of the branch, as a rule. */
  readonly since: string;
  readonly withPatch: boolean;
  /** Leaves out what differs in white space only. */
  readonly ignoreWhitespace?: boolean | undefined;
  /** Only these paths, named exactly. */
  readonly paths?: readonly string[] | undefined;
  /** Most bytes of git's answer that are read. */
  readonly maxBytes: number;
  /** Paths of all untracked files, when they are known already. */
  readonly untracked?: readonly Buffer[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Changes {
  readonly files: readonly ChangedFile[];
  readonly patch: Buffer;
  /** The patch was cut at `maxBytes`. */
  readonly patchTruncated: boolean;
  /** There are more untracked files than were looked at. */
  readonly untrackedTruncated: boolean;
}

/** Above this many untracked files something is missing in `.gitignore`, and the rest is only counted as "more". */
const maxUntracked = 2_000;
const maxUntrackedBytes = 1024 * 1024;

/**
 * How a work tree differs from a commit: commits, staged, unstaged and untracked files together, renames detected
 * across all of them. The user's index is never written: untracked files are entered into a copy of it, which keeps the
 * index's knowledge of what is unchanged and so its speed.
 */
export async function changedFiles(git: GitTools, at: Checkout, request: ChangesRequest): Promise<Result<Changes>> {
  const untracked = request.untracked
    ? ok(atMost(request.untracked, false))
    : await listUntracked(git, at, request.signal);
  if (!untracked.ok) return untracked;
  const { truncated } = untracked.value;
  const { looked, tooLarge } = await bySize(at.path, untracked.value.paths);
  const told =
    looked.length === 0 ? await compare(git, at, request, {}) : await compareWithUntracked(git, at, request, looked);
  if (!told.ok) return told;
  const parsed = parseChanges(told.value);
  if (!parsed.ok) return parsed;
  const files = [...parsed.value.files, ...tooLarge.map(addedUnseen)];
  return ok({ ...parsed.value, files, untrackedTruncated: truncated });
}

/** Git reads an untracked file to its end to name it. Above these sizes, of one and of all, files are only listed. */
const largestLookedInto = 64 * 1024 * 1024;
const mostLookedInto = 256 * 1024 * 1024;

async function bySize(
  root: string,
  untracked: readonly Buffer[],
): Promise<{ readonly looked: readonly Buffer[]; readonly tooLarge: readonly Buffer[] }> {
  const sizes = await Promise.all(untracked.map((name) => sizeOf(Buffer.concat([Buffer.from(`${root}/`), name]))));
  const looked: Buffer[] = [];
  const tooLarge: Buffer[] = [];
  let total = 0;
  for (const [index, name] of untracked.entries()) {
    const size = sizes[index] ?? 0;
    const fits = size <= largestLookedInto && total + size <= mostLookedInto;
    if (fits) total += size;
    (fits ? looked : tooLarge).push(name);
  }
  return { looked, tooLarge };
}

function sizeOf(file: Buffer): Promise<number> {
  return lstat(file).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
}

function addedUnseen(name: Buffer): ChangedFile {
  const counts = { added: 0, removed: 0, binary: true };
  return { ...repoPath(name), change: "added", oldMode: "000000", newMode: "100644", oldId: "", newId: "", ...counts };
}

interface Untracked {
  readonly paths: readonly Buffer[];
  readonly truncated: boolean;
}

function atMost(paths: readonly Buffer[], truncated: boolean): Untracked {
  return { paths: paths.slice(0, maxUntracked), truncated: truncated || paths.length > maxUntracked };
}

async function listUntracked(git: GitTools, at: Checkout, signal: AbortSignal | undefined): Promise<Result<Untracked>> {
  const listed = await git.run({
    at,
    args: ["ls-files", "--others", "--exclude-standard", "-z"],
    maxBytes: maxUntrackedBytes,
    overflow: "truncate",
    signal,
  });
  if (!listed.ok) return listed;
  const { stdout, truncated } = listed.value;
  const all = nulFields(stdout.subarray(0, stdout.lastIndexOf(0) + 1));
  // A trailing slash is a repository of its own inside this one; what it holds is not ours to show.
  const files = all.filter((file) => file.at(-1) !== 0x2f);
  return ok(atMost(files, truncated));
}

/** How a diff is asked for that {@link parseChanges} reads. */
export const diffFlags = [
  "--raw",
  "--numstat",
  "-z",
  "--no-abbrev",
  "--find-renames",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--no-relative",
  "--ignore-submodules=dirty",
  "--submodule=short",
  "--src-prefix=a/",
  "--dst-prefix=b/",
  "-O/dev/null",
];

function compare(
  git: GitTools,
  at: Checkout,
  { since, withPatch, ignoreWhitespace, paths = [], maxBytes, signal }: ChangesRequest,
  env: Readonly<Record<string, string>>,
): Promise<Result<GitOutput>> {
  return git.run({
    at,
    args: [
      "diff",
      ...diffFlags,
      ...(ignoreWhitespace === true ? ["--ignore-all-space"] : []),
      ...(withPatch ? ["--patch"] : []),
      since,
      "--",
      ...paths,
    ],
    // Nobody reads a diff of a file this large, and git treats it as binary without loading it.
    config: ["core.bigFileThreshold=4m"],
    env,
    maxBytes,
    overflow: "truncate",
    signal,
  });
}

async function compareWithUntracked(
  git: GitTools,
  at: Checkout,
  request: ChangesRequest,
  untracked: readonly Buffer[],
): Promise<Result<GitOutput>> {
  return withTemporaryFolder(git.folder, async (folder) => {
    const env = { GIT_INDEX_FILE: join(folder, "index") };
    const added = await copyIndexWith(git, at, untracked, env, request);
    return added.ok ? compare(git, at, request, env) : added;
  });
}

async function withTemporaryFolder<T>(
  parent: string,
  work: (folder: string) => Promise<Result<T>>,
): Promise<Result<T>> {
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(parent, "index-"));
    return await work(folder);
  } catch (error) {
    return explainGit(parent, String(error));
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The copy must not look younger than the index: git trusts an entry's size and times only if the file is older than
 * the index, and would miss an edit of the same length made right after it was written.
 */
async function copyIndex(from: string, to: string): Promise<Result<void>> {
  try {
    const found = await stat(from);
    // Reading from a pipe that an agent put in its place would never end.
    if (!found.isFile()) return explainGit(from, "bad index file");
    const { atime, mtimeMs } = found;
    await copyFile(from, to);
    await utimes(to, atime, (mtimeMs - 1) / 1000);
    return ok(undefined);
  } catch (error) {
    // A repository without an index has nothing tracked yet.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return ok(undefined);
    return explainGit(from, String(error));
  }
}

/**
 * Enters untracked files without looking at them. `git add` looks again at what it is told to add, and asks a nested
 * repository for its status, which runs the filters named there; its author could put one in a file's place in between.
 */
async function copyIndexWith(
  git: GitTools,
  at: Checkout,
  untracked: readonly Buffer[],
  env: { readonly GIT_INDEX_FILE: string },
  { since, signal }: ChangesRequest,
): Promise<Result<void>> {
  const copied = await copyIndex(join(at.gitDir, "index"), env.GIT_INDEX_FILE);
  if (!copied.ok) return copied;
  const entry = Buffer.from(`100644 ${emptyBlobLike(since)}\t`);
  const stdin = Buffer.concat(untracked.flatMap((file) => [entry, file, Buffer.from([0])]));
  const added = await git.run({ at, args: ["update-index", "-z", "--index-info"], env, stdin, signal });
  return added.ok ? ok(undefined) : added;
}

/** The id of a file without content, as long as the ids of its repository are. */
function emptyBlobLike(commit: string): string {
  return commit.length === 64
    ? "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"
    : "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
}

const changeNames: Readonly<Record<string, ChangedFile["change"]>> = {
  A: "added",
  M: "modified",
  D: "deleted",
  R: "renamed",
  C: "copied",
  T: "typechange",
  U: "unmerged",
};

/** One `:100644 100644 <id> <id> M` record of `--raw`. */
interface Raw extends Pick<ChangedFile, "change" | "oldMode" | "newMode" | "oldId" | "newId" | "similarity"> {
  readonly path: Buffer;
  readonly from?: Buffer;
}

/** Reads `git diff --raw --numstat -z [--patch]`: raw records, then counts, then (after an empty field) the patch. */
export function parseChanges({ stdout, truncated }: GitOutput): Result<Omit<Changes, "untrackedTruncated">> {
  const reader = createReader(stdout);
  const raws = readRaws(reader);
  const counts = readCounts(reader);
  const files = mergeByPath(raws, counts);
  if (truncated && reader.atEnd()) {
    return fail("TOO_LARGE", "So many files differ that they cannot be listed.", "Check `.gitignore` and the base.");
  }
  const patch = stdout.subarray(reader.patchStart());
  return ok({ files, patch, patchTruncated: truncated });
}

function readRaws(reader: Reader): Raw[] {
  const raws: Raw[] = [];
  for (let field = reader.peek(); field?.[0] === 0x3a; field = reader.peek()) {
    const [oldMode = "", newMode = "", oldId = "", newId = "", letter = ""] = reader
      .next()
      .toString()
      .slice(1)
      .split(" ");
    const change = changeNames[letter.charAt(0)] ?? "modified";
    const first = reader.next();
    const moved = change === "renamed" || change === "copied";
    const path = moved ? reader.next() : first;
    const origin = moved ? { from: first, similarity: Number(letter.slice(1)) || 0 } : {};
    raws.push({ change, oldMode, newMode, oldId, newId, path, ...origin });
  }
  return raws;
}

interface Count {
  readonly added: number;
  readonly removed: number;
  readonly binary: boolean;
}

/** `<added> TAB <removed> TAB <path>`, where a moved file has an empty path and the two real ones in fields after it. */
function readCounts(reader: Reader): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (let field = reader.peek(); field !== undefined; field = reader.peek()) {
    const match = /^(\d+|-)\t(\d+|-)\t/.exec(field.subarray(0, 40).toString("latin1"));
    if (match === null) break;
    reader.next();
    let name = field.subarray(match[0].length);
    if (name.length === 0) {
      reader.next();
      name = reader.next();
    }
    counts.set(name.toString("latin1"), {
      added: Number(match[1]) || 0,
      removed: Number(match[2]) || 0,
      binary: match[1] === "-",
    });
  }
  return counts;
}

/** An unmerged path has two records, of which the second says what the work tree holds. */
function mergeByPath(raws: readonly Raw[], counts: ReadonlyMap<string, Count>): ChangedFile[] {
  const files = new Map<string, ChangedFile>();
  for (const { path: name, from, ...raw } of raws) {
    const key = name.toString("latin1");
    const seen = files.get(key);
    const count = counts.get(key) ?? { added: 0, removed: 0, binary: false };
    files.set(key, {
      ...repoPath(name),
      ...raw,
      ...(seen?.change === "unmerged" ? { change: "unmerged" } : {}),
      ...(from === undefined ? {} : { from: repoPath(from) }),
      ...count,
    });
  }
  return [...files.values()];
}

interface Reader {
  peek(): Buffer | undefined;
  next(): Buffer;
  /** Whether nothing is left but a field that was cut short. */
  atEnd(): boolean;
  patchStart(): number;
}

function createReader(bytes: Buffer): Reader {
  let at = 0;
  const end = (): number => bytes.indexOf(0, at);
  return {
    peek: () => (end() === -1 ? undefined : bytes.subarray(at, end())),
    next: () => {
      const stop = end();
      if (stop === -1) return Buffer.alloc(0);
      const field = bytes.subarray(at, stop);
      at = stop + 1;
      return field;
    },
    atEnd: () => end() === -1,
    patchStart: () => (bytes[at] === 0 ? at + 1 : at),
  };
}
