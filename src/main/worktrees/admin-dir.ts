import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import type { Project } from "./project.ts";

/**
 * What the `.git` file of a linked worktree points at; gitrepository-layout(5). An agent may have rewritten it, so it
 * must name an admin directory of this project that points back.
 */
export async function adminDirOf(project: Project, place: string): Promise<string | undefined> {
  const adminDir = await namedAdminDir(project, place);
  if (adminDir === undefined) return undefined;
  return (await placeOf(adminDir)) === place ? adminDir : undefined;
}

/** The same without the way back, which is cut while a worktree is being moved. */
export async function namedAdminDir({ commonDir }: Project, place: string): Promise<string | undefined> {
  const named = /^gitdir: (.+)$/.exec(await readLine(path.join(place, ".git")))?.[1];
  if (named === undefined) return undefined;
  const adminDir = path.resolve(place, named);
  return path.dirname(adminDir) === path.join(commonDir, "worktrees") ? adminDir : undefined;
}

/** Where git believes the worktree of an admin directory to be. */
export async function placeOf(adminDir: string): Promise<string | undefined> {
  const line = await readLine(path.join(adminDir, "gitdir"));
  const file = path.resolve(adminDir, line);
  return path.basename(file) === ".git" ? path.dirname(file) : undefined;
}

/** The commit of a head that is on no branch, as its file says. */
export async function detachedHead(adminDir: string): Promise<string | undefined> {
  return /^([0-9a-f]{40,64})$/.exec(await readLine(path.join(adminDir, "HEAD")))?.[1];
}

async function readLine(file: string): Promise<string> {
  const found = await lstat(file).catch(() => undefined);
  if (found?.isFile() !== true) return "";
  return (await readFile(file, "utf8").catch(() => "")).replace(/\n$/, "");
}
