import { lstat, mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { cloneTree, type Cloned, type CloneFile } from "./clone-tree.ts";
import type { Git } from "../git/git.ts";
import { isThere, nearestFolderIsIn } from "./inside.ts";
import { projectCheckout, type Project } from "./project.ts";

/** A folder of dependencies that git ignores, and the file that says what belongs into it; both relative to the project. */
export interface CopiedFolder {
  readonly folder: string;
  readonly lock: string;
}

/** What became of one folder; `why` is a sentence's second half, for people. */
export type CopyOutcome =
  | { readonly folder: string; readonly kind: "copied"; readonly entries: number; readonly ms: number }
  | { readonly folder: string; readonly kind: "left"; readonly why: string };

export interface CopyRequest {
  readonly project: Project;
  /** The worktree; nobody works in it yet. */
  readonly to: string;
  readonly folders: readonly CopiedFolder[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (folder: string, entries: number) => void;
}

interface CopyDeps {
  readonly git: Pick<Git, "isIgnored">;
  readonly clone: CloneFile;
  readonly now: () => number;
  /** An existing folder on the worktrees' file system where a copy grows until it is whole. */
  readonly holding: string;
  /** Whether one file system can clone from another, as it was once found out. */
  readonly known: Map<string, boolean>;
}

/** A copy must not take hours, nor all inodes of a disk. */
const mostEntries = 300_000;
const mostLockBytes = 64 * 1024 * 1024;

/**
 * Gives a new worktree the dependency folders of the main checkout, as copies that share blocks on the disk. Only from the
 * main checkout, which no author can write; only where both lock files are byte for byte the same; and never by hard links,
 * through which an author could change the checkout's own files. What cannot be copied is the project's set-up to make.
 * A folder that is there already stays as it is.
 */
export async function copyFolders(deps: CopyDeps, request: CopyRequest): Promise<readonly CopyOutcome[]> {
  const outcomes: CopyOutcome[] = [];
  for (const one of request.folders) outcomes.push(await copyOne(deps, request, one));
  return outcomes;
}

async function copyOne(deps: CopyDeps, request: CopyRequest, { folder, lock }: CopiedFolder): Promise<CopyOutcome> {
  const { project, to } = request;
  const began = deps.now();
  const left = (why: string): CopyOutcome => ({ folder, kind: "left", why });
  const from = path.join(project.root, folder);
  const target = path.join(to, folder);
  if (await isThere(target)) return left("is in the worktree already");
  if (!(await nearestFolderIsIn(to, path.posix.dirname(folder)))) return left("would lie outside the worktree");
  const before = await standOf(from, path.join(project.root, lock));
  if (before === undefined) return left("is not there in the main checkout as a folder of its own, with its lock file");
  if (!(await canClone(deps, path.join(project.root, lock), from)))
    return left("cannot share blocks on this file system");
  if (!before.lock.equals((await readLock(path.join(to, lock))) ?? Buffer.alloc(0)))
    return left(`was made for another ${lock} than the worktree has`);
  const ignored = await deps.git.isIgnored(projectCheckout(project), folder);
  if (!ignored.ok || !ignored.value) return left("is not ignored by git, so it would become part of the work");
  const growing = path.join(deps.holding, `copying-${path.basename(to)}`);
  try {
    await rm(growing, { recursive: true, force: true });
    const cloned = await cloneTree(from, growing, {
      clone: deps.clone,
      mostEntries,
      signal: request.signal,
      onProgress: (entries) => request.onProgress(folder, entries),
    });
    if (cloned.ended !== "whole") return left(endings[cloned.ended]);
    const after = await standOf(from, path.join(project.root, lock));
    if (after?.changed !== before.changed) return left("changed in the main checkout while it was copied");
    await mkdir(path.dirname(target), { recursive: true });
    await rename(growing, target);
    return { folder, kind: "copied", entries: cloned.entries, ms: deps.now() - began };
  } catch (error) {
    return left(`could not be copied: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await rm(growing, { recursive: true, force: true }).catch(() => undefined);
  }
}

const endings: Readonly<Record<Exclude<Cloned["ended"], "whole">, string>> = {
  "too many entries": `has more than ${mostEntries.toLocaleString("en")} entries`,
  cancelled: "was not copied to its end: the start was cancelled",
};

/** The lock file, and when it and the top of the folder were last changed; undefined when either is missing or a link. */
async function standOf(
  folder: string,
  lockFile: string,
): Promise<{ readonly lock: Buffer; readonly changed: string } | undefined> {
  const [top, lock] = await Promise.all([
    lstat(folder, { bigint: true }).catch(() => undefined),
    lstat(lockFile, { bigint: true }).catch(() => undefined),
  ]);
  const text = await readLock(lockFile);
  if (top?.isDirectory() !== true || lock === undefined || text === undefined) return undefined;
  return { lock: text, changed: `${top.ino} ${top.mtimeNs} ${lock.ino} ${lock.mtimeNs}` };
}

async function readLock(file: string): Promise<Buffer | undefined> {
  const facts = await lstat(file).catch(() => undefined);
  if (facts?.isFile() !== true || facts.size === 0 || facts.size > mostLockBytes) return undefined;
  return readFile(file).catch(() => undefined);
}

/** Asked of the file systems themselves, once for each two: nothing else tells reliably. */
async function canClone({ clone, holding, known }: CopyDeps, lockFile: string, folder: string): Promise<boolean> {
  const [there, here] = await Promise.all([lstat(folder), lstat(holding)]);
  const key = `${there.dev} ${here.dev}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const probe = path.join(holding, `probe-${process.pid}`);
  await rm(probe, { force: true });
  const can = await clone(Buffer.from(lockFile), Buffer.from(probe)).then(
    () => true,
    () => false,
  );
  await rm(probe, { force: true });
  known.set(key, can);
  return can;
}
