import { isUtf8 } from "node:buffer";
import { access } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Problem, type Result } from "../../contract/errors.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

/** What a folder turns out to be; every path is absolute and free of symbolic links. */
export interface RepositoryFacts {
  /** Top folder of the work tree; the repository itself when it is bare. */
  readonly root: string;
  /** This checkout's git directory: an admin directory when the folder is a linked worktree. */
  readonly gitDir: string;
  /** What all worktrees share: objects, refs, configuration. */
  readonly commonDir: string;
  readonly bare: boolean;
  readonly linkedWorktree: boolean;
  /** There is no commit yet to start work from. */
  readonly empty: boolean;
  /** The checked-out branch, also when it has no commit yet; absent when the head is detached. */
  readonly branch?: string;
  /** The checked-out commit; absent when there is none yet. */
  readonly head?: string;
  /** Where work starts and lands, as a short name; absent when nothing says. */
  readonly defaultBranch?: string;
  readonly shallow: boolean;
  readonly sparse: boolean;
  readonly submodules: boolean;
  /** Whether git knows whom to attribute commits to. */
  readonly identity: boolean;
}

/** Reads what the fleet must know about a repository before it works in it; `folder` may be anywhere inside. */
export async function facts(git: GitTools, folder: string): Promise<Result<RepositoryFacts>> {
  const place = await locate(git, folder);
  if (!place.ok) return place;
  const at = { path: place.value.root, gitDir: place.value.gitDir };
  const [settings, refs, submodules] = await Promise.all([
    readSettings(git, at),
    readRefs(git, at),
    exists(path.join(at.path, ".gitmodules")),
  ]);
  if (!settings.ok) return settings;
  if (!refs.ok) return refs;
  const { branch, head } = refs.value;
  const defaultBranch = defaultBranchOf(refs.value);
  return ok({
    ...place.value,
    empty: head === undefined && refs.value.branches.size === 0,
    ...(branch === undefined ? {} : { branch }),
    ...(head === undefined ? {} : { head }),
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    sparse: settings.value.get("core.sparsecheckout") === "true",
    submodules,
    identity: settings.value.has("user.name") && settings.value.has("user.email"),
  });
}

type Located = Pick<RepositoryFacts, "root" | "gitDir" | "commonDir" | "bare" | "linkedWorktree" | "shallow">;

const questions = [
  "--path-format=absolute",
  "--git-dir",
  "--git-common-dir",
  "--is-bare-repository",
  "--is-inside-work-tree",
  "--is-inside-git-dir",
  "--is-shallow-repository",
];

async function locate(git: GitTools, folder: string): Promise<Result<Located>> {
  const answers = await git.run({ at: { path: folder }, args: ["rev-parse", ...questions] });
  if (!answers.ok) return (await explainDamage(folder, answers.error)) ?? answers;
  if (!isUtf8(answers.value.stdout)) {
    return fail("BAD_REQUEST", "The path of this repository is not UTF-8.", "Move it to a plain path, then open it.");
  }
  const lines = answers.value.stdout.toString().trimEnd().split("\n");
  const [gitDir, commonDir, bare, insideWorkTree, insideGitDir, shallow, ...rest] = lines;
  if (gitDir === undefined || commonDir === undefined || shallow === undefined || rest.length > 0) {
    return fail("BAD_REQUEST", "The path of this repository has a line break in it.", "Move it to a plain path.");
  }
  const common = { gitDir, commonDir, linkedWorktree: gitDir !== commonDir, shallow: shallow === "true" };
  if (bare === "true") return ok({ ...common, root: gitDir, bare: true });
  if (insideGitDir === "true") {
    return fail(
      "BAD_REQUEST",
      `${folder} lies inside a .git directory.`,
      "Choose the folder that holds the work tree.",
    );
  }
  if (insideWorkTree !== "true") {
    return fail(
      "BAD_REQUEST",
      `${folder} has a repository whose work tree is elsewhere.`,
      "`git config core.worktree` says where; unset it, or open a clone.",
    );
  }
  const top = await git.run({
    at: { path: folder },
    args: ["rev-parse", "--path-format=absolute", "--show-toplevel"],
  });
  return top.ok ? ok({ ...common, root: top.value.stdout.toString().replace(/\n$/, ""), bare: false }) : top;
}

/** Git takes no folder for a repository whose `HEAD` it cannot read. */
async function explainDamage(folder: string, { code, cause }: Problem): Promise<Result<never> | undefined> {
  const head = path.join(folder, ".git", "HEAD");
  if (code !== "NOT_FOUND" || !(await exists(head))) return undefined;
  return fail(
    "CONFLICT",
    `${folder} has a .git directory that git does not take for a repository.`,
    `Look at ${head}: it has to say \`ref: refs/heads/BRANCH\`, or hold the id of a commit.`,
    cause,
  );
}

const settingNames = "^(user\\.name|user\\.email|core\\.sparsecheckout)$";

async function readSettings(git: GitTools, at: Checkout): Promise<Result<Map<string, string>>> {
  const listed = await git.run({ at, args: ["config", "--null", "--get-regexp", settingNames], answers: [0, 1] });
  if (!listed.ok) return listed;
  const settings = new Map<string, string>();
  for (const entry of listed.value.stdout.toString().split("\0")) {
    const [name, value] = entry.split("\n", 2);
    if (name !== undefined && value !== undefined && value !== "") settings.set(name, value);
  }
  return ok(settings);
}

interface Refs {
  readonly branch?: string;
  readonly head?: string;
  readonly remoteDefault?: string;
  readonly branches: ReadonlySet<string>;
}

async function readRefs(git: GitTools, at: Checkout): Promise<Result<Refs>> {
  const [head, branch, listed] = await Promise.all([
    git.run({ at, args: ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], answers: [0, 1, 128] }),
    git.run({ at, args: ["symbolic-ref", "--quiet", "HEAD"], answers: [0, 1] }),
    git.run({
      at,
      args: ["for-each-ref", "--format=%(refname)%00%(symref)", "refs/heads", "refs/remotes/origin/HEAD"],
    }),
  ]);
  if (!head.ok) return head;
  if (!branch.ok) return branch;
  if (!listed.ok) return listed;
  const refs = new Map(
    listed.value.stdout
      .toString()
      .split("\n")
      .map((line) => line.split("\0"))
      .map(([name = "", target = ""]) => [name, target]),
  );
  const headId = head.value.stdout.toString().trim();
  const branchName = shortened(branch.value.stdout.toString().trim(), "refs/heads/");
  const remoteDefault = shortened(refs.get("refs/remotes/origin/HEAD") ?? "", "refs/remotes/origin/");
  return ok({
    ...(headId === "" ? {} : { head: headId }),
    ...(branchName === undefined ? {} : { branch: branchName }),
    ...(remoteDefault === undefined ? {} : { remoteDefault }),
    branches: new Set([...refs.keys()].flatMap((name) => shortened(name, "refs/heads/") ?? [])),
  });
}

/** What the remote calls its default, which need not be checked out here; else the usual names, else what is checked out. */
function defaultBranchOf(refs: Refs): string | undefined {
  const { remoteDefault, branches } = refs;
  if (remoteDefault !== undefined) return branches.has(remoteDefault) ? remoteDefault : `origin/${remoteDefault}`;
  return ["main", "master", "trunk"].find((name) => branches.has(name)) ?? refs.branch;
}

function shortened(ref: string, prefix: string): string | undefined {
  return ref.startsWith(prefix) ? ref.slice(prefix.length) : undefined;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
