import { fail, ok, type Result } from "../../contract/errors.ts";
import { nulFields, repoPath, type RepoPath } from "./paths.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/** One path that differs from the head. A folder with nothing tracked in it stands for all it holds, and ends in `/`. */
export interface StatusEntry extends RepoPath {
  readonly kind: "changed" | "renamed" | "unmerged" | "untracked";
  /** What the index says against the head, and the work tree against the index: git's letters, `.` for none. */
  readonly index: string;
  readonly workTree: string;
  /** Where a renamed path came from. */
  readonly from?: RepoPath;
}

export interface Status {
  /** The checked-out commit; absent before the first one. */
  readonly head?: string;
  /** Absent when the head is detached. */
  readonly branch?: string;
  readonly clean: boolean;
  readonly entries: readonly StatusEntry[];
}

/**
 * What is uncommitted in a work tree, untracked files included, ignored ones not. Inside submodules nothing is looked
 * at: their configuration is not trusted.
 */
export async function status(git: GitTools, at: Checkout, how: Environment = {}): Promise<Result<Status>> {
  return askStatus(git, at, ["--untracked-files=normal"], how);
}

/** {@link status} file by file: no folder stands for what it holds, and a rename is a removal and an addition. */
export async function fileStatus(
  git: GitTools,
  at: Checkout,
  { env, signal }: Environment = {},
): Promise<Result<Status>> {
  return askStatus(git, at, ["--untracked-files=all", "--no-renames"], { env, signal });
}

interface Environment {
  /** Names another index, such as the engine's own. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

async function askStatus(
  git: GitTools,
  at: Checkout,
  flags: readonly string[],
  { env = {}, signal }: Environment,
): Promise<Result<Status>> {
  const told = await git.run({
    at,
    args: ["status", "--porcelain=v2", "--branch", "-z", "--ignore-submodules=dirty", "--no-ahead-behind", ...flags],
    env,
    signal,
  });
  return told.ok ? parseStatus(told.value.stdout) : told;
}

/** Reads `git status --porcelain=v2 --branch -z`; its format is git-status(1), "Porcelain Format Version 2". */
function parseStatus(bytes: Buffer): Result<Status> {
  const fields = nulFields(bytes);
  const entries: StatusEntry[] = [];
  const headers = new Map<string, string>();
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at] ?? Buffer.alloc(0);
    const kind = String.fromCharCode(field[0] ?? 0);
    if (kind === "#") {
      const [, name = "", value = ""] = field.toString().split(" ");
      headers.set(name, value);
      continue;
    }
    const entry = parseEntry(kind, field, kind === "2" ? fields[at + 1] : undefined);
    if (entry === undefined) return unreadable(field);
    if (kind === "2") at += 1;
    entries.push(entry);
  }
  const head = headers.get("branch.oid");
  const branch = headers.get("branch.head");
  return ok({
    ...(head === undefined || head === "(initial)" ? {} : { head }),
    ...(branch === undefined || branch === "(detached)" ? {} : { branch }),
    clean: entries.length === 0,
    entries,
  });
}

/** How many space-separated fields stand before the path of each kind of line. */
const fieldsBeforePath: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10, "?": 1 };
const kinds: Readonly<Record<string, StatusEntry["kind"]>> = {
  "1": "changed",
  "2": "renamed",
  u: "unmerged",
  "?": "untracked",
};

function parseEntry(letter: string, field: Buffer, from: Buffer | undefined): StatusEntry | undefined {
  const kind = kinds[letter];
  const start = afterSpaces(field, fieldsBeforePath[letter] ?? 0);
  if (kind === undefined || start === undefined) return undefined;
  const [index = "?", workTree = "?"] = kind === "untracked" ? [] : field.subarray(2, 4).toString();
  return {
    ...repoPath(field.subarray(start)),
    kind,
    index,
    workTree,
    ...(from === undefined ? {} : { from: repoPath(from) }),
  };
}

function afterSpaces(field: Buffer, count: number): number | undefined {
  let at = 0;
  for (let seen = 0; seen < count; seen += 1) {
    at = field.indexOf(0x20, at) + 1;
    if (at === 0) return undefined;
  }
  return at;
}

function unreadable(field: Buffer): Result<never> {
  return fail(
    "INTERNAL",
    `git status said something unknown: ${field.toString().slice(0, 200)}`,
    "Check that git on PATH is 2.38 or newer.",
  );
}
