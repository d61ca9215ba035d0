import { Lexer, type Token } from "marked";

export type { Token };

/** A piece of Markdown that is drawn by itself. `source` is the part of the text it came from, to the letter. */
export interface MarkdownBlock {
  readonly source: string;
  /** Undefined for text that is shown as it stands, because reading it would take too long. */
  readonly token: Token | undefined;
}

/** What was read of a text so far, so that a text that grows is not read again from its beginning. */
export interface MarkdownRead {
  readonly text: string;
  readonly growing: boolean;
  readonly blocks: readonly MarkdownBlock[];
}

/** A last block longer than this is not read while it grows: it would be read again for each piece. */
const longestGrowing = 8_000;
/** A block longer than this is shown as it stands. */
const longestBlock = 32_000;

/** Nesting is read by recursion, which an author could make as deep as a text is long. */
const tooDeep = /^(?:[ \t]*(?:>|[-+*][ \t]|\d{1,9}[.)][ \t])){7}|^[ \t]{24,}(?:[-+*]|\d{1,9}[.)])[ \t]/m;

export const nothingRead: MarkdownRead = { text: "", growing: false, blocks: [] };

/**
 * Reads a text as Markdown, block by block. Where it begins with what was read before, only the last block is read again: no
 * block before it can be changed by what is appended, because links are never looked up elsewhere.
 */
export function readMarkdown(before: MarkdownRead, text: string, growing: boolean): MarkdownRead {
  if (text === before.text && growing === before.growing) return before;
  const settled = text.startsWith(before.text) ? before.blocks.slice(0, lastToKeep(before.blocks)) : [];
  const start = settled.reduce((length, { source }) => length + source.length, 0);
  const tail = text.slice(start);
  return { text, growing, blocks: [...settled, ...blocksOf(tail, growing)] };
}

/** What comes after it may still belong to the last block that is not empty. */
function lastToKeep(blocks: readonly MarkdownBlock[]): number {
  return Math.max(
    0,
    blocks.findLastIndex(({ token }) => token?.type !== "space"),
  );
}

function blocksOf(text: string, growing: boolean): MarkdownBlock[] {
  const asItStands = [{ source: text, token: undefined }];
  if (text === "") return [];
  if ((growing && text.length > longestGrowing && !text.includes("\n\n")) || tooDeep.test(text)) return asItStands;
  try {
    const lexer = new Lexer({ gfm: true });
    const blocks = lexer.blockTokens(text).map((token) => ({ source: token.raw, token }));
    // What does not add up to the text would make one that grows lose or double a part.
    if (blocks.map(({ source }) => source).join("") !== text) return asItStands;
    return blocks.map((block) => (block.source.length > longestBlock ? { ...block, token: undefined } : block));
  } catch {
    return asItStands;
  }
}

/** What stands within a block. */
export function inlineTokens(text: string): Token[] {
  try {
    return new Lexer({ gfm: true }).inlineTokens(text);
  } catch {
    return [{ type: "text", raw: text, text }];
  }
}
