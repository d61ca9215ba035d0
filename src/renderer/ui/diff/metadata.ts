import type { FileDiffMetadata, Hunk } from "@pierre/diffs";
import { visible } from "../visible-text.ts";
import { firstNew, firstOld, spansOf, type ShownFile, type Span } from "./rows.ts";

/** Longer files are shown without colours: reading them for colours would hold up the window. */
const longestColoured = 6_000;
/** No language that there is. By "text" the library would make all lines of the file anew for each picture while it is scrolled. */
const uncoloured = "uncoloured";
/** In longer files, longer blocks have what was removed above what was added: no words are compared across thousands of lines. */
const longestPaired = 200;

type Block = Hunk["hunkContent"][number];

/** A file as `@pierre/diffs` wants it, of what the engine has read. */
export function metadataOf(shown: ShownFile): FileDiffMetadata {
  const { file, patch } = shown;
  const isLong = (patch?.lines ?? 0) > longestColoured;
  const building: Building = { old: [], new: [], returns: returnsOf(shown), isLong };
  const hunks: Hunk[] = [];
  let split = 0;
  let unified = 0;
  let end = 1;
  for (const span of spansOf(shown)) {
    const hunk = hunkOf(span, building);
    const start = firstNew(span.hunk) - span.before.length;
    const collapsedBefore = Math.max(0, start - end);
    end = start + hunk.additionCount;
    hunks.push({
      ...hunk,
      collapsedBefore,
      splitLineStart: split + collapsedBefore,
      unifiedLineStart: unified + collapsedBefore,
    });
    split += collapsedBefore + hunk.splitLineCount;
    unified += collapsedBefore + hunk.unifiedLineCount;
  }
  return {
    name: file.path,
    ...(file.previousPath === undefined ? {} : { prevName: file.previousPath }),
    ...(isLong ? { lang: uncoloured } : {}),
    type: typeOf(shown),
    hunks,
    splitLineCount: split,
    unifiedLineCount: unified,
    isPartial: true,
    deletionLines: building.old,
    additionLines: building.new,
    deletionCharacterCount: characters(building.old),
    additionCharacterCount: characters(building.new),
  };
}

function typeOf({ file, patch }: ShownFile): FileDiffMetadata["type"] {
  if (file.change === "added") return "new";
  if (file.change === "deleted") return "deleted";
  if (file.previousPath === undefined) return "change";
  return (patch?.hunks.length ?? 0) > 0 ? "rename-changed" : "rename-pure";
}

function characters(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}

interface Building {
  readonly old: string[];
  readonly new: string[];
  readonly returns: Returns;
  readonly isLong: boolean;
}

type PlacedLater = "collapsedBefore" | "splitLineStart" | "unifiedLineStart";

function hunkOf(
  { hunk, before, after }: Span,
  building: Building,
): Omit<Hunk, PlacedLater> & { additionCount: number } {
  const { old, new: now } = building;
  const around = before.length + after.length;
  const oldCount = hunk.oldLines + around;
  const newCount = hunk.newLines + around;
  const begins = { deletionLineIndex: old.length, additionLineIndex: now.length };
  const told = fill(
    [
      ...before.map((line) => ` ${line}`),
      ...(hunk.lines === "" ? [] : hunk.lines.split("\n")),
      ...after.map((line) => ` ${line}`),
    ],
    building,
  );
  const blocks = building.isLong ? told.blocks.flatMap(unpaired) : told.blocks;
  return {
    ...begins,
    deletionStart: oldCount === 0 ? hunk.oldStart : firstOld(hunk) - before.length,
    deletionCount: oldCount,
    deletionLines: told.removed,
    additionStart: newCount === 0 ? hunk.newStart : firstNew(hunk) - before.length,
    additionCount: newCount,
    additionLines: told.added,
    hunkContent: blocks,
    ...(hunk.section === "" ? {} : { hunkContext: visible(hunk.section) }),
    hunkSpecs: `@@ -${String(hunk.oldStart)},${String(hunk.oldLines)} +${String(hunk.newStart)},${String(hunk.newLines)} @@\n`,
    splitLineCount: blocks.reduce(
      (sum, block) => sum + (block.type === "context" ? block.lines : Math.max(block.additions, block.deletions)),
      0,
    ),
    unifiedLineCount: blocks.reduce(
      (sum, block) => sum + (block.type === "context" ? block.lines : block.additions + block.deletions),
      0,
    ),
    noEOFCRDeletions: told.oldEnds,
    noEOFCRAdditions: told.newEnds,
  };
}

/** Writes lines to both sides, and tells in which blocks they stand. */
function fill(lines: readonly string[], { old, new: now, returns }: Building) {
  const blocks: Block[] = [];
  let added = 0;
  let removed = 0;
  let oldEnds = false;
  let newEnds = false;
  let last = " ";
  for (const line of lines) {
    const mark = line[0] ?? " ";
    const at = { deletionLineIndex: old.length, additionLineIndex: now.length };
    const block = blocks.at(-1);
    if (mark === "\\") {
      if (last !== "+") oldEnds = withoutBreak(old);
      if (last !== "-") newEnds = withoutBreak(now);
      continue;
    }
    const text = `${shownLine(line, returns)}\n`;
    if (mark === "+" || mark === "-") {
      const change = block?.type === "change" ? block : { type: "change" as const, additions: 0, deletions: 0, ...at };
      if (change !== block) blocks.push(change);
      if (mark === "+") {
        now.push(text);
        change.additions += 1;
        added += 1;
      } else {
        old.push(text);
        change.deletions += 1;
        removed += 1;
      }
    } else {
      const context = block?.type === "context" ? block : { type: "context" as const, lines: 0, ...at };
      if (context !== block) blocks.push(context);
      old.push(text);
      now.push(text);
      context.lines += 1;
    }
    last = mark;
  }
  return { blocks, added, removed, oldEnds, newEnds };
}

function unpaired(block: Block): Block[] {
  if (block.type === "context" || Math.min(block.additions, block.deletions) <= longestPaired) return [block];
  const below = block.deletionLineIndex + block.deletions;
  return [
    { ...block, additions: 0 },
    { ...block, deletions: 0, deletionLineIndex: below },
  ];
}

function withoutBreak(lines: string[]): true {
  const last = lines.at(-1);
  if (last !== undefined) lines[lines.length - 1] = last.replace(/\n$/, "");
  return true;
}

/** Which lines of a file end with a carriage return. */
export type Returns = "none" | "all" | "some";

export function returnsOf({ patch }: ShownFile): Returns {
  let lines = 0;
  let returns = 0;
  for (const hunk of patch?.hunks ?? []) {
    if (!hunk.lines.includes("\r")) {
      if (hunk.lines !== "") lines += 1;
      continue;
    }
    for (const line of hunk.lines.split("\n")) {
      if (line.startsWith("\\")) continue;
      lines += 1;
      if (line.endsWith("\r")) returns += 1;
    }
  }
  if (returns === 0) return "none";
  return returns === lines ? "all" : "some";
}

/** A line without its mark. A return at its end is shown only where not all lines have one. */
function shownLine(line: string, returns: Returns): string {
  const ends = returns !== "none" && line.endsWith("\r");
  const text = visible(line.slice(1, ends ? -1 : undefined));
  return ends && returns === "some" ? `${text}⟦CR⟧` : text;
}
