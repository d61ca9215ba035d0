import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fail, ok, type Result } from "../../../contract/errors.ts";
import type { StepOf } from "./scenario.ts";

/** A change to one file, in the words of a `fileChange` item. */
export interface FileChange {
  readonly path: string;
  readonly kind:
    | { readonly type: "add" }
    | { readonly type: "delete" }
    | { readonly type: "update"; readonly move_path: null };
  readonly diff: string;
}

export interface PlannedEdit {
  readonly change: FileChange;
  apply(): Promise<void>;
}

/** Works out an edit without making it. `NOT_FOUND` when the words to replace are not there. */
export async function planEdit(folder: string, body: StepOf<"edit">["body"]): Promise<Result<PlannedEdit>> {
  const file = await confined(folder, body.path);
  if (!file.ok) return file;
  const before = await readFile(file.value, "utf8").catch(() => undefined);
  const after = "content" in body ? ok(body.content) : replaced(before, body);
  if (!after.ok) return after;
  const content = after.value;
  return ok({
    change: changeOf(file.value, before, content),
    async apply() {
      if (before === content) return;
      await mkdir(dirname(file.value), { recursive: true });
      await writeWhole(file.value, content);
    },
  });
}

/** On a full disk the file stays as it was: half of it, or none, would be committed by the next step. */
async function writeWhole(path: string, content: string): Promise<void> {
  const file = await realpath(path).catch(() => path);
  const mode = await stat(file).then(
    (found) => found.mode,
    () => undefined,
  );
  const part = `${file}.part`;
  try {
    await writeFile(part, content, mode === undefined ? {} : { mode });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Works out the removal of a file. One that is gone already is no failure, so that a step can be played again. */
export async function planDelete(folder: string, path: string): Promise<Result<PlannedEdit>> {
  const file = await confined(folder, path);
  if (!file.ok) return file;
  const before = await readFile(file.value, "utf8").catch(() => "");
  return ok({
    change: { path: file.value, kind: { type: "delete" }, diff: before },
    apply: () => rm(file.value, { force: true }),
  });
}

function replaced(before: string | undefined, edit: { path: string; find: string; replace: string }): Result<string> {
  if (before?.includes(edit.find) === true) return ok(before.replace(edit.find, () => edit.replace));
  // The words it would put there are there already: the step was played before a crash.
  if (before !== undefined && edit.replace !== "" && before.includes(edit.replace)) return ok(before);
  const seen = edit.find.slice(0, 80);
  return fail("NOT_FOUND", `${edit.path} does not contain "${seen}".`, "Correct the scenario's edit step.");
}

/** The absolute path, if it lies in the folder with symbolic links followed. */
async function confined(folder: string, path: string): Promise<Result<string>> {
  const root = await realpath(folder);
  const file = resolve(root, path);
  const existing = await nearestExisting(isInside(root, file) ? file : root);
  const outside = isAbsolute(path) || !isInside(root, file) || file === root || !isInside(root, existing);
  if (outside || file.startsWith(join(root, ".git", sep)) || file === join(root, ".git")) {
    return fail(
      "FORBIDDEN",
      `${path} is outside the worktree.`,
      "Name a file inside the worktree, by a relative path.",
    );
  }
  return ok(file);
}

async function nearestExisting(file: string): Promise<string> {
  return realpath(file).catch(() => nearestExisting(dirname(file)));
}

function isInside(root: string, file: string): boolean {
  const path = relative(root, file);
  return path === "" || (path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path));
}

function changeOf(path: string, before: string | undefined, after: string): FileChange {
  if (before === undefined) return { path, kind: { type: "add" }, diff: after };
  return { path, kind: { type: "update", move_path: null }, diff: oneHunk(before, after) };
}

/** A unified diff with a single hunk: what lies between the common beginning and the common end. */
export function oneHunk(before: string, after: string): string {
  const old = before.split("\n");
  const young = after.split("\n");
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < young.length - start && old.at(-1 - end) === young.at(-1 - end)) end += 1;
  const gone = old.slice(start, old.length - end);
  const come = young.slice(start, young.length - end);
  if (gone.length === 0 && come.length === 0) return "";
  const header = `@@ -${start + 1},${gone.length} +${start + 1},${come.length} @@`;
  return [header, ...gone.map((line) => `-${line}`), ...come.map((line) => `+${line}`), ""].join("\n");
}
