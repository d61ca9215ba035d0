import { execFile } from "node:child_process";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { unwrap } from "../../src/contract/errors.ts";
import { createGit } from "../../src/main/git/git.ts";
import { createWorktrees } from "../../src/main/worktrees/worktrees.ts";
import { git as plainGit, makeRepository, scenarioEnvironment } from "./repositories.ts";

/*
 * Run inside a mount namespace of its own: makes a worktree where the disk of the home or of the repository is full or
 * read-only, then again where it is not any more, and says what came of both.
 */

const run = promisify(execFile);
const [folder = "", where = "home", trouble = "full"] = process.argv.slice(2);
const home = path.join(folder, "home");
const repo = path.join(folder, "repo");
const cramped = where === "home" ? home : repo;
const filler = path.join(cramped, "filler");

await mkdir(cramped, { recursive: true });
await run("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", cramped]);
await makeRepository(repo, [
  ["big.txt", `${"x".repeat(1_023)}\n`.repeat(2_000)],
  [".gitignore", "filler\n"],
]);
await mkdir(path.join(folder, "scratch"));
await mkdir(path.join(home, "worktrees"), { recursive: true });
const git = createGit({ env: scenarioEnvironment, folder: path.join(folder, "scratch") });
const worktrees = createWorktrees({ root: path.join(home, "worktrees"), git, patienceMs: 50 });
const project = { ...unwrap(await git.facts(repo)), id: "p1" };
const create = (workstreamId: string) => worktrees.create({ project, base: "main", slug: "cramped", workstreamId });

const neighbour = unwrap(await create("w0"));
await (trouble === "full" ? fill() : run("mount", ["-o", "remount,ro", cramped]));
const first = await create("w1");
const left = {
  folders: (await readdir(path.join(home, "worktrees", "p1"))).toSorted(),
  registered: (await readdir(path.join(repo, ".git", "worktrees"))).length,
  branches: (await plainGit(repo, "for-each-ref", "--format=%(refname)", "refs/heads/cox")).trim().split("\n"),
  neighbour: await plainGit(neighbour.path, "--no-optional-locks", "status", "--porcelain"),
};
await (trouble === "full" ? rm(filler) : run("mount", ["-o", "remount,rw", cramped]));
const second = await create("w1");
const clean = second.ok ? await plainGit(second.value.path, "status", "--porcelain") : second.error.message;
process.stdout.write(JSON.stringify({ first, left, clean }));
await worktrees.close();
git.close();

/** Until not a byte more fits. */
async function fill(): Promise<void> {
  await writeFile(filler, Buffer.alloc(32 * 1024 ** 2)).catch(() => undefined);
}
