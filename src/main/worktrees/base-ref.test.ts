import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commitFiles, git, makeRepository, temporaryFolder } from "../../../e2e/scenarios/repositories.ts";
import { mayHaveBranches, readBase } from "./base-ref.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let root: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  root = await makeRepository(path.join(folder.path, "repo"));
});

afterEach(() => folder.remove());

const read = (base: string) => readBase(path.join(root, ".git"), base);
const may = (id: string) => mayHaveBranches(path.join(root, ".git"), id);

describe("what files tell of a base", () => {
  it("changes whenever the branch, or a tag that goes before it, does", async () => {
    const prints = new Set([(await read("main")).print]);
    const steps: (() => Promise<unknown>)[] = [
      () => commitFiles(root, [["one", "x"]], "One"),
      () => git(root, "reset", "--quiet", "--hard", "HEAD~1"),
      () => git(root, "pack-refs", "--all"),
      () => commitFiles(root, [["two", "x"]], "Two"),
      () => git(root, "tag", "main", "HEAD~1"),
      () => git(root, "update-ref", "refs/heads/other", "HEAD"),
      () => git(root, "checkout", "--quiet", "--detach"),
      () => git(root, "branch", "--quiet", "-D", "main"),
    ];
    const changes: boolean[] = [];
    for (const step of steps) {
      await step();
      const { print } = await read("main");
      changes.push(!prints.has(print));
      prints.add(print);
    }
    // Coming back to a commit is no change; neither is another branch, nor what HEAD is on.
    expect(changes).toEqual([true, false, true, true, true, false, false, true]);
  });

  it("is not enough for names that stand for another ref, or for more than a name", async () => {
    await git(root, "symbolic-ref", "refs/heads/trunk", "refs/heads/main");
    await git(root, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main");
    expect(await read("main")).toMatchObject({ direct: true });
    for (const base of ["trunk", "origin", "HEAD", "main~1", "main^{}", "main@{1}", ":/Begin", "../main"])
      expect(await read(base)).toMatchObject({ direct: false });
  });
});

describe("whether a workstream may have branches", () => {
  it("sees loose and packed ones, and only its own", async () => {
    expect(await may("w1")).toBe(false);
    await git(root, "branch", "--quiet", "cox/w1/fix");
    expect([await may("w1"), await may("w"), await may("w12")]).toEqual([true, false, false]);
    await git(root, "pack-refs", "--all", "--prune");
    expect([await may("w1"), await may("w"), await may("w12")]).toEqual([true, false, false]);
  });
});
