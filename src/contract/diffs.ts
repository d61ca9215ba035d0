import { z } from "zod";

/**
 * What a diff is taken against: where the branch began (`base`), what is committed (`head`, so that only uncommitted work
 * shows), or a commit of this workstream by its full id.
 */
export const diffSinceSchema = z.union([z.enum(["base", "head"]), z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)]);
export type DiffSince = z.infer<typeof diffSinceSchema>;

/** Which diff is read. `whitespace: false` leaves out what differs in white space only; git makes the hunks anew. */
export const diffWantedSchema = z.object({
  since: diffSinceSchema.default("base"),
  whitespace: z.boolean().default(true),
});
export type DiffWanted = z.infer<typeof diffWantedSchema>;

/** Most files that are listed; the rest is counted. */
export const mostDiffFiles = 5_000;

const countSchema = z.number().int().nonnegative();
const pathSchema = z.string().max(8_192);

export const diffFileSchema = z.object({
  /** Bytes of a name that are not UTF-8 are written as `\xNN`. No two files of a diff have the same path. */
  path: pathSchema,
  previousPath: pathSchema.optional(),
  change: z.enum(["added", "modified", "deleted", "renamed", "copied", "typechange", "unmerged"]),
  binary: z.boolean(),
  added: countSchema,
  removed: countSchema,
});
export type DiffFile = z.infer<typeof diffFileSchema>;

/** Why a file's lines are not shown before somebody asks for them. */
export const foldReasonSchema = z.enum(["generated", "lock", "minified", "long lines", "huge"]);
export type FoldReason = z.infer<typeof foldReasonSchema>;

export const changedFileSchema = diffFileSchema.extend({
  /** Git's modes, such as `100755`, of a file that has both and has them differ. */
  modes: z.object({ old: z.string().max(6), new: z.string().max(6) }).optional(),
  /** Of a renamed or copied file, how much of it stayed, in percent. */
  similarity: z.number().int().min(0).max(100).optional(),
  /** Of what is not shown as lines, in bytes; absent on a side where there is none. */
  sizes: z.object({ old: countSchema.optional(), new: countSchema.optional() }).optional(),
  submodule: z.boolean().optional(),
});
export type ChangedFile = z.infer<typeof changedFileSchema>;

export const diffHunkSchema = z.object({
  /**
   * Made of the path and of the hunk's lines with their context, not of where they stand: the same while neither changes,
   * and no two in a diff are the same. What was seen and said of a hunk hangs on it.
   */
  id: z.string().max(64),
  oldStart: countSchema,
  oldLines: countSchema,
  newStart: countSchema,
  newLines: countSchema,
  /** What git names after the second `@@`. */
  section: z.string().max(200),
  /**
   * As git writes them, joined by line breaks: each begins with a space, `-`, `+`, or `\` when what precedes it has no line
   * break at its end. Longer lines have their middle cut out.
   */
  lines: z.string(),
});
export type DiffHunk = z.infer<typeof diffHunkSchema>;

/** What git says about one file, read. */
export const filePatchSchema = z.object({
  path: pathSchema,
  /** Made of all its hunks, or of git's own words where there are none: the same while nothing in the file changes. */
  id: z.string().max(64),
  /** Empty while it is folded. */
  hunks: z.array(diffHunkSchema),
  /** Why its lines were left out; `workstream.filePatch` tells them. */
  folded: foldReasonSchema.optional(),
  /** Lines of the patch, shown or not. */
  lines: countSchema,
  /** Its end is missing, because there is more than is shown of one file. */
  cut: z.boolean().optional(),
  /** Shown as Latin-1, because it is not UTF-8. */
  latin1: z.boolean().optional(),
});
export type FilePatch = z.infer<typeof filePatchSchema>;

/** The side of a diff a line stands on: as it was, or as it is. A line that both have belongs to the new one. */
export type DiffSide = "old" | "new";

/** A line of a diff. Line 0 is the head of the file. */
export interface DiffPlace {
  readonly path: string;
  readonly side: DiffSide;
  readonly line: number;
}

/** A diff as it is told: first what changed, then the patches in the order of the files, then the end. */
export const changesFrameSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("files"),
    /** The commit it is compared with, and the one checked out. */
    base: z.string(),
    head: z.string(),
    files: z.array(changedFileSchema).max(mostDiffFiles),
    /** How many more there are than are listed. */
    unlisted: countSchema,
  }),
  z.object({ kind: z.literal("patches"), patches: z.array(filePatchSchema).max(mostDiffFiles) }),
  z.object({
    kind: z.literal("end"),
    /** Not all patches were told: there is more than is sent at once. */ truncated: z.boolean(),
  }),
]);
export type ChangesFrame = z.infer<typeof changesFrameSchema>;

/** The lines of a file between two hunks, which are the same on both sides. */
export const fileLinesSchema = z.object({
  lines: z.array(z.string()).max(500),
  /** How many lines the file has. */
  total: countSchema,
});
export type FileLines = z.infer<typeof fileLinesSchema>;

/** The newest commits of a branch since it began, which a diff can be taken against. */
export const branchCommitSchema = z.object({
  id: z.string().max(64),
  subject: z.string().max(200),
  /** When it was made, in milliseconds. */
  at: z.number(),
});
export type BranchCommit = z.infer<typeof branchCommitSchema>;
export const mostBranchCommits = 100;

/**
 * Kinds of pictures that are shown, by the ending of their names. SVG is not among them: a few lines of it can say to draw
 * something a thousand million times, and the window would stand still.
 */
export const pictureKinds: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
};

/** Largest picture that is shown, in bytes. */
export const largestPicture = 4 * 1024 * 1024;

const escaped = /\\x([0-9a-f]{2})/;

/**
 * How the bytes of a path are written so that no two paths are written alike: as they are when they are UTF-8, else with
 * `\xNN`. `latin1` is one character for each byte; `utf8` is absent when they are not UTF-8.
 */
export function writtenPath(latin1: string, utf8: string | undefined): string {
  if (utf8 !== undefined && !escaped.test(utf8)) return utf8;
  return latin1.replaceAll(/[^ -[\]-~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** The bytes of a path that is written with `\xNN`, one character for each; undefined when it is the path itself. */
export function writtenBytes(path: string): string | undefined {
  if (!escaped.test(path)) return undefined;
  return path.replaceAll(/\\x([0-9a-f]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
