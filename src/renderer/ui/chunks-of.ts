/** A stretch of whole lines of a longer text. */
export interface TextChunk {
  readonly key: number;
  readonly text: string;
}

/** A text as it was cut last, so that one that grows, or loses its beginning as it grows, is not cut anew. */
export interface ChunksRead {
  readonly text: string;
  readonly chunks: readonly TextChunk[];
}

export const nothingCut: ChunksRead = { text: "", chunks: [] };

/** Lines stand together up to about so many characters. */
const chunkLength = 4_000;
/** By so many characters the new beginning is looked for in what was there before. */
const probeLength = 400;

/**
 * Cuts a text after whole lines. What is the same as before stays the same chunk: of a text that only grew, the last chunk
 * changes; where the beginning was dropped meanwhile, the first one does too.
 */
export function chunksOf(before: ChunksRead, text: string): ChunksRead {
  if (text === before.text) return before;
  const dropped = droppedBefore(before.text, text);
  const kept = dropped === undefined ? [] : withoutBeginning(before.chunks, dropped);
  const last = kept.pop();
  const start = kept.reduce((length, chunk) => length + chunk.text.length + 1, 0);
  return { text, chunks: [...kept, ...cut(text, start, last?.key ?? (before.chunks.at(-1)?.key ?? -1) + 1)] };
}

/** How many characters of the earlier text are gone from its beginning; undefined where this is another text. */
function droppedBefore(before: string, text: string): number | undefined {
  if (before === "") return undefined;
  if (text.startsWith(before)) return 0;
  if (text.length < probeLength) return undefined;
  const at = before.indexOf(text.slice(0, probeLength));
  return at !== -1 && text.startsWith(before.slice(at)) ? at : undefined;
}

function withoutBeginning(chunks: readonly TextChunk[], dropped: number): TextChunk[] {
  const kept: TextChunk[] = [];
  let start = 0;
  for (const chunk of chunks) {
    const end = start + chunk.text.length;
    if (start >= dropped) kept.push(chunk);
    else if (end >= dropped) kept.push({ key: chunk.key, text: chunk.text.slice(dropped - start) });
    start = end + 1;
  }
  return kept;
}

function cut(text: string, from: number, key: number): TextChunk[] {
  const chunks: TextChunk[] = [];
  let start = from;
  while (text.length - start > chunkLength) {
    const end = text.indexOf("\n", start + chunkLength);
    if (end === -1) break;
    chunks.push({ key: key + chunks.length, text: text.slice(start, end) });
    start = end + 1;
  }
  return [...chunks, { key: key + chunks.length, text: text.slice(start) }];
}
