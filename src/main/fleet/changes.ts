import {
  largestPicture,
  mostBranchCommits,
  mostDiffFiles,
  pictureKinds,
  writtenBytes,
  writtenPath,
  type ChangedFile,
  type ChangesFrame,
  type DiffFile,
  type DiffWanted,
} from "../../contract/diffs.ts";
import { fail, ok, unwrap, type Result } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { ChangedFile as GitFile } from "../git/changed-files.ts";
import type { RepoPath } from "../git/paths.ts";
import type { Checkout } from "../git/run.ts";
import { checkoutOf } from "./checkout.ts";
import type { Deck } from "./crew.ts";
import type { Fleet } from "./fleet.ts";
import { picturePixels } from "./picture-pixels.ts";

/** Of one file, when it is asked for by itself. */
export const mostLines = 30_000;
/** A file's text in which lines between hunks are looked up. */
const largestText = 8 * 1024 * 1024;
/** Files whose size is looked up because they are not shown as lines. */
const mostSized = 500;
/** Of a picture; each takes four bytes of the window's memory. */
const mostPixels = 40_000_000;

/** What a workstream changed, read so that it can be shown. */
export function createChanges(
  deck: Pick<Deck, "row" | "git" | "patches">,
): Pick<Fleet, "changes" | "filePatch" | "fileLines" | "commits" | "picture"> {
  function place(id: WorkstreamId): Result<{ readonly at: Checkout; readonly base: string }> {
    const row = deck.row(id);
    if (row === undefined)
      return fail("NOT_FOUND", "There is no such workstream.", "`cox list` shows those there are.");
    const at = checkoutOf(row);
    return at.ok ? ok({ at: at.value, base: row.place.commit ?? row.place.base }) : at;
  }

  async function* told(
    at: Checkout,
    base: string,
    wanted: DiffWanted,
    signal?: AbortSignal,
  ): AsyncGenerator<ChangesFrame> {
    const ignoreWhitespace = !wanted.whitespace;
    const read = unwrap(await deck.git.rawDiff(at, { base, since: wanted.since, ignoreWhitespace, signal }));
    const listed = read.files.slice(0, mostDiffFiles);
    const [head, generated, sizes] = await Promise.all([
      deck.git.resolve(at, "HEAD"),
      deck.git.generatedPaths(at, {
        commit: read.since,
        paths: listed.flatMap(({ path, raw }) => (raw === undefined ? [path] : [])),
        signal,
      }),
      sizesOf(at, listed, signal),
    ]);
    yield {
      kind: "files",
      base: read.since,
      head: head.ok ? head.value : read.since,
      files: listed.map((file) => changedFile(file, sizes)),
      unlisted: read.files.length - listed.length,
    };
    const pages = unwrap(
      deck.patches.read(read.patch, { fold: true, generated: generated.ok ? [...generated.value] : [], mostLines }),
    );
    const known = new Set(listed.map(pathOf));
    for await (const patches of pages) {
      if (signal?.aborted === true) return;
      yield { kind: "patches", patches: patches.filter(({ path }) => known.has(path)) };
    }
    yield { kind: "end", truncated: read.patchTruncated || read.untrackedTruncated };
  }

  /** In bytes, of files that are not shown as lines. */
  async function sizesOf(at: Checkout, files: readonly GitFile[], signal: AbortSignal | undefined): Promise<Sizes> {
    const sized = files.filter(({ binary }) => binary).slice(0, mostSized);
    const ids = sized.flatMap(({ oldId, newId }) => [oldId, newId]);
    const known = await deck.git.blobSizes(at, ids, signal);
    const committed = known.ok ? known.value : new Map<string, number>();
    const sizes = new Map<GitFile, { old?: number; new?: number }>();
    for (const file of sized) {
      const old = committed.get(file.oldId);
      const now =
        file.change === "deleted"
          ? undefined
          : (committed.get(file.newId) ?? (await deck.git.workTreeSize(at, file.path)));
      sizes.set(file, { ...(old === undefined ? {} : { old }), ...(now === undefined ? {} : { new: now }) });
    }
    return sizes;
  }

  return {
    changes(id, wanted, signal) {
      const found = place(id);
      return found.ok ? ok(told(found.value.at, found.value.base, wanted, signal)) : found;
    },

    async filePatch(id, { path, previousPath, ...wanted }, signal) {
      const found = place(id);
      if (!found.ok) return found;
      const name = nameOf(path);
      if (!name.ok) return name;
      const { at, base } = found.value;
      const paths = [name.value, ...(previousPath === undefined ? [] : [previousPath])];
      const read = await deck.git.rawDiff(at, {
        base,
        since: wanted.since,
        ignoreWhitespace: !wanted.whitespace,
        paths,
        signal,
      });
      if (!read.ok) return read;
      const pages = deck.patches.read(read.value.patch, { fold: false, generated: [], mostLines });
      if (!pages.ok) return pages;
      for await (const patches of pages.value) {
        const patch = patches.find((one) => one.path === path);
        if (patch !== undefined) return ok(patch);
      }
      if (read.value.patchTruncated)
        return fail("TOO_LARGE", `${path} differs in too much to be shown.`, `Look at it with \`git diff\`.`);
      return fail("CONFLICT", `${path} does not differ any more.`, "Read the diff again.");
    },

    async fileLines(id, { base, path, from, count }, signal) {
      const found = place(id);
      if (!found.ok) return found;
      const name = nameOf(path);
      if (!name.ok) return name;
      const parted = await deck.git.mergeBase(found.value.at, base, "HEAD");
      if (!parted.ok || parted.value !== base) {
        return fail("CONFLICT", "The diff was read before the branch was moved.", "Read the diff again.");
      }
      const text = await deck.git.committedFile(found.value.at, {
        commit: base,
        name: name.value,
        maxBytes: largestText,
        signal,
      });
      if (!text.ok) return text;
      const lines = text.value.toString().split("\n");
      if (lines.at(-1) === "") lines.pop();
      const shown = lines.slice(from - 1, from - 1 + count).map((line) => line.slice(0, 2_000));
      return ok({ lines: shown, total: lines.length });
    },

    async commits(id, signal) {
      const found = place(id);
      if (!found.ok) return found;
      const { at, base } = found.value;
      const told = await deck.git.commitsSince(at, { base, most: mostBranchCommits, signal });
      return told.ok ? ok([...told.value]) : told;
    },

    async picture(id, { path, side, ...wanted }, signal) {
      const found = place(id);
      if (!found.ok) return found;
      const { at, base } = found.value;
      const type = pictureKinds[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
      if (type === undefined)
        return fail("BAD_REQUEST", `${path} is no picture that is shown.`, "Open it with a program of its own.");
      const name = nameOf(path);
      if (!name.ok) return name;
      const maxBytes = largestPicture;
      if (side === "new") {
        const now = await deck.git.workTreeFile(at, { name: name.value, maxBytes, signal });
        return now.ok ? drawable(type, now.value) : now;
      }
      const commit = await startOf(at, base, wanted.since);
      if (!commit.ok) return commit;
      const then = await deck.git.committedFile(at, { commit: commit.value, name: name.value, maxBytes, signal });
      return then.ok ? drawable(type, then.value) : then;
    },
  };

  function startOf(at: Checkout, base: string, since: string): Promise<Result<string>> {
    if (since === "head") return deck.git.resolve(at, "HEAD");
    return deck.git.mergeBase(at, since === "base" ? base : since, "HEAD");
  }
}

function drawable(type: string, bytes: Buffer): Result<{ readonly type: string; readonly base64: string }> {
  const pixels = picturePixels(bytes);
  if (pixels === undefined)
    return fail("BAD_REQUEST", "It is no picture that can be drawn.", "Open it with a program of its own.");
  if (pixels > mostPixels)
    return fail("TOO_LARGE", "It has too many pixels to be drawn.", "Open it with a program of its own.");
  return ok({ type, base64: bytes.toString("base64") });
}

type Sizes = ReadonlyMap<GitFile, NonNullable<ChangedFile["sizes"]>>;

/** Only the whole diff can name a file whose name is not UTF-8: git takes no such name from us. */
function nameOf(path: string): Result<string> {
  const bytes = writtenBytes(path);
  if (bytes === undefined) return ok(path);
  const text = Buffer.from(bytes, "latin1").toString();
  if (!text.includes("\ufffd")) return ok(text);
  return fail("BAD_REQUEST", `The name of ${path} is not UTF-8.`, "Look at it with git in the worktree.");
}

function pathOf({ path, raw }: RepoPath): string {
  const bytes = raw === undefined ? Buffer.from(path) : Buffer.from(raw, "base64");
  return writtenPath(bytes.toString("latin1"), raw === undefined ? path : undefined);
}

export function diffFile(file: GitFile): DiffFile {
  const { from, change, binary, added, removed } = file;
  return {
    path: pathOf(file),
    ...(from === undefined ? {} : { previousPath: pathOf(from) }),
    change,
    binary,
    added,
    removed,
  };
}

const submodule = "160000";

export function changedFile(file: GitFile, sizes: Sizes = new Map()): ChangedFile {
  const { oldMode, newMode, similarity } = file;
  const both = Number(oldMode) > 0 && Number(newMode) > 0;
  const size = sizes.get(file);
  return {
    ...diffFile(file),
    ...(both && oldMode !== newMode ? { modes: { old: oldMode, new: newMode } } : {}),
    ...(similarity === undefined ? {} : { similarity }),
    ...(size === undefined ? {} : { sizes: size }),
    ...(oldMode === submodule || newMode === submodule ? { submodule: true } : {}),
  };
}
