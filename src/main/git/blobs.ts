import { lstat, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { isPlainRevision, refuseRevision } from "./resolve.ts";
import type { Checkout } from "./run.ts";
import { isObjectId, type GitTools } from "./tools.ts";

/** Sizes in bytes of objects, by their ids; what is no object is left out. */
export async function blobSizes(
  git: GitTools,
  at: Checkout,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Result<ReadonlyMap<string, number>>> {
  const asked = ids.filter((id) => isObjectId(id) && !/^0+$/.test(id));
  if (asked.length === 0) return ok(new Map());
  const told = await git.run({
    at,
    args: ["cat-file", "--batch-check=%(objectname) %(objectsize)"],
    stdin: `${asked.join("\n")}\n`,
    signal,
  });
  if (!told.ok) return told;
  const sizes = new Map<string, number>();
  for (const line of told.value.stdout.toString().split("\n")) {
    const [id = "", size] = line.split(" ");
    if (size !== undefined && /^\d+$/.test(size)) sizes.set(id, Number(size));
  }
  return ok(sizes);
}

/** The size of a plain file in the work tree. What a name leads out of it to, by a link or by itself, is none of its files. */
export async function workTreeSize(at: Checkout, name: string): Promise<number | undefined> {
  if (path.posix.isAbsolute(name) || path.posix.join("./", name) !== name || /^\.\.(?:\/|$)/.test(name))
    return undefined;
  const parts = name.split("/");
  for (let depth = 1; depth < parts.length; depth += 1) {
    const folder = await lstat(path.join(at.path, ...parts.slice(0, depth))).catch(() => undefined);
    if (folder?.isDirectory() !== true) return undefined;
  }
  const found = await lstat(path.join(at.path, name)).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

/** What a commit has under a path. */
export function committedFile(
  git: GitTools,
  at: Checkout,
  { commit, name, maxBytes, signal }: FileRequest & { readonly commit: string },
): Promise<Result<Buffer>> {
  if (!isPlainRevision(commit)) return Promise.resolve(refuseRevision(commit));
  return readBlob(git, at, `${commit}:${name}`, { maxBytes, signal });
}

interface FileRequest {
  readonly name: string;
  /** More than this is `TOO_LARGE`. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the work tree has under a path. Git reads it, which sees nothing that its author could not read, into objects of
 * its own that are thrown away.
 */
export async function workTreeFile(git: GitTools, at: Checkout, request: FileRequest): Promise<Result<Buffer>> {
  const { name, maxBytes, signal } = request;
  const size = await workTreeSize(at, name);
  if (size === undefined) return fail("NOT_FOUND", `${name} is no file in the work tree.`, "Read the diff again.");
  if (size > maxBytes) return tooLarge(name);
  const folder = await mkdtemp(path.join(git.folder, "objects-"));
  try {
    const env = { GIT_OBJECT_DIRECTORY: folder };
    const named = await git.run({ at, args: ["hash-object", "-w", "--no-filters", "--", name], env, signal });
    if (!named.ok) return named;
    return await readBlob(git, at, named.value.stdout.toString().trim(), { maxBytes, signal, env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readBlob(
  git: GitTools,
  at: Checkout,
  object: string,
  how: { readonly maxBytes: number; readonly signal?: AbortSignal | undefined; readonly env?: Record<string, string> },
): Promise<Result<Buffer>> {
  const { env = {}, ...rest } = how;
  const read = await git.run({ at, args: ["cat-file", "blob", object], env, ...rest });
  if (read.ok) return ok(read.value.stdout);
  return read.error.code === "TOO_LARGE" ? tooLarge(object) : read;
}

function tooLarge(name: string): Result<never> {
  return fail("TOO_LARGE", `${name.slice(0, 200)} is too large to be shown.`, "Open it with a program of its own.");
}
