import { memo, type ReactNode } from "react";
import { Plain } from "./plain.tsx";

/** Lines stand together up to about so many characters. */
const chunkLength = 4_000;

/**
 * A long text as blocks of lines, each drawn and laid out by itself: when text is appended, only the last of them changes.
 * A text of one chunk is no block of its own.
 */
export function Chunks({ text }: { text: string }): ReactNode {
  if (text.length <= chunkLength) return <Plain text={text} />;
  return chunksOf(text).map((chunk, at) => <Chunk key={at} text={chunk} />);
}

const Chunk = memo(function Chunk({ text }: { text: string }): ReactNode {
  return (
    <span className="chunk">
      <Plain text={text} />
    </span>
  );
});

/** Cut after whole lines, at the same places however much is appended. */
function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  let start = 0;
  while (text.length - start > chunkLength) {
    const end = text.indexOf("\n", start + chunkLength);
    if (end === -1) break;
    chunks.push(text.slice(start, end));
    start = end + 1;
  }
  chunks.push(text.slice(start));
  return chunks;
}
