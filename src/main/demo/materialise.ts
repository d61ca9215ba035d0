import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Result } from "../../contract/errors.ts";
import { fail, ok, problemOf, unwrap } from "../../contract/errors.ts";

/** Runs git with hardened settings and a clean environment; the engine's git runner fits. */
export type DemoGit = {
  readonly run: (command: {
    readonly at: { readonly path: string };
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  }) => Promise<Result<unknown>>;
};

export type DemoDeps = {
  /** The absolute folder with `project/` and `history.json`. */
  readonly assetsDir: string;
  /** Where the project is to be, absolute. Its parent folders are made. */
  readonly into: string;
  readonly git: DemoGit;
};

/**
 * Makes the demo project a real git repository with a short past on branch `main`, always with the same commit ids. One that exists is left
 * alone, whatever became of it; half a one is never left behind.
 */
export async function createDemoProject(
  deps: DemoDeps,
): Promise<Result<{ readonly path: string; readonly created: boolean }>> {
  if (await exists(deps.into)) return ok({ path: deps.into, created: false });
  const parent = dirname(deps.into);
  try {
    await mkdir(parent, { recursive: true });
    const draft = await mkdtemp(join(parent, ".demo-"));
    try {
      await copyFolder(join(deps.assetsDir, "project"), draft);
      await commitHistory(deps, draft);
      await rename(draft, deps.into);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    return ok({ path: deps.into, created: true });
  } catch (error) {
    // Another start may have been faster: its project is as good.
    if (await exists(deps.into)) return ok({ path: deps.into, created: false });
    const told = problemOf(error);
    const next =
      "See that the folder can be written to and that git is installed, or open a project of your own with --repo.";
    return fail("UNAVAILABLE", "The demo project could not be made.", next, told.cause ?? told.message);
  }
}

/** Of plain files. `cp` cannot look into the archive of a package, which these calls can. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, copy);
    else await writeFile(copy, await readFile(source));
  }
}

/** The past as it is told: each commit takes what there is of its paths; the last one takes all that is left. */
const historySchema = z.object({
  author: z.object({ name: z.string(), email: z.string() }),
  commits: z.array(z.object({ date: z.string(), message: z.string(), paths: z.array(z.string()).min(1) })).min(1),
});

async function commitHistory({ assetsDir, git }: DemoDeps, folder: string): Promise<void> {
  const { author, commits } = historySchema.parse(JSON.parse(await readFile(join(assetsDir, "history.json"), "utf8")));
  const identity = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
  };
  const run = async (args: readonly string[], date: string) => {
    const env = { ...identity, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    unwrap(await git.run({ at: { path: folder }, args, env }));
  };
  await run(["init", "--quiet", "--initial-branch=main", "--template="], "");
  for (const { date, message, paths } of commits) {
    await run(["add", "--all", "--", ...paths], date);
    await run(["commit", "--quiet", "--message", message], date);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
