import { lstat, open, opendir, rm } from "node:fs/promises";
import type { Dirent } from "node:fs";
import { constants } from "node:fs";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Checkout } from "./run.ts";

/** The largest index that is read; one of a million files has about 100 MB. */
const mostIndexBytes = 512 * 1024 * 1024;
/** A ref is one line. */
const mostRefBytes = 4_096;
/** Entries looked at; git keeps some dozens, and some thousands in a long rebase. */
const mostEntries = 50_000;

/**
 * Looks at what the author of a linked worktree may write and git is about to read or write: the admin directory, and with
 * `branch` the folder of its branches and their logs. Git makes nothing but plain files and folders there, and follows
 * whatever else lies in their place: a symbolic link or a symbolic ref to what another owns, a pipe for ever. Such a thing
 * is refused by name. Pipes, sockets and devices are removed as well: they hold no work, and whoever asks for all branches
 * or all worktrees of the repository would wait at them. A main checkout belongs to the user, who may link what they like.
 */
export async function checkAuthorFiles({ gitDir }: Checkout, branch: string | undefined): Promise<Result<void>> {
  const admins = path.dirname(gitDir);
  if (path.basename(admins) !== "worktrees") return ok(undefined);
  const common = path.dirname(admins);
  const folder = branch === undefined || !branch.includes("/") ? undefined : path.dirname(branch);
  const shared = ["refs", path.join("logs", "refs")].flatMap((kind) =>
    branch === undefined ? [] : [path.join(common, kind, "heads", folder ?? branch)],
  );
  try {
    let left = mostEntries;
    for (const place of [gitDir, ...shared]) {
      for await (const found of entriesBelow(place)) {
        left -= 1;
        const bad = left < 0 ? tooMany(place) : await judge(found);
        if (bad !== undefined) return bad;
      }
    }
  } catch (error) {
    return fail("UNAVAILABLE", `${gitDir} could not be looked through.`, "Check who owns it and the disk.", error);
  }
  return branch === undefined ? ok(undefined) : checkRef(path.join(common, "refs", "heads", branch));
}

type Found = Pick<Dirent, "isFile" | "isDirectory" | "isSymbolicLink"> & { readonly file: string };

async function* entriesBelow(place: string): AsyncGenerator<Found> {
  const top = await lstat(place).catch(() => undefined);
  if (top === undefined) return;
  yield Object.assign(top, { file: place });
  if (!top.isDirectory()) return;
  // What a submodule keeps is as large as a repository, and not looked into by git either.
  for await (const entry of await opendirOrNothing(place)) {
    const file = path.join(place, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "modules") yield* entriesBelow(file);
    } else yield Object.assign(entry, { file });
  }
}

/** A folder may go while we look: git removes those it has emptied. */
async function opendirOrNothing(place: string): Promise<AsyncIterable<Dirent>> {
  try {
    return await opendir(place);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return none();
    throw error;
  }
}

async function* none(): AsyncGenerator<Dirent> {}

async function judge(found: Found): Promise<Result<never> | undefined> {
  const { file } = found;
  if (found.isSymbolicLink()) return refused(file, "is a symbolic link");
  if (!found.isFile() && !found.isDirectory()) {
    await rm(file, { force: true });
    return refused(file, "was a pipe, a socket or a device", "It is removed.");
  }
  const most = mostBytes[path.basename(file)];
  if (most === undefined) return undefined;
  const facts = await lstat(file).catch(() => undefined);
  return facts !== undefined && facts.size > most ? refused(file, `has ${facts.size} bytes`) : undefined;
}

const mostBytes: Readonly<Record<string, number | undefined>> = { index: mostIndexBytes, HEAD: mostRefBytes };

/** The branch itself must hold a commit's id: one that names another ref would have that one moved, and judged, in its place. */
async function checkRef(file: string): Promise<Result<void>> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostRefBytes + 1), 0, mostRefBytes + 1, 0);
      const text = buffer.subarray(0, bytesRead).toString("latin1").trim();
      if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return ok(undefined);
      return refused(file, text.startsWith("ref:") ? "leads to another ref" : "holds no commit");
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Packed, or not born yet.
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return ok(undefined);
    return fail("UNAVAILABLE", `${file} could not be read.`, "Check who owns it and the disk.", error);
  }
}

function refused(file: string, what: string, done = "Remove it"): Result<never> {
  const next =
    done === "Remove it" ? `${done}, then take the workstream up again.` : `${done} Take the workstream up again.`;
  return fail("FORBIDDEN", `${file} ${what}, which git never makes there.`, `Look at what put it there. ${next}`);
}

function tooMany(place: string): Result<never> {
  return fail("TOO_LARGE", `There are too many files in ${place}.`, "Look at what put them there, and remove them.");
}
