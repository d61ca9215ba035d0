import { execFile } from "node:child_process";
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitFiles,
  git as plainGit,
  makeRepository,
  scenarioEnvironment,
  temporaryFolder,
  writeFiles,
} from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import { createPlainGit } from "./client.ts";
import { commit } from "./commit.ts";
import { createGit, type Git } from "./git.ts";
import { createGitRunner, type Checkout, type GitRunner } from "./run.ts";
import type { GitTools } from "./tools.ts";

/* What an author may write beside its worktree: its admin directory, its branches, their logs, and loose objects. */

const run = promisify(execFile);
const branch = "cox/w1/work";
const author = { name: "Ada", email: "ada@example.com" };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let repo: string;
let at: Checkout;
let base: string;
/** Of the shared repository. */
const shared = (...parts: string[]) => path.join(repo, ".git", ...parts);

beforeEach(async () => {
  folder = await temporaryFolder();
  await mkdir(path.join(folder.path, "tmp"));
  git = createGit({ env: scenarioEnvironment, folder: path.join(folder.path, "tmp") });
  repo = await makeRepository(path.join(folder.path, "repo"));
  base = (await plainGit(repo, "rev-parse", "HEAD")).trim();
  const place = path.join(folder.path, "work");
  await plainGit(repo, "worktree", "add", "--quiet", "-b", branch, place);
  at = { path: place, gitDir: shared("worktrees", "work") };
});

afterEach(async () => {
  git.close();
  await folder.remove();
});

const judged = () => git.survey(at, { base, branch, judged: true });
const commitAll = (message = "By the engine") => git.commit(at, { branch, message, author });
const tip = async (ref: string) => (await plainGit(repo, "rev-parse", ref)).trim();
const pipe = (file: string) => run("mkfifo", [file]);

describe("what git never makes", () => {
  const places: readonly [name: string, file: () => string][] = [
    ["the index", () => path.join(at.gitDir, "index")],
    ["HEAD", () => path.join(at.gitDir, "HEAD")],
    ["its log", () => path.join(at.gitDir, "logs", "HEAD")],
    ["a merge under way", () => path.join(at.gitDir, "MERGE_HEAD")],
    ["a rebase under way", () => path.join(at.gitDir, "rebase-merge", "head-name")],
    ["its branch", () => shared("refs", "heads", branch)],
    ["a branch beside it", () => shared("refs", "heads", "cox", "w1", "other")],
    ["the log of its branch", () => shared("logs", "refs", "heads", branch)],
  ];

  it.each(places)("a pipe in the place of %s is named and removed, and holds up nobody", async (_name, place) => {
    const file = place();
    await rm(file, { force: true });
    await mkdir(path.dirname(file), { recursive: true });
    await pipe(file);
    expect(await judged()).toMatchObject({
      ok: false,
      error: { code: "FORBIDDEN", message: expect.stringContaining(`${file} was a pipe`) },
    });
    await expect(lstat(file)).rejects.toThrow("ENOENT");
    unwrap(await git.listBranches({ path: repo, gitDir: shared() }));
    unwrap(await git.listWorktrees({ path: repo, gitDir: shared() }));
  });

  it.each(places)(
    "a symbolic link in the place of %s is named and left, and nothing is written through it",
    async (_name, place) => {
      const file = place();
      const victim = path.join(folder.path, "victim");
      await writeFile(victim, "precious");
      await rm(file, { force: true });
      await mkdir(path.dirname(file), { recursive: true });
      await symlink(victim, file);
      await writeFiles(at.path, [["a", "b"]]);
      for (const answer of [await judged(), await commitAll()]) {
        expect(answer).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
      }
      expect((await lstat(file)).isSymbolicLink()).toBe(true);
      expect(await readFile(victim, "utf8")).toBe("precious");
    },
  );

  it("a folder of branches that is a link to all branches is refused", async () => {
    const own = shared("refs", "heads", "cox", "w1");
    await rename(own, `${own}-gone`);
    await symlink("..", own);
    expect(await judged()).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await commitAll()).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  });

  it("an index of half a gigabyte is not read", async () => {
    await truncate(path.join(at.gitDir, "index"), 600 * 1024 * 1024);
    expect(await judged()).toMatchObject({
      ok: false,
      error: { code: "FORBIDDEN", message: expect.stringContaining("bytes") },
    });
  });

  it("is not looked for in a main checkout, which is the user's", async () => {
    await symlink("HEAD", shared("MY_HEAD"));
    unwrap(await git.survey({ path: repo, gitDir: shared() }, { base, branch: "main" }));
  });
});

describe("the branch that is judged and moved", () => {
  it("is the own one: a symbolic ref to main is refused, and main stays where it is", async () => {
    await writeFile(shared("refs", "heads", branch), "ref: refs/heads/main\n");
    await writeFiles(at.path, [["a", "b"]]);
    expect(await judged()).toMatchObject({
      ok: false,
      error: { code: "FORBIDDEN", message: expect.stringContaining("leads to another ref") },
    });
    expect(await commitAll()).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await tip("main")).toBe(base);
    // What git itself would do.
    await plainGit(at.path, "add", "a");
    await plainGit(at.path, "commit", "--quiet", "-m", "Through the ref");
    expect(await tip("main")).not.toBe(base);
  });

  it("holds a commit: anything else in it is refused", async () => {
    await writeFile(shared("refs", "heads", branch), "garbage\n");
    expect(await judged()).toMatchObject({
      ok: false,
      error: { code: "FORBIDDEN", message: expect.stringContaining("holds no commit") },
    });
  });

  it("is named when HEAD is elsewhere", async () => {
    await plainGit(at.path, "switch", "--quiet", "-c", "cox/w1/elsewhere");
    expect(unwrap(await judged()).status.branch).toBe("cox/w1/elsewhere");
    await writeFiles(at.path, [["a", "b"]]);
    expect(await commitAll()).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });
});

/** The engine's git, with something done between two of its commands. */
function tricked(before: string, trick: () => Promise<unknown>): { tools: GitTools; runner: GitRunner } {
  const runner = createGitRunner({ env: scenarioEnvironment });
  const run: typeof runner.run = async (command) => {
    if (command.args[0] === before) await trick();
    return runner.run(command);
  };
  const { text } = createPlainGit(runner);
  return { runner, tools: { run, drivers: runner.drivers, text, folder: path.join(folder.path, "tmp") } };
}

describe("a commit by the engine, while the author still writes", () => {
  const request = { branch, message: "By the engine", author };

  it("goes to the own branch, wherever HEAD has been pointed meanwhile", async () => {
    await writeFiles(at.path, [["a", "b"]]);
    const head = path.join(at.gitDir, "HEAD");
    const { tools, runner } = tricked("write-tree", () => writeFile(head, "ref: refs/heads/main\n"));
    const made = unwrap(await commit(tools, at, request));
    runner.close();
    expect(await tip("main")).toBe(base);
    expect(await tip(branch)).toBe(made.commit);
  });

  it("replaces a symbolic ref that took the branch's place meanwhile, and does not follow it", async () => {
    await writeFiles(at.path, [["a", "b"]]);
    const own = shared("refs", "heads", branch);
    const { tools, runner } = tricked("update-ref", () => writeFile(own, "ref: refs/heads/main\n"));
    await commit(tools, at, request);
    runner.close();
    expect(await tip("main")).toBe(base);
  });

  it("is refused when the branch has moved meanwhile, and what the author committed stays", async () => {
    await writeFiles(at.path, [["a", "b"]]);
    let theirs = "";
    const { tools, runner } = tricked("commit-tree", async () => {
      theirs = await commitFiles(at.path, [["c", "d"]], "By the author");
    });
    expect(await commit(tools, at, request)).toMatchObject({ ok: false });
    runner.close();
    expect(await tip(branch)).toBe(theirs);
    // The next attempt takes what is there as it is.
    unwrap(await commitAll());
    expect(await plainGit(at.path, "log", "--format=%s", `${base}..`)).toMatch(/^(By the engine\n)?By the author\n$/);
    expect(unwrap(await judged()).status.clean).toBe(true);
    expect(await plainGit(at.path, "status", "--short")).toBe("");
  });

  it("waits for nobody who holds the index", async () => {
    await writeFiles(at.path, [["a", "b"]]);
    await writeFile(path.join(at.gitDir, "index.lock"), "");
    expect(await commitAll()).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await tip(branch)).toBe(base);
  });

  it("is not made in the middle of a merge", async () => {
    await writeFiles(at.path, [["a", "b"]]);
    await writeFile(path.join(at.gitDir, "MERGE_HEAD"), `${base}\n`);
    expect(await commitAll()).toMatchObject({
      ok: false,
      error: { code: "CONFLICT", message: expect.stringContaining("MERGE_HEAD") },
    });
  });

  it("says that it is not signed where the user signs, and refuses what a filter would have changed", async () => {
    await plainGit(repo, "config", "commit.gpgSign", "true");
    await plainGit(repo, "config", "gpg.program", "/bin/false");
    await plainGit(repo, "config", "filter.seal.clean", "tr a-z n-za-m");
    await writeFiles(at.path, [["a", "b"]]);
    expect(unwrap(await commitAll())).toMatchObject({ committed: true, unsigned: true });
    await writeFiles(at.path, [
      [".gitattributes", "*.key filter=seal\n"],
      ["a.key", "secret"],
    ]);
    expect(await commitAll()).toMatchObject({
      ok: false,
      error: { code: "CONFLICT", message: "a.key goes through the filter seal, which Coxswain does not run." },
    });
  });
});

describe("an index that lies", () => {
  const lies: readonly [name: string, lie: () => Promise<unknown>][] = [
    ["assumes a file unchanged", () => plainGit(at.path, "update-index", "--assume-unchanged", "README.md")],
    ["skips a file", () => plainGit(at.path, "update-index", "--skip-worktree", "README.md")],
  ];

  it.each(lies)("and %s hides nothing from a verdict or a commit", async (_name, lie) => {
    unwrap(await judged());
    await lie();
    await writeFiles(at.path, [["README.md", "# Smell\n"]]);
    expect(await plainGit(at.path, "status", "--short")).toBe("");
    expect(unwrap(await judged()).status).toMatchObject({ clean: false, entries: [{ path: "README.md" }] });
    unwrap(await commitAll());
    expect(await plainGit(repo, "show", `${branch}:README.md`)).toBe("# Smell\n");
    expect(unwrap(await judged()).status.clean).toBe(true);
    // The author's next commit does not undo it.
    await plainGit(at.path, "commit", "--quiet", "--allow-empty", "-m", "Next");
    expect(await plainGit(repo, "show", `${branch}:README.md`)).toBe("# Smell\n");
  });

  it("and knows a changed file's times hides nothing either", async () => {
    await writeFiles(at.path, [["README.md", "# Small\n"]]);
    unwrap(await judged());
    await writeFiles(at.path, [["README.md", "# Smell\n"]]);
    const { atime, mtime } = await stat(path.join(at.path, "README.md"));
    // An index whose entry holds the times of the new file and the id of the old content.
    const blob = (await plainGit(repo, "rev-parse", "HEAD:README.md")).trim();
    await plainGit(at.path, "update-index", "--add", "README.md");
    const bytes = await readFile(path.join(at.gitDir, "index"));
    const added = (await plainGit(at.path, "rev-parse", ":README.md")).trim();
    const place = bytes.indexOf(Buffer.from(added, "hex"));
    Buffer.from(blob, "hex").copy(bytes, place);
    const { createHash } = await import("node:crypto");
    createHash("sha1")
      .update(bytes.subarray(0, -20))
      .digest()
      .copy(bytes, bytes.length - 20);
    await writeFile(path.join(at.gitDir, "index"), bytes);
    await utimes(path.join(at.gitDir, "index"), atime, new Date(mtime.getTime() + 10_000));
    expect(await plainGit(at.path, "status", "--short")).toBe("");
    expect(unwrap(await judged()).status.entries).toMatchObject([{ path: "README.md" }]);
  });

  it("leaves no lock of the engine's own behind that a killed git could not take", async () => {
    unwrap(await judged());
    const [own = ""] = await readdir(path.join(folder.path, "tmp"));
    await writeFile(path.join(folder.path, "tmp", `${own}.lock`), "");
    await writeFile(path.join(folder.path, "tmp", own), "DIRC garbage");
    expect(unwrap(await judged()).status.clean).toBe(true);
  });
});

describe("loose objects", () => {
  const file = (id: string) => shared("objects", id.slice(0, 2), id.slice(2));

  it("that are deleted or spoiled are named as missing or damaged, with what mends them", async () => {
    const commitId = await commitFiles(at.path, [["a", "b"]], "Work");
    const tree = (await plainGit(repo, "rev-parse", `${commitId}^{tree}`)).trim();
    for (const id of [tree, commitId]) {
      await rm(file(id));
      const missing = await judged();
      expect(missing).toMatchObject({
        ok: false,
        error: { code: "UNAVAILABLE", next: expect.stringContaining("fsck") },
      });
    }
    await writeFile(file(commitId), "no object");
    await chmod(file(commitId), 0o444);
    expect(await judged()).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
  });

  it("that were sealed are read from their pack, whatever an author puts in their place", async () => {
    const commitId = await commitFiles(repo, [["precious.txt", "gold\n"]], "Precious");
    const blob = (await plainGit(repo, "rev-parse", `${commitId}:precious.txt`)).trim();
    unwrap(await git.sealLoose({ path: repo, gitDir: shared() }));
    const spoil = async (id: string) => {
      await rm(file(id), { force: true });
      await writeFile(file(id), deflateSync(Buffer.from("blob 5\0lead\n")));
    };
    await spoil(blob);
    expect(await plainGit(repo, "show", `${commitId}:precious.txt`)).toBe("gold\n");

    // What is loose is believed; and is not sealed under the name of what it replaced.
    const later = await commitFiles(repo, [["later.txt", "silver\n"]], "Later");
    const other = (await plainGit(repo, "rev-parse", `${later}:later.txt`)).trim();
    await spoil(other);
    expect(await plainGit(repo, "show", `${later}:later.txt`)).toBe("lead\n");
    await git.sealLoose({ path: repo, gitDir: shared() });
    await rm(file(other));
    await expect(plainGit(repo, "show", `${later}:later.txt`)).rejects.toThrow();
    expect(await plainGit(repo, "show", `${commitId}:precious.txt`)).toBe("gold\n");
    const packs = (await readdir(shared("objects", "pack"))).filter(
      (name) => !/^pack-[0-9a-f]{40}\.(pack|idx)$/.test(name),
    );
    expect(packs).toEqual([]);
    expect(await readdir(path.join(folder.path, "tmp"))).toEqual([]);
  });

  it("that are sealed already are not sealed again", async () => {
    const main = { path: repo, gitDir: shared() };
    unwrap(await git.sealLoose(main));
    const before = await readdir(shared("objects", "pack"));
    expect(before).toHaveLength(2);
    unwrap(await git.sealLoose(main));
    expect(await readdir(shared("objects", "pack"))).toEqual(before);
  });
});
