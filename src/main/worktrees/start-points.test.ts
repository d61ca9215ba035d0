import { describe, expect, it } from "vitest";
import { fail, ok, unwrap, type Result } from "../../contract/errors.ts";
import type { StartPoint } from "../git/start-point.ts";
import type { Project } from "./project.ts";
import { createStartPoints } from "./start-points.ts";

const project: Project = { id: "p1", root: "/p", gitDir: "/p/.git", commonDir: "/p/.git", bare: false };
const commit = "a".repeat(40);

/** A git that answers when it is told to. */
function heldGit() {
  const asked: { base: string; folders: readonly string[]; answer: (told: Result<StartPoint>) => void }[] = [];
  return {
    asked,
    startPoint: (_at: unknown, { base, folders }: { base: string; folders: readonly string[] }) =>
      new Promise<Result<StartPoint>>((answer) => asked.push({ base, folders, answer })),
  };
}

const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

describe("the start points of a burst", () => {
  it("are asked for twice, whoever asks later waiting for a later answer, and each is told of its own branches", async () => {
    const git = heldGit();
    const find = createStartPoints(git);
    const first = find(project, "main", "w0");
    await turnOfTheLoop();
    const rest = Array.from({ length: 14 }, (_, n) => find(project, "main", `w${n + 1}`));
    const other = find(project, "next", "w20");
    await turnOfTheLoop();
    expect(git.asked.map(({ base, folders }) => [base, folders.length])).toEqual([
      ["main", 1],
      ["next", 1],
    ]);
    git.asked[0]?.answer(ok({ commit, branches: [] }));
    git.asked[1]?.answer(ok({ commit, branches: [] }));
    await turnOfTheLoop();
    expect(git.asked[2]?.folders).toHaveLength(14);
    git.asked[2]?.answer(ok({ commit, branches: ["cox/w1/x", "cox/w10/y"] }));
    const told = (await Promise.all([first, other, ...rest])).map((each) => unwrap(each).branches);
    expect(told[2]).toEqual(["cox/w1/x"]);
    expect(told[11]).toEqual(["cox/w10/y"]);
    expect(told.flat()).toHaveLength(2);
    expect(git.asked).toHaveLength(3);
  });

  it("are asked for one by one when they cannot be told together", async () => {
    const git = heldGit();
    const find = createStartPoints(git);
    const both = [find(project, "main", "w1"), find(project, "main", "w2")];
    await turnOfTheLoop();
    expect(git.asked[0]?.folders).toEqual(["cox/w1", "cox/w2"]);
    git.asked[0]?.answer(fail("TOO_LARGE", "Too many branches.", "Ask for fewer."));
    await turnOfTheLoop();
    git.asked[1]?.answer(fail("TOO_LARGE", "Too many branches.", "Ask for fewer."));
    git.asked[2]?.answer(ok({ commit, branches: [] }));
    expect((await Promise.all(both)).map((told) => told.ok)).toEqual([false, true]);
  });
});
