import type { FilePatch } from "../../contract/diffs.ts";
import { locate, type SideLine } from "../../contract/review-anchor.ts";
import { progressOf, sideLines, unitsOf } from "../../contract/review-hunks.ts";
import type { Anchor, Review, ReviewThread } from "../../contract/review.ts";
import type { CommentDraft } from "./comment-drafts.ts";
import type { DiffRead } from "./diff-state.ts";

/** Where lines that something was said about are in a diff. */
export type Standing =
  | {
      readonly kind: "here";
      readonly path: string;
      readonly side: Anchor["side"];
      readonly first: number;
      readonly last: number;
    }
  /** The lines of its file are not shown at present, so that nothing can be said of them. */
  | { readonly kind: "unshown"; readonly path: string }
  /** The diff has no such lines, or not any more. */
  | { readonly kind: "gone" };

/** Something that was said about a place: a thread, or a comment that was not sent yet. */
export interface Mark {
  readonly id: string;
  readonly anchor: Anchor;
  readonly thread?: ReviewThread;
  readonly draft?: CommentDraft;
  readonly standing: Standing;
}

type Read = Pick<DiffRead, "files" | "patches" | "whole">;

/** In the order of the diff; what is gone from it comes last. */
export function marksOf(threads: readonly ReviewThread[], drafts: readonly CommentDraft[], read: Read): Mark[] {
  const order = new Map(read.files.map(({ path }, at) => [path, at]));
  const rank = ({ standing, anchor }: Mark): number =>
    standing.kind === "gone"
      ? Infinity
      : (order.get(standing.path) ?? 0) * 1e8 + (standing.kind === "here" ? standing.first : anchor.first);
  const marks = [
    ...threads.map((thread) => ({ id: threadMark(thread.number), anchor: thread.anchor, thread })),
    ...drafts.map((draft) => ({ id: draft.id, anchor: draft.anchor, draft })),
  ].map((mark): Mark => ({ ...mark, standing: standingOf(mark.anchor, read) }));
  return marks.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

export const threadMark = (number: number): string => `thread-${String(number)}`;

function standingOf(anchor: Anchor, { files, patches, whole }: Read): Standing {
  // A file that was moved since keeps what was said about it.
  const file =
    files.find(({ path }) => path === anchor.path) ?? files.find(({ previousPath }) => previousPath === anchor.path);
  if (file === undefined) return whole ? { kind: "gone" } : { kind: "unshown", path: anchor.path };
  const { path } = file;
  const patch = patches.get(path);
  if (patch === undefined || patch.folded !== undefined) return { kind: "unshown", path };
  const found = locate(anchor, linesOf(patch)[anchor.side]);
  if (found !== undefined) return { kind: "here", path, side: anchor.side, ...found };
  return patch.cut === true ? { kind: "unshown", path } : { kind: "gone" };
}

/** What became of what was said: whether the author has it, and whether it has changed the lines since. */
export function fateOf({ thread, standing }: Mark, reviews: readonly Review[]): string {
  const review = reviews.findLast(({ threads }) => thread !== undefined && threads.includes(thread.number));
  if (review === undefined) return "";
  if (review.delivery === "accepted") return "accepted, on its way";
  if (review.delivery === "dropped") return `not delivered: ${review.why ?? "it was dropped"}`;
  const told = review.turn === undefined ? "delivered" : `delivered in turn ${String(review.turn)}`;
  return standing.kind === "unshown" ? told : `${told}, ${standing.kind === "here" ? "not touched" : "touched"} since`;
}

const known = new WeakMap<FilePatch, { readonly old: readonly SideLine[]; readonly new: readonly SideLine[] }>();

/** The lines a file's diff shows, by side. */
export function linesOf(patch: FilePatch): { readonly old: readonly SideLine[]; readonly new: readonly SideLine[] } {
  const before = known.get(patch);
  if (before !== undefined) return before;
  const lines = { old: sideLines(patch, "old"), new: sideLines(patch, "new") };
  known.set(patch, lines);
  return lines;
}

/** What is viewed at one go, and where it begins; line 0 is the head of its file. */
export interface Unit {
  readonly key: string;
  readonly path: string;
  readonly side: Anchor["side"];
  readonly line: number;
}

/** All of a diff that can be viewed, in its order. */
export function unitsIn({ files, patches }: Pick<DiffRead, "files" | "patches">): Unit[] {
  return files.flatMap(({ path }): Unit[] => {
    const patch = patches.get(path);
    if (patch === undefined) return [];
    return unitsOf(patch).map((key): Unit => {
      const hunk = patch.hunks.find(({ id }) => id === key);
      if (hunk === undefined) return { key, path, side: "new", line: 0 };
      const lines = hunk.lines.split("\n");
      const first = lines.findIndex((line) => line.startsWith("+") || line.startsWith("-"));
      return lines[first]?.startsWith("-") === true
        ? { key, path, side: "old", line: hunk.oldStart + first }
        : { key, path, side: "new", line: hunk.newStart + Math.max(0, first) };
    });
  });
}

export interface Progress {
  readonly viewed: number;
  readonly total: number;
}

/** How much of each file was viewed, by path; files that were not read yet are missing. */
export function progressIn({ patches }: Pick<DiffRead, "patches">, viewed: ReadonlySet<string>): Map<string, Progress> {
  return new Map([...patches].map(([path, patch]) => [path, progressOf(patch, viewed)]));
}

/** A diff with only what was not viewed. */
export function unviewedOf(read: DiffRead, viewed: ReadonlySet<string>): DiffRead {
  const patches = new Map(
    [...read.patches].map(([path, patch]) => {
      const hunks = patch.hunks.filter(({ id }) => !viewed.has(id));
      return [path, hunks.length === patch.hunks.length ? patch : { ...patch, hunks }] as const;
    }),
  );
  const progress = progressIn(read, viewed);
  const files = read.files.filter(({ path }) => {
    const { viewed: seen, total } = progress.get(path) ?? { viewed: 0, total: 1 };
    return seen < total;
  });
  return { ...read, files, patches };
}
