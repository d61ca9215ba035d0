import type { FilePatch } from "./diffs.ts";
import type { SideLine } from "./review-anchor.ts";
import type { Anchor } from "./review.ts";

type Viewable = Pick<FilePatch, "id" | "hunks" | "folded" | "cut">;

/** What of a file is viewed one by one: its hunks, or the file where not all of them are shown. */
export function unitsOf({ id, hunks, folded, cut }: Viewable): string[] {
  return folded !== undefined || cut === true || hunks.length === 0 ? [id] : hunks.map((hunk) => hunk.id);
}

/** How much of a file the human has viewed. A file that was viewed whole stays so however it is folded. */
export function progressOf(patch: Viewable, viewed: ReadonlySet<string>): { viewed: number; total: number } {
  const units = unitsOf(patch);
  const seen = viewed.has(patch.id) ? units.length : units.filter((unit) => viewed.has(unit)).length;
  return { viewed: seen, total: units.length };
}

/** The lines of one side of a file that its diff shows. */
export function sideLines({ hunks }: Pick<FilePatch, "hunks">, side: Anchor["side"]): SideLine[] {
  const mark = side === "old" ? "-" : "+";
  return hunks.flatMap(({ lines, oldStart, newStart }) => {
    let number = side === "old" ? oldStart : newStart;
    return lines.split("\n").flatMap((line) => {
      if (!line.startsWith(mark) && !line.startsWith(" ")) return [];
      number += 1;
      return [{ number: number - 1, text: line.slice(1) }];
    });
  });
}
