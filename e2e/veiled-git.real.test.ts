import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../src/contract/errors.ts";
import { createGitRunner, type GitRunner } from "../src/main/git/run.ts";
import type { Sandbox } from "../src/main/sandbox/sandbox.ts";
import { placesOf, sandboxOver } from "./sandbox-stand.ts";
import { git as plainGit, makeRepository, scenarioEnvironment, temporaryFolder } from "./scenarios/repositories.ts";

const cache = fileURLToPath(new URL("../.cache/", import.meta.url));

/**
 * Git looks at a name and then opens it. An author that exchanges a file for a link fast enough has it open what the link leads to,
 * once in some fifty times; hash-object does so every time, and stands for that moment here.
 */
describe("a git that an author has led to what it may not read", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let sandbox: Sandbox;
  let runner: GitRunner;
  let at = { path: "", gitDir: "" };
  let veils = 0;

  beforeAll(async () => {
    folder = await temporaryFolder(cache);
    const places = placesOf(folder.path);
    const { home, user, repo, worktree } = places;
    await makeRepository(repo);
    await plainGit(repo, "worktree", "add", "--quiet", "-b", "cox/w1/one", worktree);
    await mkdir(path.join(user, ".ssh"));
    for (const file of [path.join(home, "capability"), path.join(user, ".netrc"), path.join(user, ".ssh/id")]) {
      await writeFile(file, "SECRET\n");
      await symlink(file, path.join(worktree, path.basename(file)));
    }
    await writeFile(path.join(worktree, "honest"), "work\n");
    sandbox = await sandboxOver(places);
    at = { path: worktree, gitDir: path.join(repo, ".git/worktrees/one") };
    runner = createGitRunner({
      env: scenarioEnvironment,
      veil(shown) {
        veils += 1;
        return sandbox.veil([path.join(home, "worktrees"), ...shown]);
      },
    });
  });

  beforeEach((context) => {
    if (sandbox.confinement !== "bubblewrap") context.skip("no bubblewrap");
  });

  afterAll(async () => {
    runner.close();
    await sandbox.close();
    await folder.remove();
  });

  it.each(["capability", ".netrc", "id"])("finds nothing in the place of %s", async (name) => {
    const hashed = await runner.run({ at, args: ["hash-object", "-w", "--no-filters", "--", name] });
    const object = hashed.ok ? hashed.value.stdout.toString().trim() : "";
    const told = object === "" ? "" : await plainGit(at.path, "cat-file", "blob", object);
    expect(told).not.toContain("SECRET");
  });

  it("works as ever where the author's own files lie", async () => {
    const hashed = unwrap(await runner.run({ at, args: ["hash-object", "-w", "--", "honest"] }));
    expect(await plainGit(at.path, "cat-file", "blob", hashed.stdout.toString().trim())).toBe("work\n");
    const listed = unwrap(await runner.run({ at, args: ["status", "--porcelain"], background: true }));
    expect(listed.stdout.toString()).toContain("?? honest");
  });

  it("works as ever in a repository that its user keeps among secrets", async () => {
    const kept = path.join(placesOf(folder.path).user, ".claude");
    await makeRepository(kept);
    const place = { path: kept, gitDir: path.join(kept, ".git") };
    expect(unwrap(await runner.run({ at: place, args: ["status", "--porcelain"] })).stdout.toString()).toBe("");
  });

  it("is held so by each verb that reads a work tree, and by no other", async () => {
    const before = veils;
    for (const args of [
      ["status", "--porcelain"],
      ["diff", "HEAD", "--"],
      ["update-index", "-q", "--refresh"],
      ["-c", "advice.addEmbeddedRepo=false", "add", "--all", "."],
    ]) {
      unwrap(await runner.run({ at, args, answers: [0, 1] }));
    }
    expect(veils - before).toBe(4);
    unwrap(await runner.run({ at, args: ["log", "-1"] }));
    expect(veils - before).toBe(4);
  });
});
