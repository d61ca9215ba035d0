import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fail, unwrap } from "../../contract/errors.ts";
import { createGitRunner } from "../git/run.ts";
import { createDemoProject } from "./materialise.ts";

const execute = promisify(execFile);
const assetsDir = fileURLToPath(new URL("../../../assets/demo", import.meta.url));
const git = createGitRunner({ env: process.env });

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "demo-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const into = () => join(home, "demo", "pigeon-post");
const ask = async (...args: string[]) => (await execute("git", args, { cwd: into() })).stdout.trim();

describe("the demo project", () => {
  it("is a clean repository on main with a past of several commits", async () => {
    expect(unwrap(await createDemoProject({ assetsDir, into: into(), git }))).toEqual({ path: into(), created: true });
    expect(await ask("status", "--porcelain")).toBe("");
    expect(await ask("branch", "--show-current")).toBe("main");
    expect((await ask("log", "--format=%s")).split("\n")).toHaveLength(5);
    expect((await ask("ls-files", "tickets")).split("\n")).toHaveLength(15);
  });

  it("has the same commit ids wherever and whenever it is made", async () => {
    unwrap(await createDemoProject({ assetsDir, into: into(), git }));
    const first = await ask("rev-parse", "HEAD");
    await rm(into(), { recursive: true });
    unwrap(await createDemoProject({ assetsDir, into: into(), git }));
    expect(await ask("rev-parse", "HEAD")).toBe(first);
    const told = Date.UTC(2026, 10, 9, 11, 30) / 1_000;
    expect(await ask("log", "-1", "--format=%at %ct")).toBe(`${told} ${told}`);
  });

  it("is left alone when it exists", async () => {
    unwrap(await createDemoProject({ assetsDir, into: into(), git }));
    await writeFile(join(into(), "README.md"), "mine");
    expect(unwrap(await createDemoProject({ assetsDir, into: into(), git })).created).toBe(false);
    expect(await readFile(join(into(), "README.md"), "utf8")).toBe("mine");
  });

  it("leaves nothing behind when git fails", async () => {
    const broken = { run: () => Promise.resolve(fail("UNAVAILABLE", "There is no git.", "Install git.")) };
    expect(await createDemoProject({ assetsDir, into: into(), git: broken })).toMatchObject({
      ok: false,
      error: { code: "UNAVAILABLE", cause: "There is no git." },
    });
    expect(await readdir(join(home, "demo"))).toEqual([]);
  });

  it("is made once when two start together", async () => {
    const both = await Promise.all([1, 2].map(() => createDemoProject({ assetsDir, into: into(), git })));
    expect(both.map((result) => unwrap(result).path)).toEqual([into(), into()]);
    expect(await readdir(join(home, "demo"))).toEqual(["pigeon-post"]);
    expect(await ask("status", "--porcelain")).toBe("");
  });
});
