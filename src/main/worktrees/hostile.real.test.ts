import { execFile } from "node:child_process";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as hostile from "../../../e2e/scenarios/hostile-repositories.ts";
import type { Make, Place } from "../../../e2e/scenarios/hostile-repositories.ts";
import { git as plainGit, scenarioEnvironment, temporaryFolder } from "../../../e2e/scenarios/repositories.ts";
import { unwrap, type ErrorCode, type Problem } from "../../contract/errors.ts";
import { emptyFleetState, type Project, type Workstream } from "../../contract/states.ts";
import { human, openFleet, type FleetStand } from "../fleet/test-stand.ts";
import { createGit, type Git } from "../git/git.ts";
import { openProjectRooms } from "../project-rooms.ts";
import { slugFrom } from "./names.ts";
import { createClearing, type Clearing } from "./clear.ts";
import { createVault, type Vault } from "./vault.ts";
import { createWorktrees, type Worktrees } from "./worktrees.ts";
import { prepareWritableRoots } from "./writable-roots.ts";

const run = promisify(execFile);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(() => folder.remove());

interface Stand {
  readonly folder: string;
  readonly home: string;
  readonly git: Git;
  readonly worktrees: Worktrees;
  readonly vault: Vault;
  readonly clearing: Clearing;
  readonly fleet: FleetStand;
  close(): Promise<void>;
}

let stands = 0;

/** The real git, worktrees, tracker and policy under a fleet whose agent does nothing. */
async function openStand(): Promise<Stand> {
  const own = path.join(folder.path, `${(stands += 1)}`);
  const home = path.join(own, "home");
  await mkdir(home, { recursive: true });
  const git = createGit({ env: scenarioEnvironment, folder: home });
  const root = path.join(home, "worktrees");
  const worktrees = createWorktrees({ root, git, patienceMs: 50 });
  const vault = createVault({ git, folder: path.join(home, "vault") });
  const clearing = createClearing({ root, git, vault });
  const fleet = await openFleet({
    from: emptyFleetState,
    deps: {
      git,
      worktrees,
      vault,
      clearing,
      plannedPath: (projectId, name) => path.join(root, projectId, name),
      nameFrom: slugFrom,
      prepareWritableRoots,
      openProject: (project, told) => openProjectRooms({ home, env: {} }, project, told),
    },
  });
  return {
    folder: own,
    home,
    git,
    worktrees,
    vault,
    clearing,
    fleet,
    async close() {
      await fleet.fleet.close();
      await worktrees.close();
      git.close();
      await rm(own, { recursive: true, force: true });
    },
  };
}

async function inStand(work: (stand: Stand) => Promise<void>): Promise<void> {
  const stand = await openStand();
  try {
    await work(stand);
  } finally {
    await stand.close();
  }
}

/** Waits until a workstream is at work or has given up; the row says why when it has. */
async function settled(stand: Stand, id: string): Promise<Workstream> {
  const isSettled = ({ phase, retryAt }: Workstream) =>
    phase === "working" || phase === "failed" || retryAt !== undefined;
  await vi.waitFor(() => expect(stand.fleet.row(id)).toSatisfy(isSettled), { timeout: 20_000, interval: 3 });
  return stand.fleet.row(id);
}

async function begin(stand: Stand, project: Project, place: Place): Promise<readonly Workstream[]> {
  const rows = unwrap(
    await stand.fleet.fleet.start(
      {
        projectId: project.id,
        text: "Do it",
        agent: "scripted",
        attempts: 2,
        ...(place.base === undefined ? {} : { base: place.base }),
      },
      human,
    ),
  );
  return Promise.all(rows.map((row) => settled(stand, row.id)));
}

/** What a user has in a repository, or what git says where it has none: no workstream may change any of it. */
async function belongings(root: string): Promise<readonly string[]> {
  const [refs, status, head] = await Promise.all([
    said(root, "for-each-ref"),
    said(root, "status", "--porcelain", "-z"),
    readFile(path.join(root, ".git", "HEAD"), "utf8").catch(() => ""),
  ]);
  return [refs.replaceAll(/^.*\trefs\/heads\/cox\/.*\n/gm, ""), status, head];
}

function said(root: string, ...args: string[]): Promise<string> {
  return plainGit(root, ...args).catch(() => "git cannot say");
}

/** What an author does: writes, stages and commits by itself. */
async function commitAsAuthor({ id, place }: Workstream): Promise<void> {
  expect(await plainGit(place.path, "status", "--porcelain")).toBe("");
  await writeFile(path.join(place.path, "worked ünï.txt"), "work\n");
  await plainGit(place.path, "add", "--sparse", "worked ünï.txt");
  await plainGit(place.path, "commit", "--quiet", "--no-verify", "-m", `Work of ${id}`);
}

async function shownFiles(stand: Stand, row: Workstream): Promise<readonly string[]> {
  const shown = unwrap(await stand.fleet.fleet.diff(row.id, { patch: true }));
  return shown.files.map(({ path: name }) => name).toSorted();
}

/** Deleting asks for nothing while all is committed, and the vault gives the branch back. */
async function remove(
  stand: Stand,
  project: Project,
  row: Workstream,
  outcome: "deleted" | "refused" = "deleted",
): Promise<void> {
  const { place } = row;
  const at = {
    project: { id: project.id, root: project.root, gitDir: project.gitDir, commonDir: project.gitDir, bare: false },
    workstreamId: row.id,
    path: place.path,
    adminDir: place.gitDir ?? "",
    name: row.name,
    about: row.name,
  };
  const asked = unwrap(await stand.clearing.remove(at, false));
  expect(asked.kind).toBe(outcome);
  if (outcome === "refused") unwrap(await stand.clearing.remove(at, true));
  expect(await isThere(place.path)).toBe(false);
  expect(unwrap(await stand.vault.restore(at))).toEqual([place.branch]);
  expect(await plainGit(project.root, "log", "-1", "--format=%s", place.branch)).toBe(`Work of ${row.id}\n`);
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Opens, starts two, commits in both, shows, deletes one; the other and the user's own things stay as they were. */
async function works(stand: Stand, make: Make): Promise<void> {
  const place = await make(stand.folder);
  const before = await belongings(place.path);
  const project = unwrap(await stand.fleet.fleet.openProject(place.path, human));
  const [first, second] = await begin(stand, project, place);
  if (first === undefined || second === undefined) throw new Error("nothing was started");
  expect([first, second].map(({ phase, reason }) => ({ phase, reason }))).toEqual([
    { phase: "working", reason: undefined },
    { phase: "working", reason: undefined },
  ]);
  for (const row of [first, second]) {
    await commitAsAuthor(row);
    expect(await shownFiles(stand, row)).toEqual(["worked ünï.txt"]);
  }
  await remove(stand, project, first);
  expect(await shownFiles(stand, second)).toEqual(["worked ünï.txt"]);
  expect(await belongings(place.path)).toEqual(before);
}

interface Refusal {
  readonly at: "open" | "start" | "set-up";
  readonly code?: ErrorCode;
  readonly says: RegExp;
  readonly next: RegExp;
}

/** Refused with a next step; no worktree, no branch and no folder is left of it. */
async function refuses(stand: Stand, make: Make, refusal: Refusal): Promise<void> {
  const place = await make(stand.folder);
  const before = await belongings(place.path);
  expect(await refusedAt(stand, place)).toEqual({
    at: refusal.at,
    ...(refusal.code === undefined ? {} : { code: refusal.code }),
    says: expect.stringMatching(refusal.says),
    next: expect.stringMatching(refusal.next),
  });
  expect(await belongings(place.path)).toEqual(before);
  const trees = path.join(stand.home, "worktrees");
  const left = await readdir(trees, { recursive: true }).catch(() => []);
  expect(left.filter((name) => name.includes("/"))).toEqual([]);
  expect(await said(place.path, "for-each-ref")).not.toMatch(/\trefs\/heads\/cox\//);
}

async function refusedAt(stand: Stand, place: Place): Promise<Record<string, string>> {
  const opened = await stand.fleet.fleet.openProject(place.path, human);
  if (!opened.ok) return described("open", opened.error);
  const started = await stand.fleet.fleet.start(
    {
      projectId: opened.value.id,
      text: "Do it",
      agent: "scripted",
      attempts: 1,
      ...(place.base === undefined ? {} : { base: place.base }),
    },
    human,
  );
  if (!started.ok) return described("start", started.error);
  const row = await settled(stand, started.value[0]?.id ?? "");
  return { at: row.phase === "working" ? row.phase : "set-up", says: row.reason ?? "", next: row.reason ?? "" };
}

function described(where: Refusal["at"], { code, message, next }: Problem): Record<string, string> {
  return { at: where, code, says: message, next };
}

const taking: Readonly<Record<string, Make>> = {
  "a branch with an emoji as its default": hostile.defaultBranch("🚀/launch"),
  "a branch written from right to left": hostile.defaultBranch("\u202eמשהו"),
  "a branch in composed letters as base": hostile.base("caf\u00e9"),
  "a branch in decomposed letters as base": hostile.base("cafe\u0301"),
  "a branch name of 250 bytes": hostile.base("b".repeat(245)),
  "a branch with quotes and a substitution": hostile.base("a'b\"c$(touch-pwned);`x`&|<>"),
  "a branch with a space that is none of ASCII": hostile.base("no\u00a0break"),
  "a branch that reads as an option": hostile.base("-x"),
  "a default branch that reads as an option": hostile.defaultBranch("--output=x"),
  "a branch called HEAD": hostile.repository((root) => plainGit(root, "update-ref", "refs/heads/HEAD", "HEAD")),
  "a branch that reads as an object id": hostile.base("deadbeefdeadbeefdeadbeefdeadbeefdeadbeef"),
  "a remote default without a local branch": hostile.noLocalDefault,
  "ten thousand branches": hostile.tenThousandBranches,
  "a head without a commit beside branches that have some": hostile.unbornHead,
  "a path with spaces and letters of many scripts": hostile.at("my pröject 日本 🙂"),
  "a path with quotes and a substitution": hostile.at("a'b\"c$(touch pwned);x&y"),
  "a path that reads as an option": hostile.at("--exec=x"),
  "a path with colons, percent signs and a backslash": hostile.at("C:\\a%20b#c?d:e*[x]"),
  "a path with spaces at its end": hostile.at("trailing  "),
  "a symbolic link to it": hostile.viaSymbolicLink,
  "paths that are hostile": hostile.hostilePaths,
  "names that clash where case does not count": hostile.caseClashes,
  "a git directory elsewhere": hostile.separateGitDir,
  "a submodule": hostile.submodule,
  "a submodule that is not initialised": hostile.submoduleNotInitialised,
  "a submodule of another one as the project": hostile.insideSubmodule,
  "LFS pointers and no LFS": hostile.lfsPointers,
  "a sparse checkout by folders": hostile.sparse("--cone", "one"),
  "a sparse checkout by patterns": hostile.sparse("--no-cone", "/README.md", "/two/"),
  "a shallow clone": hostile.shallow,
  "a partial clone offline, where all of the base was fetched": hostile.partialOffline,
  "ids of SHA-256": hostile.sha256,
  "refs in one packed file": hostile.packedRefs,
  "objects borrowed from another repository": hostile.borrowedObjects,
  "a repository inside it": hostile.nested,
  "locks that a dead git left in the main checkout": hostile.locked,
  "a damaged index of the main checkout": hostile.damagedIndex,
  "core.worktree naming its own folder": hostile.setting(["core.worktree", ".."]),
  "file modes that are not looked at": hostile.setting(["core.fileMode", "false"], ["core.symlinks", "false"]),
  "a split index": hostile.setting(["core.splitIndex", "true"]),
  "settings for many files": hostile.setting(["feature.manyFiles", "true"]),
  "settings that change what git prints": hostile.setting(
    ["status.showUntrackedFiles", "no"],
    ["status.relativePaths", "true"],
    ["diff.noprefix", "true"],
    ["core.abbrev", "4"],
    ["color.ui", "always"],
    ["column.ui", "always"],
    ["worktree.guessRemote", "true"],
    ["branch.autoSetupMerge", "always"],
  ),
  "lines turned into those of Windows": hostile.lineEnds("core.autocrlf", "true"),
  "lines turned into those of Unix": hostile.lineEnds("core.autocrlf", "input"),
  "a tracked file of 96 MB": hostile.hugeTracked,
};

const refusing: Readonly<Record<string, readonly [Make, Refusal]>> = {
  "a folder that is no repository": [
    hostile.emptyFolder,
    { at: "open", code: "NOT_FOUND", says: /not a git repository/, next: /git init/ },
  ],
  "a file": [hostile.aFile, { at: "open", code: "NOT_FOUND", says: /no folder/, next: /Choose the folder/ }],
  "a bare repository": [hostile.bare, { at: "open", code: "CONFLICT", says: /is bare/, next: /^Open a clone/ }],
  "a main checkout that calls itself bare": [
    hostile.setting(["core.bare", "true"]),
    { at: "open", code: "CONFLICT", says: /is bare/, next: /unset `core\.bare`/ },
  ],
  "a repository without a commit": [
    hostile.repository(undefined, []),
    { at: "open", code: "CONFLICT", says: /no commit/, next: /first commit/ },
  ],
  "a linked worktree": [
    hostile.linkedWorktree,
    { at: "open", code: "CONFLICT", says: /linked worktree/, next: /main checkout it belongs to: .*\/repo$/ },
  ],
  "a linked worktree of a bare repository": [
    hostile.linkedWorktreeOfBare,
    { at: "open", code: "CONFLICT", says: /linked worktree/, next: /clone if its repository is bare/ },
  ],
  "a folder of a .git directory": [
    hostile.insideGitDir,
    { at: "open", code: "BAD_REQUEST", says: /inside a \.git/, next: /holds the work tree/ },
  ],
  "a repository whose work tree is elsewhere": [
    hostile.workTreeElsewhere,
    { at: "open", code: "BAD_REQUEST", says: /work tree is elsewhere/, next: /core\.worktree/ },
  ],
  "a git directory that lies beside its work tree": [
    hostile.gitDirBesideWorkTree,
    { at: "open", code: "NOT_FOUND", says: /no \.git of its own/, next: /open a clone/ },
  ],
  "a folder whose path has a line break": [
    hostile.at("two\nlines"),
    { at: "open", code: "BAD_REQUEST", says: /line break/, next: /plain path/ },
  ],
  "a folder whose path is not UTF-8": [
    hostile.folderThatIsNotUtf8,
    { at: "open", code: "BAD_REQUEST", says: /not UTF-8/, next: /plain path/ },
  ],
  "a .git file that leads nowhere": [
    hostile.gitFileToNowhere,
    { at: "open", code: "UNAVAILABLE", says: /not at .*nowhere/, next: /Put the repository back/ },
  ],
  "a damaged HEAD": [
    hostile.damagedHead,
    { at: "open", code: "CONFLICT", says: /does not take for a repository/, next: /\.git\/HEAD/ },
  ],
  "a format that git is too old for": [
    hostile.unknownExtension,
    { at: "open", code: "UNAVAILABLE", says: /too old/, next: /newer git/ },
  ],
  "a damaged commit": [hostile.damagedObject("HEAD"), { at: "set-up", says: /missing or damaged/, next: /git fsck/ }],
  "a damaged folder": [
    hostile.damagedObject("HEAD^{tree}"),
    { at: "set-up", says: /missing or damaged/, next: /git fsck/ },
  ],
  "a damaged file": [
    hostile.damagedObject("HEAD:README.md"),
    { at: "set-up", says: /missing or damaged/, next: /git fsck/ },
  ],
  "a file that is missing": [
    hostile.missingObject("HEAD:README.md"),
    { at: "set-up", says: /missing or damaged/, next: /git fsck/ },
  ],
  "files that were never fetched, offline": [
    hostile.partialOfflineOld,
    { at: "set-up", says: /partial clone/, next: /when it can be reached/ },
  ],
  "a branch `cox` where its own branches go": [
    hostile.repository((root) => plainGit(root, "branch", "cox")),
    { at: "set-up", says: /branch cox is in the way/, next: /git branch -m cox/ },
  ],
  "a packed branch `cox`": [
    hostile.repository(async (root) => {
      await plainGit(root, "branch", "cox");
      await plainGit(root, "pack-refs", "--all");
    }),
    { at: "set-up", says: /branch cox is in the way/, next: /git branch -m cox/ },
  ],
  "a base that is a range": [
    async (own) => ({ ...(await hostile.repository()(own)), base: "main..main" }),
    { at: "start", code: "BAD_REQUEST", says: /main\.\.main/, next: /Name a branch/ },
  ],
  "a base that asks for an upstream": [
    async (own) => ({ ...(await hostile.repository()(own)), base: "@{u}" }),
    { at: "start", code: "BAD_REQUEST", says: /@\{u\}/, next: /Name a branch/ },
  ],
  "a base with a line break": [
    async (own) => ({ ...(await hostile.repository()(own)), base: "main\n--all" }),
    { at: "start", code: "BAD_REQUEST", says: /main\\n--all/, next: /Name a branch/ },
  ],
  "a base that reads as an option": [
    async (own) => ({ ...(await hostile.repository()(own)), base: "--all" }),
    { at: "start", code: "BAD_REQUEST", says: /--all/, next: /Name a branch/ },
  ],
  "a base that is not there": [
    async (own) => ({ ...(await hostile.repository()(own)), base: "nowhere" }),
    { at: "start", code: "NOT_FOUND", says: /does not exist/, next: /git fetch/ },
  ],
};

describe.concurrent("a workstream in a repository with", () => {
  it.each(Object.entries(taking))("%s", (_, make) => inStand((stand) => works(stand, make)));
});

describe.concurrent("refused with a next step, and nothing left behind:", () => {
  it.each(Object.entries(refusing))("%s", (_, [make, refusal]) => inStand((stand) => refuses(stand, make, refusal)));
});

describe("a repository that belongs to somebody else", () => {
  it.skipIf(process.getuid?.() !== 0)("is refused with the setting that would trust it", async () => {
    await inStand(async (stand) => {
      const { path: root } = await hostile.ownedBySomebodyElse(stand.folder);
      expect(await stand.fleet.fleet.openProject(root, human)).toMatchObject({
        ok: false,
        error: { code: "FORBIDDEN", next: `If you trust it, run: git config --global --add safe.directory '${root}'` },
      });
    });
  });
});

describe("a tag and a branch of one name", () => {
  it("stand for the branch", async () => {
    await inStand(async (stand) => {
      const place = await hostile.branchAndTag(stand.folder);
      const project = unwrap(await stand.fleet.fleet.openProject(place.path, human));
      for (const base of [undefined, "main"]) {
        const [row] = await begin(stand, project, { path: place.path, ...(base === undefined ? {} : { base }) });
        expect(await isThere(path.join(row?.place.path ?? "", "newer"))).toBe(true);
      }
    });
  });
});

describe("files whose line ends their own attributes forbid", () => {
  it("are what git says they are, and no workstream fails of it", async () => {
    await inStand(async (stand) => {
      const { project, rows } = await underWay(stand, hostile.notNormalised);
      expect(rows.map(({ phase }) => phase)).toEqual(["working", "working"]);
      expect(project.root).toContain("repo");
    });
  });
});

interface UnderWay {
  readonly project: Project;
  readonly rows: readonly Workstream[];
  readonly row: Workstream;
}

/** Two workstreams at work, each with a commit. */
async function underWay(stand: Stand, make: Make): Promise<UnderWay> {
  const place = await make(stand.folder);
  const project = unwrap(await stand.fleet.fleet.openProject(place.path, human));
  const rows = await begin(stand, project, place);
  const [row] = rows;
  if (row === undefined) throw new Error("nothing was started");
  return { project, rows, row };
}

describe.concurrent("while workstreams run", () => {
  it("a repository may be moved and moved back", async () => {
    await inStand(async (stand) => {
      const { project, row } = await underWay(stand, hostile.repository());
      await commitAsAuthor(row);
      await rename(project.root, `${project.root}-moved`);
      expect(await stand.fleet.fleet.diff(row.id, { patch: true })).toMatchObject({
        ok: false,
        error: {
          code: "UNAVAILABLE",
          message: expect.stringContaining(project.gitDir),
          next: expect.stringMatching(/Put the repository back/),
        },
      });
      const refused = await refusedAt(stand, { path: project.root });
      expect(refused).toMatchObject({ at: "open", code: "NOT_FOUND", next: expect.stringMatching(/moved/) });
      await rename(`${project.root}-moved`, project.root);
      expect(await shownFiles(stand, row)).toEqual(["worked ünï.txt"]);
      expect(stand.fleet.row(row.id).phase).toBe("working");
    });
  });

  it("a repository that is removed takes nothing with it from the worktrees", async () => {
    await inStand(async (stand) => {
      const { project, row } = await underWay(stand, hostile.repository());
      await writeFile(path.join(row.place.path, "worked ünï.txt"), "work\n");
      await rm(project.root, { recursive: true, maxRetries: 3 });
      const shown = await stand.fleet.fleet.diff(row.id, { patch: true });
      expect(shown).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
      expect(shown.ok ? "" : shown.error.next).toContain(row.place.path);
      expect(await readFile(path.join(row.place.path, "worked ünï.txt"), "utf8")).toBe("work\n");
    });
  });

  it("a worktree whose folder is gone says so, and the others go on", async () => {
    await inStand(async (stand) => {
      const { rows, row } = await underWay(stand, hostile.repository());
      for (const each of rows) await commitAsAuthor(each);
      await rm(row.place.path, { recursive: true });
      expect(await stand.fleet.fleet.diff(row.id, { patch: true })).toMatchObject({
        ok: false,
        error: {
          code: "NOT_FOUND",
          message: expect.stringContaining(row.place.path),
          next: expect.stringMatching(/branch/),
        },
      });
      expect(await shownFiles(stand, rows[1] ?? row)).toEqual(["worked ünï.txt"]);
    });
  });

  it("a locked, a damaged and a missing index of one worktree stay its own trouble", async () => {
    await inStand(async (stand) => {
      const { rows, row } = await underWay(stand, hostile.repository());
      for (const each of rows) await commitAsAuthor(each);
      const index = path.join(row.place.gitDir ?? "", "index");
      await writeFile(`${index}.lock`, "");
      await writeFile(path.join(row.place.path, "new.txt"), "x");
      expect(await shownFiles(stand, row)).toEqual(["new.txt", "worked ünï.txt"]);
      const author = { name: "Ada", email: "ada@example.com" };
      const at = { path: row.place.path, gitDir: row.place.gitDir ?? "" };
      const commit = { branch: row.place.branch, message: "More", author };
      expect(await stand.git.commit(at, commit)).toMatchObject({
        ok: false,
        error: { code: "CONFLICT", next: expect.stringContaining("index.lock") },
      });
      await rm(`${index}.lock`);
      await writeFile(index, "not an index");
      expect(await stand.fleet.fleet.diff(row.id, { patch: true })).toMatchObject({
        ok: false,
        error: { code: "UNAVAILABLE", next: expect.stringContaining("git reset") },
      });
      await rm(index);
      await plainGit(row.place.path, "reset", "--quiet");
      expect(await shownFiles(stand, row)).toEqual(["new.txt", "worked ünï.txt"]);
      expect(await shownFiles(stand, rows[1] ?? row)).toEqual(["worked ünï.txt"]);
    });
  });

  it("an author may initialise submodules, and deleting asks before they go", async () => {
    await inStand(async (stand) => {
      const { project, row } = await underWay(stand, hostile.submoduleNotInitialised);
      await plainGit(row.place.path, "-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init");
      await commitAsAuthor(row);
      expect(await shownFiles(stand, row)).toEqual(["worked ünï.txt"]);
      await remove(stand, project, row, "refused");
    });
  });

  it("a file of 20 GB that an author left, a repository and a pipe are shown without being read", async () => {
    await inStand(async (stand) => {
      const { row } = await underWay(stand, hostile.repository());
      await hostile.hugeFile(path.join(row.place.path, "huge.bin"));
      await hostile.repository()(row.place.path);
      expect(await shownFiles(stand, row)).toEqual(["huge.bin"]);
    });
  });
});

const lfs = await run("git", ["lfs", "version"]).then(
  () => true,
  () => false,
);

describe.skipIf(lfs)(`LFS that is asked for and not installed${lfs ? " (SKIPPED: it is installed)" : ""}`, () => {
  it("is refused with what to install, and nothing is left behind", async () => {
    const refusal = { at: "set-up", says: /the filter .*lfs/, next: /git-lfs/ } as const;
    await inStand((stand) => refuses(stand, hostile.lfsRequired, refusal));
  });
});

describe("a filter that is not git-lfs", () => {
  it("is not run, and no workstream fails of it", async () => {
    await inStand(async (stand) => {
      const { rows } = await underWay(stand, hostile.otherFilter);
      expect(rows.map(({ phase }) => phase)).toEqual(["working", "working"]);
    });
  });
});

const reftable = await run("git", ["init", "--ref-format=reftable", "/nonexistent/x"]).then(
  () => true,
  (thrown: unknown) => !/unknown option/.test(String(thrown)),
);

describe.skipIf(!reftable)(`refs in one table${reftable ? "" : " (SKIPPED: git here is older than 2.45)"}`, () => {
  it("works, or says what to do where an author is to be confined", async () => {
    await inStand(async (stand) => {
      const { row } = await underWay(stand, hostile.reftable);
      const confined = { commonDir: path.join(stand.folder, "repo", ".git"), adminDir: row.place.gitDir ?? "" };
      expect(await prepareWritableRoots({ ...confined, workstreamId: row.id })).toMatchObject({
        ok: false,
        error: { next: expect.stringContaining("git refs migrate") },
      });
    });
  });
});

const cramped = fileURLToPath(new URL("../../../e2e/scenarios/cramped-worktrees.ts", import.meta.url));
/** Mounts that nobody else sees need Linux, and a root that the machine lets mount. */
const mounts = await run("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).then(
  () => true,
  () => false,
);

describe.skipIf(!mounts)(`a disk that takes nothing${mounts ? "" : " (SKIPPED: no private mounts here)"}`, () => {
  it.each([
    ["home", "full", "DISK_FULL", /full/],
    ["repo", "full", "DISK_FULL", /full/],
    ["home", "read-only", "FORBIDDEN", /read-only|Nothing can be written/],
    ["repo", "read-only", "FORBIDDEN", /read-only/],
  ])("that of the %s, %s, leaves nothing half made and harms nobody", async (where, trouble, code, says) => {
    const own = path.join(folder.path, `${where}-${trouble}`);
    await mkdir(own);
    const args = ["-m", process.execPath, cramped, own, where, trouble];
    const { stdout } = await run("unshare", args, { timeout: 60_000 });
    const told: unknown = JSON.parse(stdout);
    expect(told).toEqual({
      first: {
        ok: false,
        error: expect.objectContaining({
          code,
          message: expect.stringMatching(says),
          next: expect.stringMatching(/./),
        }),
      },
      left: { folders: ["cramped"], registered: 1, branches: ["refs/heads/cox/w0/cramped"], neighbour: "" },
      clean: "",
    });
  });
});
