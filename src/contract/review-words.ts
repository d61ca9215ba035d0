import { plain } from "./plain.ts";
import type { Anchor, ReviewThread } from "./review.ts";

/** What goes to the author at once; the number of a new comment's thread is the one it will have. */
export interface Letter {
  readonly summary: string;
  readonly comments: readonly { readonly number: number; readonly anchor: Anchor; readonly text: string }[];
  readonly replies: readonly { readonly thread: ReviewThread; readonly text: string }[];
  readonly head?: string | undefined;
}

const shownLines = 5;
const shownLength = 160;

/** Exactly what the author reads. Short: it is read by a model that pays for each word. */
export function reviewWords({ summary, comments, replies, head }: Letter): string {
  const parts = [
    ...(summary === "" ? [] : [plain(summary)]),
    ...comments.map(
      ({ number, anchor, text }) => `[${number}] ${placeText(anchor)}\n${quoted(anchor)}\n${plain(text)}`,
    ),
    ...replies.map(({ thread, text }) => `[${thread.number}] ${placeText(thread.anchor)}, again\n${plain(text)}`),
  ];
  const at = head === undefined ? "" : ` at ${head.slice(0, 12)}`;
  const count = comments.length + replies.length;
  const ends =
    count === 0
      ? []
      : ["Change the code and commit it. Where you will not, say why with the tool `review` (thread, text) instead."];
  return [`The human reviewed your work${at}.`, ...parts, ...ends].join("\n\n");
}

/** `src/a.ts:12-14`; what was removed is told as such, since its numbers are the base's. */
export function placeText({ path, side, first, last }: Pick<Anchor, "path" | "side" | "first" | "last">): string {
  const lines = first === last ? String(first) : `${String(first)}-${String(last)}`;
  return `${plain(path.replaceAll(/\s/g, " "))}:${lines}${side === "old" ? " (removed)" : ""}`;
}

/** The lines it is about, without the indent they share; of many only the first. */
export function quoted({ excerpt }: Pick<Anchor, "excerpt">): string {
  const indents = excerpt.flatMap((line) => (line.trim() === "" ? [] : [/^[ \t]*/.exec(line)?.[0].length ?? 0]));
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  const shown = excerpt.slice(0, excerpt.length > shownLines ? shownLines - 1 : shownLines);
  const lines = shown.map((line) => `> ${plain(line).slice(indent).slice(0, shownLength).toWellFormed()}`);
  const more = excerpt.length - shown.length;
  return [...lines, ...(more === 0 ? [] : [`> … ${String(more)} more lines`])].join("\n");
}
