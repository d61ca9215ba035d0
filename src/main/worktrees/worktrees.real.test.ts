import { execFile } from "node:child_process";
import { lstat, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitFiles,
  git as plainGit,
  hostileFiles,
  makeRepository,
  manyFiles,
  scenarioEnvironment,
  temporaryFolder,
  writeFiles,
} from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import { createGit, type Git } from "../git/git.ts";
import type { CreateRequest, Worktree } from "./create.ts";
import type { Project } from "./project.ts";
import { createWorktrees, type Worktrees } from "./worktrees.ts";
import { prepareWritableRoots } from "./writable-roots.ts";

const run = promisify(execFile);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let worktrees: Worktrees;
let project: Project;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: folder.path });
  worktrees = createWorktrees({ root: path.join(folder.path, "worktrees"), git });
  project = await openProject(await makeRepository(path.join(folder.path, "repo")));
});

afterEach(async () => {
  git.close();
  await folder.remove();
});

async function openProject(root: string): Promise<Project> {
  return { ...unwrap(await git.facts(root)), id: "p1" };
}

function request(over: Partial<CreateRequest> = {}): CreateRequest {
  return { project, base: "main", slug: "fix-login", workstreamId: "w1", ...over };
}

async function create(over: Partial<CreateRequest> = {}): Promise<Worktree> {
  return unwrap(await worktrees.create(request(over)));
}

function place(...names: string[]): string {
  return path.join(folder.path, "worktrees", "p1", ...names);
}

describe("creating a worktree", () => {
  it("gives branch, folder and id three different names and checks out the base", async () => {
    const made = await create();
    expect(made).toEqual({
      path: place("fix-login"),
      branch: "cox/w1/fix-login",
      baseCommit: (await plainGit(project.root, "rev-parse", "main")).trim(),
      folder: "fix-login",
      adminDir: path.join(project.commonDir, "worktrees", "fix-login"),
    });
    expect(await plainGit(made.path, "status", "--porcelain", "--branch")).toBe("## cox/w1/fix-login\n");
    expect(await plainGit(project.root, "config", "--list", "--local")).not.toContain("cox/w1");
  });

  it("puts a number behind a folder that is taken, by git or by anything else", async () => {
    await create();
    expect((await create({ workstreamId: "w2" })).folder).toBe("fix-login-2");
    await mkdir(place("fix-login-3"));
    await writeFile(place("fix-login-3", "precious"), "x");
    const third = await create({ workstreamId: "w3" });
    expect(third).toMatchObject({ folder: "fix-login-4", branch: "cox/w3/fix-login" });
    expect(await readFile(place("fix-login-3", "precious"), "utf8")).toBe("x");
  });

  it("answers the same worktree when asked again, also at the same time", async () => {
    const [one, two] = await Promise.all([create(), create()]);
    expect(two).toEqual(one);
    await commitFiles(one.path, [["work", "x"]], "Work");
    await commitFiles(project.root, [["later", "x"]], "Main moves on");
    expect(await create({ slug: "another-title" })).toEqual(one);
    expect(await readFile(path.join(one.path, "work"), "utf8")).toBe("x");
  });

  it("makes fifteen at once on one repository", async () => {
    await commitFiles(project.root, manyFiles(300), "Many");
    const made = await Promise.all(Array.from({ length: 15 }, (_, index) => create({ workstreamId: `w${index}` })));
    expect(new Set(made.map(({ path: where }) => where)).size).toBe(15);
    const states = await Promise.all(made.map(({ path: where }) => plainGit(where, "status", "--porcelain")));
    expect(states.join("")).toBe("");
    await plainGit(project.root, "fsck", "--strict");
  });

  it("works below a symbolic link, with spaces and unicode around it", async () => {
    const real = path.join(folder.path, "real ünï dir");
    await mkdir(real);
    await symlink(real, path.join(folder.path, "link"));
    project = await openProject(await makeRepository(path.join(real, "my repo"), hostileFiles));
    worktrees = createWorktrees({ root: path.join(folder.path, "link", "trees"), git });
    const made = await create();
    expect(made.path).toBe(path.join(real, "trees", "p1", "fix-login"));
    expect(await plainGit(made.path, "status", "--porcelain")).toBe("");
    expect(await create()).toEqual(made);
  });

  it("starts from a detached head's project and from a bare repository", async () => {
    await plainGit(project.root, "checkout", "--quiet", "--detach");
    await create();
    await plainGit(folder.path, "clone", "--quiet", "--bare", "repo", "bare.git");
    project = { ...(await openProject(path.join(folder.path, "bare.git"))), id: "p2" };
    const made = await create();
    expect(await plainGit(made.path, "status", "--porcelain")).toBe("");
  });

  it("never fetches, and says what to do when the base is unknown or there is no commit", async () => {
    await plainGit(project.root, "remote", "add", "origin", "ssh://nowhere.invalid/x");
    const unknown = await worktrees.create(request({ base: "origin/main" }));
    expect(unknown).toMatchObject({
      ok: false,
      error: {
        code: "NOT_FOUND",
        message: expect.stringContaining("origin/main"),
        next: expect.stringContaining("git fetch"),
      },
    });
    project = await openProject(await makeRepository(path.join(folder.path, "empty"), []));
    expect(await worktrees.create(request())).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    expect(await readdir(path.join(folder.path, "worktrees"))).toEqual([]);
  });

  it("refuses names that would be paths, options or other refs", async () => {
    for (const over of [
      { slug: "../../x" },
      { slug: "-f" },
      { slug: "" },
      { workstreamId: "a/b" },
      { workstreamId: ".." },
      { base: "--upload-pack=touch pwned" },
      { base: "main..main" },
      { base: "@{-1}" },
      { project: { ...project, id: "../p" } },
    ]) {
      expect(await worktrees.create(request(over))).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
    }
  });

  it("runs no hook of the repository", async () => {
    const hook = path.join(project.gitDir, "hooks", "post-checkout");
    await writeFile(hook, `#!/bin/sh\ntouch ${folder.path}/pwned\n`, { mode: 0o755 });
    await create();
    await expect(stat(path.join(folder.path, "pwned"))).rejects.toThrow("ENOENT");
  });
});

describe("creating again after a crash", () => {
  it("fills the empty folder that was claimed", async () => {
    await mkdir(place("fix-login"), { recursive: true });
    expect((await create()).folder).toBe("fix-login");
  });

  it("checks out the branch that was made, with the commits it has", async () => {
    const base = (await plainGit(project.root, "rev-parse", "HEAD")).trim();
    await plainGit(project.root, "switch", "--quiet", "-c", "cox/w1/fix-login");
    await commitFiles(project.root, [["work", "x"]], "Work");
    await plainGit(project.root, "switch", "--quiet", "main");
    const made = await create();
    expect(made.baseCommit).toBe(base);
    expect(await readFile(path.join(made.path, "work"), "utf8")).toBe("x");
  });

  it("makes a folder anew that is registered but gone, and only that one", async () => {
    const made = await create();
    const other = await create({ workstreamId: "w2", slug: "other" });
    await commitFiles(made.path, [["work", "x"]], "Work");
    await rm(made.path, { recursive: true });
    await rename(other.path, `${other.path}-on-another-disk`);
    expect(await create()).toEqual(made);
    expect(await readFile(path.join(made.path, "work"), "utf8")).toBe("x");
    await rename(`${other.path}-on-another-disk`, other.path);
    expect(await plainGit(other.path, "status", "--porcelain")).toBe("");
  });

  it("makes a folder anew that the user had git remove, and leaves the branch alone where it is checked out by hand", async () => {
    const made = await create();
    await commitFiles(made.path, [["work.txt", "work\n"]], "Work");
    await plainGit(project.root, "worktree", "remove", made.path);
    expect(await worktrees.isMissing(made.path)).toBe(true);
    const again = await create();
    expect(again.path).toBe(made.path);
    expect(await readFile(path.join(again.path, "work.txt"), "utf8")).toBe("work\n");
    await plainGit(project.root, "worktree", "move", again.path, path.join(folder.path, "mine"));
    expect(await worktrees.create(request())).toMatchObject({
      ok: false,
      error: { code: "CONFLICT", message: expect.stringContaining(path.join(folder.path, "mine")) },
    });
  });

  it("leaves a folder alone that git no longer knows, and starts beside it", async () => {
    const made = await create();
    await writeFiles(made.path, [["uncommitted", "precious"]]);
    await rm(made.adminDir, { recursive: true });
    const again = await create();
    expect(again.folder).toBe("fix-login-2");
    expect(await readFile(path.join(made.path, "uncommitted"), "utf8")).toBe("precious");
  });

  it("gives a worktree its lost .git file back", async () => {
    const made = await create();
    await writeFiles(made.path, [["uncommitted", "precious"]]);
    await rm(path.join(made.path, ".git"));
    expect(await create()).toEqual(made);
    expect(await plainGit(made.path, "status", "--porcelain")).toBe("?? uncommitted\n");
  });

  it("is not led elsewhere by a .git file that an agent rewrote", async () => {
    const made = await create();
    const sibling = await create({ workstreamId: "w2", slug: "sibling" });
    await makeRepository(path.join(folder.path, "evil"));
    for (const target of [path.join(folder.path, "evil/.git"), sibling.adminDir]) {
      await writeFile(path.join(made.path, ".git"), `gitdir: ${target}\n`);
      expect(await worktrees.create(request())).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    }
  });

  it("gets past the lock that a killed git left on its branch", async () => {
    worktrees = createWorktrees({ root: path.join(folder.path, "worktrees"), git, patienceMs: 50 });
    const refs = path.join(project.commonDir, "refs/heads/cox/w1");
    await mkdir(refs, { recursive: true });
    await writeFile(path.join(refs, "fix-login.lock"), "");
    expect((await create()).folder).toBe("fix-login");
  });

  it("finishes a checkout that was killed at any moment", async () => {
    await commitFiles(project.root, manyFiles(500), "Many");
    worktrees = createWorktrees({ root: path.join(folder.path, "worktrees"), git, patienceMs: 100 });
    for (let round = 0; round < 6; round += 1) {
      const workstreamId = `k${round}`;
      const slug = `killed-${round}`;
      await mkdir(place(slug), { recursive: true });
      const child = execFile(
        "sh",
        [
          "-c",
          `exec timeout --signal=KILL 0.0${round + 1} git worktree add -q --no-track -b cox/${workstreamId}/${slug} '${place(slug)}' main`,
        ],
        { cwd: project.root, env: scenarioEnvironment },
      );
      await new Promise((resolve) => child.once("exit", resolve));
      const made = await create({ workstreamId, slug });
      expect(await plainGit(made.path, "status", "--porcelain", "--branch")).toBe(`## cox/${workstreamId}/${slug}\n`);
    }
    const left = (await readdir(place())).filter((name) => name.startsWith("."));
    expect(left).toEqual([]);
  }, 30_000);

  it("goes on after being cancelled at any moment", async () => {
    await commitFiles(project.root, manyFiles(500), "Many");
    worktrees = createWorktrees({ root: path.join(folder.path, "worktrees"), git, patienceMs: 100 });
    for (let round = 0; round < 6; round += 1) {
      const names = { workstreamId: `c${round}`, slug: `cancelled-${round}` };
      const signal = AbortSignal.timeout(5 + round * 10);
      await worktrees.create(request({ ...names, signal }));
      const made = await create(names);
      expect(made.folder).toBe(names.slug);
      expect(await plainGit(made.path, "status", "--porcelain")).toBe("");
    }
  }, 30_000);

  it("waits for a git that outlived its engine", async () => {
    await commitFiles(project.root, manyFiles(500), "Many");
    worktrees = createWorktrees({ root: path.join(folder.path, "worktrees"), git, patienceMs: 14_000 });
    await mkdir(place(), { recursive: true });
    const orphan = plainGit(
      project.root,
      "worktree",
      "add",
      "-q",
      "-b",
      "cox/w1/fix-login",
      place("fix-login"),
      "main",
    );
    const adminDir = path.join(project.commonDir, "worktrees", "fix-login");
    while (!(await readdir(adminDir).catch((): string[] => [])).includes("index.lock")) await sleep(1);
    const { ino } = await stat(place("fix-login"));
    const made = await create();
    await orphan;
    expect((await stat(made.path)).ino).toBe(ino);
    expect(await plainGit(made.path, "status", "--porcelain")).toBe("");
  });
});

describe(".worktreeinclude", () => {
  it("copies the ignored files it names, and never out of the worktree or over what is there", async () => {
    const outside = path.join(folder.path, "outside");
    await mkdir(outside);
    await writeFiles(project.root, [
      [".gitignore", "*.env\n*.link\n/trap\n/dir/secret\n"],
      [".worktreeinclude", "*.env\n*.link\n/trap\n/dir/secret\n!no.env\n"],
    ]);
    await symlink(outside, path.join(project.root, "dir"));
    await plainGit(project.root, "add", "--all");
    await plainGit(project.root, "commit", "--quiet", "-m", "Begin");
    await rm(path.join(project.root, "dir"));
    await writeFiles(project.root, [
      ["yes.env", "1"],
      ["no.env", "2"],
      ["deep/ünï er.env", "3"],
      [Buffer.from("b\xff.env", "latin1"), "4"],
      ["dir/secret", "5"],
      ["not-ignored", "6"],
    ]);
    await symlink("yes.env", path.join(project.root, "inner.link"));
    await symlink("/etc/passwd", path.join(project.root, "outer.link"));

    const made = await create();

    const names = (await readdir(made.path, { encoding: "buffer" })).map((name) => name.toString("latin1"));
    expect(names).toEqual(expect.arrayContaining(["yes.env", "deep", "b\xff.env", "inner.link", "dir"]));
    expect(names).not.toEqual(expect.arrayContaining(["no.env"]));
    expect(names).not.toEqual(expect.arrayContaining(["outer.link"]));
    expect(names).not.toEqual(expect.arrayContaining(["not-ignored"]));
    expect(await readFile(path.join(made.path, "deep/ünï er.env"), "utf8")).toBe("3");
    expect((await lstat(path.join(made.path, "inner.link"))).isSymbolicLink()).toBe(true);
    expect(await readdir(outside)).toEqual([]);

    await writeFile(path.join(made.path, "yes.env"), "changed");
    await create();
    expect(await readFile(path.join(made.path, "yes.env"), "utf8")).toBe("changed");
  });
});

describe("the inventory", () => {
  it("tells worktrees made here, made by hand, gone and unknown to git apart", async () => {
    await create();
    const gone = await create({ workstreamId: "w2", slug: "gone" });
    await rm(gone.path, { recursive: true });
    await mkdir(place("stray"));
    await plainGit(project.root, "worktree", "add", "--quiet", "../hand");
    const entries = unwrap(await worktrees.inventory(project));
    expect(entries.toSorted((a, b) => a.path.localeCompare(b.path))).toMatchObject([
      { path: path.join(folder.path, "hand"), state: "ready", ours: false, branch: "hand" },
      { path: place("fix-login"), state: "ready", ours: true, workstreamId: "w1" },
      { path: place("gone"), state: "missing", ours: true, workstreamId: "w2" },
      { path: place("stray"), state: "unregistered", ours: true },
    ]);
  });
});

describe("writable roots", () => {
  it("name what exists, and keep the branch folder while git packs refs", async () => {
    const made = await create();
    const asked = { commonDir: project.commonDir, adminDir: made.adminDir, workstreamId: "w1" };
    const roots = unwrap(await prepareWritableRoots(asked));
    await plainGit(project.root, "pack-refs", "--all", "--prune");
    await Promise.all([...roots.writable, ...roots.readOnly].map((root) => stat(root)));
    expect(unwrap(await prepareWritableRoots(asked))).toEqual(roots);
    await plainGit(project.root, "fsck", "--strict");
    expect(await plainGit(made.path, "status", "--porcelain")).toBe("");
  });

  it("are made without following a link that the author left there", async () => {
    const { adminDir } = await create();
    const asked = { commonDir: project.commonDir, adminDir, workstreamId: "w1" };
    unwrap(await prepareWritableRoots(asked));
    const holder = path.join(project.commonDir, "refs/heads/cox/w1/keep.lock");
    const elsewhere = path.join(folder.path, "elsewhere");
    await rm(holder);
    await symlink(elsewhere, holder);
    unwrap(await prepareWritableRoots(asked));
    await expect(stat(elsewhere)).rejects.toThrow("ENOENT");
  });

  it("suffice for a commit with all else read-only, and not for moving another branch", async ({ skip }) => {
    const made = await create();
    const asked = { commonDir: project.commonDir, adminDir: made.adminDir, workstreamId: "w1" };
    const roots = unwrap(await prepareWritableRoots(asked));
    await plainGit(project.root, "pack-refs", "--all", "--prune");
    const confined = (script: string) => confine([...roots.writable, made.path], roots.readOnly, made.path, script);
    if (
      !(await confined("true").then(
        () => true,
        () => false,
      ))
    )
      skip("no mount namespaces here");

    const commit =
      "echo x > work && git add --all && git commit --quiet -m Work && git commit --quiet --amend -m Work2";
    await confined(commit);
    expect(await plainGit(project.root, "log", "-1", "--format=%s", made.branch)).toBe("Work2\n");
    await confined("git switch --quiet --detach && git switch --quiet cox/w1/fix-login && git rebase --quiet HEAD~1");
    for (const attack of [
      "git branch -f main HEAD",
      "git update-ref refs/heads/cox/w2/x HEAD",
      "git config core.fsmonitor 'touch pwned'",
      `echo x > ${made.adminDir}/commondir`,
      `mv ${made.adminDir}/commondir ${made.adminDir}/away`,
      `rm ${made.adminDir}/gitdir`,
      `echo x > ${made.adminDir}/config.worktree`,
      `echo x > ${project.commonDir}/hooks/pre-commit`,
      `echo x > ${project.root}/README.md`,
    ]) {
      const outcome = await confined(attack).then(
        () => `succeeded: ${attack}`,
        () => "refused",
      );
      expect(outcome).toBe("refused");
    }
    expect(await plainGit(project.root, "status", "--porcelain")).toBe("");
  });
});

/** Runs a script where only some folders can be written, in a mount namespace of its own. */
async function confine(
  writable: readonly string[],
  readOnly: readonly string[],
  cwd: string,
  script: string,
): Promise<void> {
  const mounts = [
    ...writable.map((root) => `mount --bind '${root}' '${root}'`),
    ...readOnly.map((file) => `mount --bind '${file}' '${file}' && mount -o remount,bind,ro '${file}'`),
  ];
  // The outer mount comes first, so that the inner ones lie on top of it.
  const outer = `mount --bind '${folder.path}' '${folder.path}'`;
  const lines = ["set -e", outer, ...mounts, `mount -o remount,bind,ro '${folder.path}'`, `cd '${cwd}'`, script];
  await run("unshare", ["--mount", "--map-root-user", "sh", "-c", lines.join("\n")], { env: scenarioEnvironment });
}
