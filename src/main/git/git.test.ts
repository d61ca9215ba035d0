import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitFiles,
  git as plainGit,
  hostileBranches,
  hostileFiles,
  makeRepository,
  scenarioEnvironment,
  temporaryFolder,
  writeFiles,
} from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import { changedFiles } from "./changed-files.ts";
import { createPlainGit } from "./client.ts";
import { createGit, type Git } from "./git.ts";
import { createGitRunner, type Checkout } from "./run.ts";
import { survey } from "./survey.ts";
import type { GitTools } from "./tools.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let temporary: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  temporary = await mkdtemp(path.join(folder.path, "tmp-"));
  git = createGit({ env: scenarioEnvironment, folder: temporary });
});

afterEach(async () => {
  git.close();
  await folder.remove();
});

async function open(root: string): Promise<Checkout> {
  const found = unwrap(await git.facts(root));
  return { path: found.root, gitDir: found.gitDir };
}

async function small(name = "repo"): Promise<Checkout> {
  return open(await makeRepository(path.join(folder.path, name)));
}

const author = { name: "Ada", email: "ada@example.com" };

describe("facts", () => {
  it("describes an ordinary repository from a folder inside it", async () => {
    const root = await makeRepository(path.join(folder.path, "with space ünï"));
    const found = unwrap(await git.facts(path.join(root, "src")));
    expect(found).toEqual({
      root,
      gitDir: path.join(root, ".git"),
      commonDir: path.join(root, ".git"),
      bare: false,
      linkedWorktree: false,
      empty: false,
      branch: "main",
      head: (await plainGit(root, "rev-parse", "HEAD")).trim(),
      defaultBranch: "main",
      shallow: false,
      sparse: false,
      submodules: false,
      identity: false,
    });
  });

  it("sees through a symbolic link to the root", async () => {
    const root = await makeRepository(path.join(folder.path, "real"));
    await symlink(root, path.join(folder.path, "link"));
    expect(unwrap(await git.facts(path.join(folder.path, "link"))).root).toBe(root);
  });

  it("tells a repository without commits, one that is bare, one with a detached head and a linked worktree apart", async () => {
    const empty = await makeRepository(path.join(folder.path, "empty"), []);
    expect(unwrap(await git.facts(empty))).toMatchObject({ empty: true, branch: "main", defaultBranch: "main" });

    const root = await makeRepository(path.join(folder.path, "repo"));
    await plainGit(folder.path, "clone", "--quiet", "--bare", root, "bare.git");
    const bare = unwrap(await git.facts(path.join(folder.path, "bare.git")));
    expect(bare).toMatchObject({ bare: true, empty: false, root: path.join(folder.path, "bare.git") });

    await plainGit(root, "worktree", "add", "--quiet", "../linked");
    const linked = unwrap(await git.facts(path.join(folder.path, "linked")));
    expect(linked).toMatchObject({ linkedWorktree: true, commonDir: path.join(root, ".git"), branch: "linked" });

    await plainGit(root, "checkout", "--quiet", "--detach");
    const detached = unwrap(await git.facts(root));
    expect(detached).not.toHaveProperty("branch");
    expect(detached.defaultBranch).toBe("main");
  });

  it("knows a shallow clone, its remote's default branch and who commits", async () => {
    const root = await makeRepository(path.join(folder.path, "origin"));
    await plainGit(root, "branch", "--move", "develop");
    await commitFiles(root, [["more", "x"]], "More");
    await plainGit(folder.path, "clone", "--quiet", "--depth=1", `file://${root}`, "clone");
    await plainGit(path.join(folder.path, "clone"), "config", "user.name", "Ada");
    await plainGit(path.join(folder.path, "clone"), "config", "user.email", "ada@example.com");
    const found = unwrap(await git.facts(path.join(folder.path, "clone")));
    expect(found).toMatchObject({ shallow: true, defaultBranch: "develop", identity: true });
  });

  it("says what to do when there is no repository or no folder", async () => {
    const none = await git.facts(folder.path);
    expect(none).toMatchObject({ ok: false, error: { code: "NOT_FOUND", next: expect.stringContaining("git init") } });
    const file = path.join(folder.path, "file");
    await writeFile(file, "");
    for (const nowhere of [path.join(folder.path, "gone"), file]) {
      const message = `There is no folder ${nowhere}.`;
      expect(await git.facts(nowhere)).toMatchObject({ ok: false, error: { code: "NOT_FOUND", message } });
    }
  });
});

describe("resolve", () => {
  it("resolves branches, tags and ids, and refuses what reads as something else", async () => {
    const at = await small();
    const id = unwrap(await git.head(at));
    await plainGit(at.path, "tag", "-a", "v1", "-m", "One");
    for (const name of ["main", "v1", id, "HEAD", "refs/heads/main"])
      expect(unwrap(await git.resolve(at, name))).toBe(id);
    for (const hostile of [
      "-f",
      "--output=x",
      "main..main",
      "@{-1}",
      "main:README.md",
      "main^{tree}",
      "a b",
      "",
      "x\0y",
    ]) {
      expect(await git.resolve(at, hostile)).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
    }
    expect(await git.resolve(at, "nowhere")).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  });

  it("says that a repository has no commit yet", async () => {
    const at = await open(await makeRepository(path.join(folder.path, "empty"), []));
    expect(await git.head(at)).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  });
});

describe("branches", () => {
  it("lists hostile names as they are and takes none of them for an option", async () => {
    const at = await small();
    const id = unwrap(await git.head(at));
    const accepted: string[] = [];
    for (const name of hostileBranches) {
      await plainGit(at.path, "update-ref", `refs/heads/${name}`, id).then(
        () => accepted.push(name),
        () => undefined,
      );
    }
    const listed = unwrap(await git.listBranches(at));
    expect(listed.map(({ name }) => name).toSorted()).toEqual([...accepted, "main"].toSorted());
    expect(listed.every(({ commit }) => commit === id)).toBe(true);
    expect(await git.createBranch(at, "-D", "main")).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
  });

  it("deletes a branch only where it was last seen and not while it is checked out", async () => {
    const at = await small();
    const id = unwrap(await git.head(at));
    unwrap(await git.createBranch(at, "cox/w1/x", "main"));
    expect(await git.createBranch(at, "cox/w1/x", "main")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await git.deleteBranch(at, "main", id)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    const other = "1".repeat(40);
    expect(await git.deleteBranch(at, "cox/w1/x", other)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    unwrap(await git.deleteBranch(at, "cox/w1/x", id));
    expect(unwrap(await git.listBranches(at, "cox/"))).toEqual([]);
  });

  it("counts the commits that would be lost with a workstream's branches", async () => {
    const at = await small();
    await plainGit(at.path, "switch", "--quiet", "-c", "cox/w1/x");
    const tip = await commitFiles(at.path, [["new", "x"]], "Only here");
    expect(unwrap(await git.onlyHere(at, [tip], "refs/heads/cox/w1/*"))).toBe(1);
    await plainGit(at.path, "branch", "elsewhere");
    expect(unwrap(await git.onlyHere(at, [tip], "refs/heads/cox/w1/*"))).toBe(0);
  });
});

describe("status", () => {
  it("tells every kind of change apart, with hostile names", async () => {
    const at = await small();
    await writeFiles(at.path, hostileFiles);
    await writeFiles(at.path, [["README.md", "changed\n"]]);
    await plainGit(at.path, "mv", "src/add.ts", "src/plus.ts");
    const { clean, branch, entries } = unwrap(await git.status(at));
    expect(clean).toBe(false);
    expect(branch).toBe("main");
    expect(entries.find(({ path: name }) => name === "src/plus.ts")).toMatchObject({
      kind: "renamed",
      from: { path: "src/add.ts" },
    });
    expect(entries.find(({ path: name }) => name === "README.md")).toMatchObject({ index: ".", workTree: "M" });
    expect(entries.filter(({ kind }) => kind === "untracked")).toHaveLength([...hostileFiles].length);
    const raw = entries.find((entry) => entry.raw !== undefined);
    expect(Buffer.from(raw?.raw ?? "", "base64").toString("latin1")).toBe("latin1-\xff\xe9.txt");
    expect(entries.map(({ path: name }) => name)).toContain("new\nline.txt");
  });

  it("reports conflicts and a detached head", async () => {
    const at = await small();
    await plainGit(at.path, "switch", "--quiet", "-c", "other");
    await commitFiles(at.path, [["README.md", "theirs\n"]], "Theirs");
    await plainGit(at.path, "switch", "--quiet", "main");
    await commitFiles(at.path, [["README.md", "ours\n"]], "Ours");
    await plainGit(at.path, "merge", "other").catch(() => undefined);
    expect(unwrap(await git.status(at)).entries).toMatchObject([{ kind: "unmerged", path: "README.md" }]);
    await plainGit(at.path, "merge", "--abort");
    await plainGit(at.path, "checkout", "--quiet", "--detach");
    expect(unwrap(await git.status(at))).not.toHaveProperty("branch");
  });

  it("runs nothing that a nested repository in the work tree configures", async () => {
    const at = await small();
    const nested = await makeRepository(path.join(at.path, "nested"));
    await plainGit(at.path, "add", "nested");
    await plainGit(at.path, "commit", "--quiet", "-m", "Embed");
    const pwned = path.join(folder.path, "pwned");
    await writeFiles(nested, [[".gitattributes", "* filter=evil diff=evil\n"]]);
    await plainGit(nested, "config", "filter.evil.clean", `touch ${pwned}; cat`);
    await plainGit(nested, "config", "diff.evil.textconv", `touch ${pwned}; cat`);
    await plainGit(nested, "config", "core.fsmonitor", `touch ${pwned}`);
    await writeFiles(nested, [["README.md", "# Smell\n"]]);
    unwrap(await git.status(at));
    unwrap(await git.diff(at, { base: "main" }));
    await writeFiles(at.path, [["x", "y"]]);
    unwrap(await git.commit(at, { branch: "main", message: "Add x", author }));
    await expect(readFile(pwned)).rejects.toThrow("ENOENT");
    await plainGit(at.path, "status");
    await readFile(pwned);
  });

  it("runs nothing of a nested repository that takes a file's place while the diff is read", async () => {
    const at = await small();
    const pwned = path.join(folder.path, "pwned");
    const nested = await makeRepository(path.join(folder.path, "swap", "sub"));
    await plainGit(nested, "config", "filter.evil.clean", `touch ${pwned}; cat`);
    await writeFiles(nested, [
      [".gitattributes", "* filter=evil\n"],
      ["README.md", "# Smell\n"],
    ]);
    const head = (await plainGit(nested, "rev-parse", "HEAD")).trim();
    await plainGit(at.path, "update-index", "--add", "--cacheinfo", `160000,${head},swap/sub`);
    await writeFiles(at.path, [["swap", "a file, still"]]);
    const since = (await plainGit(at.path, "rev-parse", "HEAD")).trim();
    const runner = createGitRunner({ env: scenarioEnvironment });
    const run: typeof runner.run = async (command) => {
      const told = await runner.run(command);
      if (!command.args.includes("--others")) return told;
      await rm(path.join(at.path, "swap"));
      await rename(path.dirname(nested), path.join(at.path, "swap"));
      return told;
    };
    const tools = { run, drivers: runner.drivers, text: createPlainGit(runner).text, folder: temporary };
    await changedFiles(tools, at, { since, withPatch: true, maxBytes: 1_000_000 });
    await expect(readFile(pwned)).rejects.toThrow("ENOENT");
    await plainGit(at.path, "add", "swap");
    await readFile(pwned);
  });
});

describe("diff", () => {
  it("holds commits, staged, unstaged and untracked changes since the merge base, and leaves the index alone", async () => {
    const at = await small();
    await plainGit(at.path, "switch", "--quiet", "-c", "work");
    await commitFiles(at.path, [["committed.txt", "one\ntwo\n"]], "Commit");
    await plainGit(at.path, "branch", "--force", "moved", "main");
    await writeFiles(at.path, [["staged.txt", "s\n"]]);
    await plainGit(at.path, "add", "staged.txt");
    await writeFiles(at.path, [
      ["README.md", "# Small\nmore\n"],
      ["untracked.txt", "u\n"],
      ["binary.bin", Buffer.from([0, 1, 2])],
    ]);
    await rename(path.join(at.path, "src/greet.ts"), path.join(at.path, "src/salute.ts"));
    const before = await readFile(path.join(at.gitDir, "index"));

    const diff = unwrap(await git.diff(at, { base: "main" }));

    expect(diff.files.toSorted((a, b) => a.path.localeCompare(b.path))).toMatchObject([
      { path: "binary.bin", change: "added", binary: true },
      { path: "committed.txt", change: "added", added: 2, removed: 0 },
      { path: "README.md", change: "modified", added: 1, removed: 0 },
      { path: "src/salute.ts", change: "renamed", from: { path: "src/greet.ts" } },
      { path: "staged.txt", change: "added", added: 1 },
      { path: "untracked.txt", change: "added", added: 1 },
    ]);
    expect(diff.patch).toContain("+++ b/untracked.txt\n@@ -0,0 +1 @@\n+u\n");
    expect(diff).toMatchObject({ patchTruncated: false, untrackedTruncated: false });
    expect(await readdir(temporary)).toEqual([]);
    expect(await readFile(path.join(at.gitDir, "index"))).toEqual(before);
    const { stat, commits } = unwrap(await git.survey(at, { base: "main" }));
    expect({ ...stat, commits }).toEqual({ files: 6, added: 5, removed: 0, commits: 1 });
    await rm(temporary, { recursive: true });
    expect(await git.diff(at, { base: "main" })).toMatchObject({ ok: false });
  });

  it("is measured with few processes, whatever there is to measure", async () => {
    const at = await small();
    const runner = createGitRunner({ env: scenarioEnvironment });
    const plain = createPlainGit(runner);
    let started: string[] = [];
    const tools: GitTools = {
      folder: temporary,
      drivers: runner.drivers,
      run: (command) => {
        started.push(command.args[0] ?? "");
        return runner.run(command);
      },
      text: (place, args) => {
        started.push(args[0] ?? "");
        return plain.text(place, args);
      },
    };
    const look = async (base: string) => {
      started = [];
      const { commits, stat, status } = unwrap(await survey(tools, at, { base }));
      return [started.join(" "), commits, stat.files, status.clean];
    };
    const base = unwrap(await git.head(at));
    expect(await look(base)).toEqual(["status", 0, 0, true]);
    await writeFiles(at.path, [["README.md", "changed\n"]]);
    expect(await look(base)).toEqual(["status diff", 0, 1, false]);
    await plainGit(at.path, "switch", "--quiet", "-c", "work");
    await plainGit(at.path, "commit", "--quiet", "-am", "Work");
    expect(await look(base)).toEqual(["status rev-list diff", 1, 1, true]);
    await writeFiles(at.path, [["new.txt", "n\n"]]);
    expect(await look("main")).toEqual(["status rev-list update-index diff", 1, 2, false]);
    await writeFiles(at.path, [
      ["folder/one.txt", "1\n"],
      ["folder/two.txt", "2\n"],
    ]);
    expect(await look(base)).toEqual(["status rev-list ls-files update-index diff", 1, 4, false]);
    await plainGit(at.path, "switch", "--quiet", "main");
    await commitFiles(at.path, [["elsewhere", "x"]], "The base moves on");
    await plainGit(at.path, "switch", "--quiet", "work");
    expect(await look("main")).toEqual(["status rev-list merge-base diff", 1, 1, true]);
    expect(await survey(tools, at, { base: "--output=x" })).toMatchObject({ error: { code: "BAD_REQUEST" } });
    await plainGit(at.path, "switch", "--quiet", "--orphan", "island");
    expect(await survey(tools, at, { base })).toMatchObject({ error: { code: "NOT_FOUND" } });
  });

  it("sees an edit of the same length made in the moment after the index was written", async () => {
    const at = await small();
    for (let round = 0; round < 20; round += 1) {
      await writeFiles(at.path, [["README.md", `begin ${round % 10}\n`]]);
      await plainGit(at.path, "commit", "--quiet", "-am", "Round").catch(() => undefined);
      await writeFiles(at.path, [
        ["README.md", `after ${round % 10}\n`],
        ["untracked.txt", "x\n"],
      ]);
      expect(unwrap(await git.diff(at, { base: "main" })).files).toHaveLength(2);
    }
  });

  it("is measured from where the branches parted, not from where the base is now", async () => {
    const at = await small();
    await plainGit(at.path, "switch", "--quiet", "-c", "work");
    await plainGit(at.path, "switch", "--quiet", "main");
    await commitFiles(at.path, [["later.txt", "x\n"]], "Later");
    await plainGit(at.path, "switch", "--quiet", "work");
    expect(unwrap(await git.diff(at, { base: "main" })).files).toEqual([]);
  });

  it("keeps hostile names whole", async () => {
    const at = await small();
    await writeFiles(at.path, hostileFiles);
    const { files } = unwrap(await git.diff(at, { base: "main" }));
    const names = files.map((file) =>
      file.raw === undefined ? Buffer.from(file.path) : Buffer.from(file.raw, "base64"),
    );
    const expected = [...hostileFiles].map(([name]) => Buffer.from(name));
    const hex = (list: readonly Buffer[]) => list.map((name) => name.toString("hex")).toSorted();
    expect(hex(names)).toEqual(hex(expected));
  });

  it("cuts a patch at its bound between two files and says so", async () => {
    const at = await small();
    const line = `${"x".repeat(99)}\n`;
    await writeFiles(at.path, [
      ["a.txt", line.repeat(10)],
      ["b.txt", line.repeat(1000)],
    ]);
    const diff = unwrap(await git.diff(at, { base: "main", maxPatchBytes: 20_000 }));
    expect(diff.patchTruncated).toBe(true);
    expect(diff.files).toHaveLength(2);
    expect(diff.patch).toMatch(/^diff --git a\/a\.txt/);
    expect(diff.patch).not.toContain("b.txt");
  });

  it("ignores external diff programs and text conversions", async () => {
    const at = await small();
    const pwned = path.join(folder.path, "pwned");
    await plainGit(at.path, "config", "diff.external", `touch ${pwned}`);
    await plainGit(at.path, "config", "diff.evil.textconv", `touch ${pwned}; cat`);
    await writeFiles(at.path, [
      [".gitattributes", "* diff=evil\n"],
      ["README.md", "changed\n"],
    ]);
    expect(unwrap(await git.diff(at, { base: "main" })).patch).toContain("+changed");
    await expect(readFile(pwned)).rejects.toThrow("ENOENT");
  });
});

describe("commit", () => {
  it("commits everything with the given author and message, running no hook", async () => {
    const at = await small();
    const pwned = path.join(folder.path, "pwned");
    await writeFile(path.join(at.gitDir, "hooks/pre-commit"), `#!/bin/sh\ntouch ${pwned}\n`);
    await chmod(path.join(at.gitDir, "hooks/pre-commit"), 0o755);
    await writeFiles(at.path, hostileFiles);
    await rm(path.join(at.path, "src/greet.ts"));
    await rm(path.join(at.path, "README.md"));
    await writeFiles(at.path, [["README.md/now-a-folder", "x"]]);
    const message = "Add names\n\n# not a comment\nWhy: ünï\n";
    const made = unwrap(await git.commit(at, { branch: "main", message, author: { name: "Bø", email: "b@x.org" } }));
    expect(made.committed).toBe(true);
    expect(await plainGit(at.path, "log", "-1", "--format=%an <%ae>%n%B")).toBe(`Bø <b@x.org>\n${message}\n`);
    expect(unwrap(await git.status(at)).clean).toBe(true);
    await expect(readFile(pwned)).rejects.toThrow("ENOENT");
    const again = unwrap(await git.commit(at, { branch: "main", message, author }));
    expect(again).toEqual({ commit: made.commit, committed: false });
  });

  it("makes the first commit of an empty repository", async () => {
    const at = await open(await makeRepository(path.join(folder.path, "empty"), []));
    await writeFiles(at.path, [["a", "b"]]);
    expect(unwrap(await git.commit(at, { branch: "main", message: "First", author })).committed).toBe(true);
  });

  it("refuses another branch, unresolved conflicts, and a head that leads to another branch", async () => {
    const at = await small();
    await plainGit(at.path, "branch", "other");
    await writeFiles(at.path, [["a", "b"]]);
    const elsewhere = await git.commit(at, { branch: "other", message: "x", author });
    expect(elsewhere).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    await plainGit(at.path, "switch", "--quiet", "other");
    await plainGit(at.path, "symbolic-ref", "refs/heads/other", "refs/heads/main");
    await plainGit(at.path, "rm", "--quiet", "README.md");
    const redirected = await git.commit(at, { branch: "other", message: "x", author });
    expect(redirected).toMatchObject({
      ok: false,
      error: { code: "CONFLICT", message: expect.stringContaining("main") },
    });
  });

  it("refuses to write through a symbolic link that somebody put among what an agent may write", async () => {
    const at = await small();
    await plainGit(at.path, "worktree", "add", "--quiet", "../linked");
    const linked = await open(path.join(folder.path, "linked"));
    const victim = path.join(folder.path, "victim");
    await writeFile(victim, "precious");
    await rm(path.join(linked.gitDir, "COMMIT_EDITMSG"), { force: true });
    await symlink(victim, path.join(linked.gitDir, "COMMIT_EDITMSG"));
    await writeFiles(linked.path, [["a", "b"]]);
    const refused = await git.commit(linked, { branch: "linked", message: "x", author });
    await rm(path.join(linked.gitDir, "COMMIT_EDITMSG"));
    const log = path.join(at.gitDir, "logs/refs/heads/linked");
    await rm(log);
    await symlink(victim, log);
    const alsoRefused = await git.commit(linked, { branch: "linked", message: "x", author });
    expect(alsoRefused).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(refused).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await readFile(victim, "utf8")).toBe("precious");
  });

  it("names the lock another git holds", async () => {
    const at = await small();
    await writeFiles(at.path, [["a", "b"]]);
    await writeFile(path.join(at.gitDir, "index.lock"), "");
    const refused = await git.commit(at, { branch: "main", message: "x", author });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: "CONFLICT", next: expect.stringContaining("index.lock") },
    });
  });
});

describe("merge base", () => {
  it("is where two branches parted", async () => {
    const at = await small();
    const parted = unwrap(await git.head(at));
    await plainGit(at.path, "switch", "--quiet", "-c", "work");
    await commitFiles(at.path, [["a", "1"]], "First");
    expect(unwrap(await git.mergeBase(at, "main", "work"))).toBe(parted);
  });

  it("says when two histories have nothing in common", async () => {
    const at = await small();
    await plainGit(at.path, "switch", "--quiet", "--orphan", "island");
    await commitFiles(at.path, [["i", "i"]], "Island");
    expect(await git.mergeBase(at, "main", "island")).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  });
});

describe("merge tree", () => {
  it("tries a merge without touching anything", async () => {
    const at = await small();
    await plainGit(at.path, "switch", "--quiet", "-c", "theirs");
    await commitFiles(
      at.path,
      [
        ["README.md", "theirs\n"],
        ["new ünï\n.txt", "x"],
      ],
      "Theirs",
    );
    await plainGit(at.path, "switch", "--quiet", "main");
    const clean = unwrap(await git.mergeTree(at, { ours: "main", theirs: "theirs" }));
    expect(clean).toMatchObject({ clean: true, conflicts: [], messages: [] });
    expect(clean.tree).toBe((await plainGit(at.path, "rev-parse", "theirs^{tree}")).trim());
    await commitFiles(at.path, [["README.md", "ours\n"]], "Ours");
    const conflicted = unwrap(await git.mergeTree(at, { ours: "main", theirs: "theirs" }));
    expect(conflicted).toMatchObject({ clean: false, conflicts: [{ path: "README.md" }] });
    expect(conflicted.messages).toEqual(["CONFLICT (content): Merge conflict in README.md"]);
    expect(await plainGit(at.path, "status", "--porcelain")).toBe("");
    expect(await git.mergeTree(at, { ours: "main", theirs: "gone" })).toMatchObject({ ok: false });
  });
});

describe("conflicts between two commits", () => {
  it("are the files that do not merge, and looking leaves nothing in the repository", async () => {
    // A colon separates the folders of objects that git is told of.
    const at = await open(await makeRepository(path.join(folder.path, 're:po "q"')));
    const branch = async (name: string, files: readonly (readonly [string, string])[]) => {
      await plainGit(at.path, "switch", "--quiet", "-C", name, "main");
      return commitFiles(at.path, files, name);
    };
    const begin = unwrap(await git.head(at));
    const one = await branch("one", [
      ["README.md", "one\n"],
      ["one.txt", "1"],
    ]);
    const other = await branch("other", [["README.md", "other\n"]]);
    const apart = await branch("apart", [["apart.txt", "x"]]);
    const objects = () => plainGit(at.path, "count-objects", "-v");
    const before = await objects();
    const between = async (ours: string, theirs: string) =>
      unwrap(await git.conflictsBetween(at, { ours, theirs })).map((found) => found.path);
    expect(await between(one, other)).toEqual(["README.md"]);
    expect(await between(one, apart)).toEqual([]);
    expect(await between(begin, one)).toEqual([]);
    expect(await git.conflictsBetween(at, { ours: "--help", theirs: one })).toMatchObject({ ok: false });
    expect(await objects()).toBe(before);
    expect(await readdir(temporary)).toEqual([]);
  });
});

describe("worktrees", () => {
  it("adds, lists and removes, and refuses to remove uncommitted work", async () => {
    const at = await small();
    const place = path.join(folder.path, "new\nline ünï");
    const start = unwrap(await git.head(at));
    unwrap(await git.registerWorktree(at, { path: place, branch: "cox/w1/x", start }));
    expect(unwrap(await git.listWorktrees(at))[1]).toMatchObject({ path: place, unfinished: true });
    const linked = { path: place, gitDir: (await plainGit(place, "rev-parse", "--absolute-git-dir")).trim() };
    unwrap(await git.fillWorktree(linked));
    await git.takeMarkOff(linked);
    expect(unwrap(await git.status(linked)).clean).toBe(true);
    const listed = unwrap(await git.listWorktrees(at));
    expect(listed).toEqual([
      { path: at.path, head: start, branch: "main", bare: false, unfinished: false, warm: false },
      { path: place, head: start, branch: "cox/w1/x", bare: false, unfinished: false, warm: false },
    ]);
    await writeFiles(place, [["uncommitted", "x"]]);
    expect(await git.removeWorktree(at, { path: place, force: false })).toMatchObject({ ok: false });
    expect(await readFile(path.join(place, "uncommitted"), "utf8")).toBe("x");
    unwrap(await git.removeWorktree(at, { path: place, force: true }));
    expect(unwrap(await git.listWorktrees(at))).toHaveLength(1);
  });

  it("finds the ignored files that a pattern file names, and no others", async () => {
    const at = await small();
    await writeFiles(at.path, [
      [".gitignore", "*.env*\nnode_modules/\n"],
      [".worktreeinclude", "*.env*\n!.env.secret\nnotes.txt\n"],
      [".env", "1"],
      [".env.secret", "2"],
      ["notes.txt", "untracked but not ignored"],
      ["src/.env.local ünï", "3"],
      [":(top)x.env*", "4"],
    ]);
    await mkdir(path.join(at.path, "node_modules"));
    const patternFile = path.join(at.path, ".worktreeinclude");
    const found = unwrap(await git.ignoredFiles(at, { patternFile }));
    expect(found.map(String)).toEqual([".env", ":(top)x.env*", "src/.env.local ünï"]);
  });
});

describe("what words mention", () => {
  it("are tracked and new files, and no ignored ones", async () => {
    const at = await small();
    await writeFile(path.join(at.path, ".gitignore"), "made/\n");
    await mkdir(path.join(at.path, "made"));
    await writeFile(path.join(at.path, "made/no.ts"), "");
    await writeFile(path.join(at.path, "new one.ts"), "");
    const { paths, truncated } = unwrap(await git.listFiles(at));
    expect(paths).toContain("new one.ts");
    expect(paths).toContain(".gitignore");
    expect(paths.some((file) => file.startsWith("made/"))).toBe(false);
    expect(truncated).toBe(false);
  });

  it("are definitions, by the word before their name, in new files too", async () => {
    const at = await small();
    await writeFile(
      path.join(at.path, "defs.txt"),
      "export async function retryOnce(a) {}\nfunc (c *Client) RetryTwice() {}\n  def retry_three(self):\nretryOnce();\nclass Other {}\n",
    );
    const { found } = unwrap(await git.findDefinitions(at, "retry"));
    expect(found).toEqual([
      { name: "retryOnce", path: "defs.txt", line: 1 },
      { name: "RetryTwice", path: "defs.txt", line: 2 },
      { name: "retry_three", path: "defs.txt", line: 3 },
    ]);
    expect(unwrap(await git.findDefinitions(at, "nowhere")).found).toEqual([]);
    expect(unwrap(await git.findDefinitions(at, ".*")).found).toEqual([]);
  });
});
