import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  commitFiles,
  git as plainGit,
  makeRepository,
  scenarioEnvironment,
  temporaryFolder,
} from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import { createGit, type Git } from "./git.ts";
import type { Checkout } from "./run.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let at: Checkout;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: await mkdtemp(path.join(folder.path, "tmp-")) });
  const root = await makeRepository(path.join(folder.path, "repo"));
  at = { path: root, gitDir: path.join(root, ".git") };
});
afterEach(async () => {
  git.close();
  await folder.remove();
});

it("tells what differs between two attempts, whatever is checked out", async () => {
  const base = unwrap(await git.head(at));
  for (const [name, text] of [
    ["one", "first way\n"],
    ["two", "second way\n"],
  ] as const) {
    await plainGit(at.path, "switch", "--quiet", "-c", name, base);
    await commitFiles(
      at.path,
      [
        ["way.txt", text],
        [`only-${name}.txt`, "here\n"],
      ],
      `Go the ${name} way`,
    );
  }
  await plainGit(at.path, "switch", "--quiet", "main");
  const [from, to] = [unwrap(await git.resolve(at, "one")), unwrap(await git.resolve(at, "two"))];
  const between = unwrap(await git.betweenCommits(at, { from, to, withPatch: true }));
  expect(between.files.map(({ path: name, change }) => `${change} ${name}`).toSorted()).toEqual([
    "modified way.txt",
    "renamed only-two.txt",
  ]);
  expect(between.patch.toString()).toContain("-first way\n+second way");
  expect(unwrap(await git.betweenCommits(at, { from, to: from, withPatch: true })).files).toEqual([]);
  const commits = unwrap(await git.commitsBetween(at, { from: base, to, limit: 20 }));
  expect(commits).toMatchObject({ more: false, commits: [{ id: to, subject: "Go the two way" }] });
  expect(unwrap(await git.commitsBetween(at, { from: base, to, limit: 0 }))).toEqual({ commits: [], more: true });
});

it("takes no option, range or missing commit for a commit", async () => {
  const head = unwrap(await git.head(at));
  for (const hostile of ["--output=/tmp/x", "a..b", "-p", ""]) {
    expect(await git.betweenCommits(at, { from: head, to: hostile, withPatch: true })).toMatchObject({ ok: false });
    expect(await git.commitsBetween(at, { from: hostile, to: head, limit: 5 })).toMatchObject({ ok: false });
  }
  expect(await git.betweenCommits(at, { from: head, to: "0".repeat(40), withPatch: true })).toMatchObject({
    ok: false,
  });
});
