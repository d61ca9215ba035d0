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
import { createGit, type Git } from "../git/git.ts";
import { createBaseWatch } from "./base-watch.ts";
import type { Project } from "./project.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let project: Project;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: folder.path });
  project = { ...unwrap(await git.facts(await makeRepository(path.join(folder.path, "repo")))), id: "p1" };
});

afterEach(async () => {
  git.close();
  await folder.remove();
});

it("asks git for a base only when it has moved, or may have moved unseen", async () => {
  let now = 0;
  let asked = 0;
  const baseOf = createBaseWatch({
    now: () => now,
    git: {
      resolve: (...request) => {
        asked += 1;
        return git.resolve(...request);
      },
    },
  });
  const first = (await plainGit(project.root, "rev-parse", "HEAD")).trim();
  expect(await baseOf(project, "main")).toBe(first);
  now += 3_600_000;
  expect(await baseOf(project, "main")).toBe(first);
  expect(asked).toBe(1);
  const moved = await commitFiles(project.root, [["one", "x"]], "One");
  expect(await baseOf(project, "main")).toBe(moved);
  expect(asked).toBe(2);
  // What HEAD stands for is in no file that is read.
  expect(await baseOf(project, "HEAD")).toBe(moved);
  const again = await commitFiles(project.root, [["two", "x"]], "Two");
  now += 30_000;
  expect(await baseOf(project, "HEAD")).toBe(again);
  expect(await baseOf(project, "nowhere")).toBeUndefined();
});
