import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  git as plainGit,
  makeRepository,
  scenarioEnvironment,
  temporaryFolder,
  writeFiles,
} from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import { createDrivers } from "./drivers.ts";
import { createGit, type Git } from "./git.ts";
import { createGitRunner, type Checkout } from "./run.ts";

/* Everything that can have git start a program, set to one that leaves a trace. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let env: Record<string, string>;
let git: Git;
let trace: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  const home = path.join(folder.path, "home");
  trace = path.join(folder.path, "trace");
  await mkdir(path.join(folder.path, "tmp"));
  await mkdir(home);
  env = { ...scenarioEnvironment, HOME: home };
  git = createGit({ env, folder: path.join(folder.path, "tmp") });
});

afterEach(async () => {
  git.close();
  await folder.remove();
});

const author = { name: "Ada", email: "ada@example.com" };

/** Shell words that leave a trace of a name, whatever stands behind them. */
const canary = (name: string) => `echo ${name} >> '${trace}'; exit 1; #`;

const traces = async () => [
  ...new Set((await readFile(trace, "utf8").catch(() => "")).split("\n").filter((line) => line !== "")),
];

/** Where the user keeps settings: for all repositories, or for one. */
async function configure(repo: string, where: "global" | "local", ...settings: readonly [string, string][]) {
  const file = where === "global" ? path.join(env["HOME"] ?? "", ".gitconfig") : path.join(repo, ".git", "config");
  for (const [name, value] of settings) await plainGit(repo, "config", "--file", file, "--add", name, value);
}

async function open(root: string): Promise<Checkout> {
  const found = unwrap(await git.facts(root));
  return { path: found.root, gitDir: found.gitDir };
}

function repositoryWith(attributes: string | undefined): Promise<string> {
  const files = attributes === undefined ? [] : [[".gitattributes", `${attributes}\n`] as const];
  return makeRepository(path.join(folder.path, "repo"), [["README.md", "# Small\n"], ...files]);
}

/** Goes through every verb that reads or writes files of a work tree, with something changed in it. */
async function useAll(root: string): Promise<void> {
  const at = await open(root);
  const place = path.join(folder.path, "linked");
  unwrap(await git.registerWorktree(at, { path: place, branch: "cox/w1/x", start: "main" }));
  const linked = { path: place, gitDir: path.join(root, ".git", "worktrees", "linked") };
  unwrap(await git.fillWorktree(linked));
  await git.takeMarkOff(linked);
  await writeFiles(place, [
    ["README.md", "# Changed\n"],
    ["new.txt", "new\n"],
  ]);
  unwrap(await git.status(linked));
  const base = unwrap(await git.head(at));
  unwrap(await git.survey(linked, { base }));
  unwrap(await git.diff(linked, { base }));
  unwrap(await git.changedPaths(linked, { base, head: "HEAD" }));
  // Refused where a filter is in the way.
  const theirs = await git.commit(linked, { branch: "cox/w1/x", message: "Change", author });
  unwrap(await git.listBranches(at));
  unwrap(await git.listWorktrees(at));
  await writeFiles(root, [["README.md", "# Ours\n"]]);
  const ours = await git.commit(at, { branch: "main", message: "Ours", author });
  const merged = unwrap(await git.mergeTree(at, { ours: "main", theirs: "cox/w1/x" }));
  expect(merged.clean).toBe(!ours.ok || !theirs.ok);
  unwrap(await git.removeWorktree(at, { path: place, force: true }));
}

/** What plain git does, to show that the trap was set. */
async function asAPersonWould(root: string): Promise<void> {
  const run = (...args: string[]) => plainGit(root, ...args);
  await run("switch", "--quiet", "-c", "my/own").catch(() => undefined);
  await writeFiles(root, [["README.md", "# Mine\n"]]);
  await run("status").catch(() => undefined);
  await run("diff").catch(() => undefined);
  await run("add", ".").catch(() => undefined);
  await run("commit", "-m", "Mine").catch(() => undefined);
  await run("switch", "--quiet", "main").catch(() => undefined);
  await writeFiles(root, [["README.md", "# Theirs\n"]]);
  await run("commit", "-am", "Theirs").catch(() => undefined);
  await run("merge", "my/own").catch(() => undefined);
}

interface Trap {
  readonly name: string;
  readonly settings: () => Promise<readonly [string, string][]> | readonly [string, string][];
  /** A line for `.gitattributes`, which a name of its own keeps from the other traps. */
  readonly attributes?: string;
  /** Set where a person's git would not run it in {@link asAPersonWould} either. */
  readonly idle?: true;
}

async function script(name: string): Promise<string> {
  const file = path.join(folder.path, name);
  await writeFile(file, `#!/bin/sh\n${canary(name)}\n`);
  await chmod(file, 0o755);
  return file;
}

async function hooks(): Promise<string> {
  const place = path.join(folder.path, "hooks");
  await mkdir(place, { recursive: true });
  for (const name of ["post-checkout", "pre-commit", "post-commit", "reference-transaction", "post-index-change"]) {
    await writeFile(path.join(place, name), `#!/bin/sh\necho hooks >> '${trace}'\n`);
    await chmod(path.join(place, name), 0o755);
  }
  return place;
}

async function fileWith(name: string, text: string): Promise<string> {
  const file = path.join(folder.path, name);
  await writeFile(file, text);
  return file;
}

const section = (name: string) => `[filter "${name}"]\n\tclean = "${canary(name)}"\n`;

const traps: readonly Trap[] = [
  { name: "clean", settings: () => [["filter.clean.clean", canary("clean")]], attributes: "README.md filter=clean" },
  { name: "smudge", settings: () => [["filter.smudge.smudge", canary("smudge")]], attributes: "* filter=smudge" },
  {
    name: "process",
    settings: async () => [
      ["filter.process.process", await script("process")],
      ["filter.process.required", "true"],
    ],
    attributes: "* filter=process",
  },
  { name: "odd", settings: () => [["filter.a=b c.clean", canary("odd")]], idle: true },
  { name: "merge", settings: () => [["merge.evil.driver", canary("merge")]], attributes: "* merge=evil" },
  {
    name: "default-merge",
    settings: () => [
      ["merge.default", "default"],
      ["merge.default.driver", canary("default-merge")],
    ],
  },
  {
    name: "textconv",
    settings: async () => [["diff.evil.textconv", await script("textconv")]],
    attributes: "* diff=evil",
  },
  { name: "external", settings: async () => [["diff.external", await script("external")]] },
  {
    name: "command",
    settings: async () => [["diff.other.command", await script("command")]],
    attributes: "* diff=other",
  },
  { name: "fsmonitor", settings: async () => [["core.fsmonitor", await script("fsmonitor")]] },
  { name: "hooks", settings: async () => [["core.hooksPath", await hooks()]] },
  { name: "pager", settings: async () => [["core.pager", await script("pager")]], idle: true },
  { name: "editor", settings: async () => [["core.editor", await script("editor")]], idle: true },
  {
    name: "signing",
    settings: async () => [
      ["commit.gpgSign", "true"],
      ["gpg.program", await script("signing")],
    ],
  },
  { name: "alias", settings: () => [["alias.status", `!${canary("alias")}`]], idle: true },
  {
    name: "attributes",
    settings: async () => [
      ["core.attributesFile", await fileWith("attributes-file", "* filter=attributes\n")],
      ["filter.attributes.clean", canary("attributes")],
    ],
  },
  {
    name: "included",
    settings: async () => [["include.path", await fileWith("included-file", section("included"))]],
    attributes: "* filter=included",
  },
  {
    name: "on-branch",
    settings: async () => [["includeIf.onbranch:*/**.path", await fileWith("on-branch-file", section("on-branch"))]],
    attributes: "* filter=on-branch",
  },
  {
    name: "alternates",
    settings: async () => [["core.alternateRefsCommand", await script("alternates")]],
    idle: true,
  },
];

describe("the engine's git", () => {
  it.each(traps.map((trap) => [trap.name, trap] as const))(
    "starts no program that the user's settings name: %s",
    async (_name, { settings, attributes }) => {
      const root = await repositoryWith(attributes);
      await configure(root, "global", ...(await settings()));
      await useAll(root);
      expect(await traces()).toEqual([]);
    },
  );

  it("starts none that the repository's own settings name either", async () => {
    const root = await repositoryWith("* filter=smudge");
    await configure(root, "local", ["filter.smudge.smudge", canary("smudge")]);
    await useAll(root);
    expect(await traces()).toEqual([]);
  });

  it.each(traps.filter(({ idle }) => idle !== true).map((trap) => [trap.name, trap] as const))(
    "is tried with a trap that a person's git runs into: %s",
    async (name, { settings, attributes }) => {
      const root = await repositoryWith(attributes);
      await configure(root, "local", ...(await settings()));
      await asAPersonWould(root);
      expect(await traces()).toContain(name);
    },
  );

  it("starts no program that an author's own attributes name while it works", async () => {
    const root = await makeRepository(path.join(folder.path, "repo"));
    await configure(root, "global", ["filter.evil.clean", canary("author")], ["filter.evil.required", "true"]);
    const at = await open(root);
    unwrap(await git.status(at));
    await writeFiles(root, [
      [".gitattributes", "* filter=evil\n"],
      ["src/.gitattributes", "*.ts filter=evil\n"],
      ["README.md", "# Smell\n"],
    ]);
    expect(unwrap(await git.status(at)).entries.map((entry) => entry.path)).toContain("README.md");
    unwrap(await git.diff(at, { base: "main" }));
    expect(await traces()).toEqual([]);
  });

  it("takes nothing from its own environment, and no program from the worktree it works in", async () => {
    const root = await makeRepository(path.join(folder.path, "repo"));
    await writeFile(path.join(root, "git"), `#!/bin/sh\necho git >> '${trace}'\n`);
    await chmod(path.join(root, "git"), 0o755);
    const external = await script("environment");
    const told = {
      ...env,
      PATH: `.:${env["PATH"]}:`,
      GIT_EXTERNAL_DIFF: external,
      GIT_SSH_COMMAND: external,
      GIT_EDITOR: external,
      GIT_PAGER: external,
      GIT_CONFIG_PARAMETERS: `'core.fsmonitor'='${external}'`,
      GIT_DIR: "/nowhere",
      GIT_INDEX_FILE: "/nowhere",
      GIT_EXEC_PATH: root,
    };
    const other = createGit({ env: told, folder: path.join(folder.path, "tmp") });
    const found = unwrap(await other.facts(root));
    const at = { path: found.root, gitDir: found.gitDir };
    unwrap(await other.status(at));
    unwrap(await other.diff(at, { base: "main" }));
    other.close();
    expect(await traces()).toEqual([]);
  });

  it("copies no hooks of a template into a repository it makes", async () => {
    const template = path.join(folder.path, "template");
    await mkdir(template);
    await writeFile(path.join(template, "mark"), "");
    await configure(await makeRepository(path.join(folder.path, "repo")), "global", ["init.templateDir", template]);
    const runner = createGitRunner({ env });
    unwrap(await runner.run({ at: { path: folder.path }, args: ["init", "--quiet", "made"] }));
    runner.close();
    await expect(readFile(path.join(folder.path, "made", ".git", "mark"))).rejects.toThrow("ENOENT");
  });

  it("reaches no remote by a program of the address's choosing", async () => {
    const root = await makeRepository(path.join(folder.path, "repo"));
    const place = path.join(folder.path, "bin");
    await mkdir(place);
    await writeFile(path.join(place, "git-remote-evil"), `#!/bin/sh\necho remote >> '${trace}'\n`);
    await chmod(path.join(place, "git-remote-evil"), 0o755);
    const runner = createGitRunner({ env: { ...env, PATH: `${place}:${env["PATH"]}` } });
    for (const address of [`ext::sh -c 'echo ext >> ${trace}'`, "evil::x"]) {
      expect(await runner.run({ at: { path: root }, args: ["fetch", address] })).toMatchObject({ ok: false });
    }
    // A repository of its own may not choose what packs for a fetch from it.
    await configure(root, "local", ["uploadpack.packObjectsHook", await script("pack")]);
    unwrap(await runner.run({ at: { path: folder.path }, args: ["init", "--quiet", "other"] }));
    unwrap(await runner.run({ at: { path: path.join(folder.path, "other") }, args: ["fetch", "--quiet", root] }));
    runner.close();
    expect(await traces()).toEqual([]);
  });
});

describe("files behind a filter", () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12\n`;

  async function withLfs(values: readonly [string, string][]) {
    const place = path.join(folder.path, "bin");
    await mkdir(place);
    // As git-lfs does: what is a pointer stays one, and smudging is skipped where the environment says so.
    const program = `#!/bin/sh\necho "lfs $1 skip=$GIT_LFS_SKIP_SMUDGE" >> '${trace}'\n[ "$1" = clean ] && { printf '${pointer.replaceAll("\n", "\\n")}'; exit; }\ncat\n`;
    await writeFile(path.join(place, "git-lfs"), program);
    await chmod(path.join(place, "git-lfs"), 0o755);
    env = { ...env, PATH: `${place}:${env["PATH"]}` };
    git.close();
    git = createGit({ env, folder: path.join(folder.path, "tmp") });
    const root = await makeRepository(path.join(folder.path, "repo"), [
      [".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n"],
      ["big.bin", pointer],
    ]);
    await configure(root, "global", ...values);
    return open(root);
  }

  it("are pointers where LFS is not set up, and unchanged", async () => {
    const at = await withLfs([]);
    expect(unwrap(await git.status(at)).clean).toBe(true);
    expect(await traces()).toEqual([]);
  });

  it("go through LFS as its installer sets it up, so that what was fetched by hand is unchanged, and nothing is downloaded", async () => {
    const at = await withLfs([
      ["filter.lfs.clean", "git-lfs clean -- %f"],
      ["filter.lfs.smudge", "git-lfs smudge -- %f"],
      ["filter.lfs.required", "true"],
    ]);
    // As long as the pointer: what has another length git takes for changed without a look.
    await writeFiles(at.path, [["big.bin", "b".repeat(pointer.length)]]);
    expect(unwrap(await git.status(at)).clean).toBe(true);
    expect(await traces()).toEqual(["lfs clean skip=1"]);
  });

  it("go through nothing else that calls itself LFS", async () => {
    const at = await withLfs([
      ["filter.lfs.clean", "git-lfs clean -- %f"],
      ["filter.lfs.process", canary("not-lfs")],
    ]);
    await writeFiles(at.path, [["big.bin", "b".repeat(pointer.length)]]);
    expect(unwrap(await git.status(at)).clean).toBe(false);
    expect(await traces()).toEqual([]);
  });
});

describe("the drivers of a repository", () => {
  it("are asked for once for all its worktrees, and again after a while", async () => {
    let now = 0;
    const asked: string[] = [];
    const runner = createGitRunner({ env });
    const drivers = createDrivers({
      query: (command) => {
        asked.push(command.at.path);
        return runner.run(command);
      },
      now: () => now,
    });
    const root = await makeRepository(path.join(folder.path, "repo"));
    const at = { path: root, gitDir: path.join(root, ".git") };
    const linked = { path: root, gitDir: path.join(root, ".git", "worktrees", "one") };
    unwrap(await drivers.in(at));
    await mkdir(linked.gitDir, { recursive: true });
    expect(unwrap(await drivers.in(linked)).filters).toEqual(new Set());
    expect(asked).toHaveLength(1);
    await configure(root, "local", ["filter.late.clean", "cat"]);
    now += 2_000;
    expect(unwrap(await drivers.in(at)).filters).toEqual(new Set(["late"]));
    await rm(linked.gitDir, { recursive: true });
    runner.close();
  });
});
