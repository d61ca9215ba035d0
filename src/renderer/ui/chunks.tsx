import { memo, useState, type ReactNode } from "react";
import { chunksOf, nothingCut } from "./chunks-of.ts";
import { Plain } from "./plain.tsx";

/**
 * A long text as blocks of lines, each drawn and laid out by itself: when text is appended, only the last of them changes.
 * A text of one chunk is no block of its own.
 */
export function Chunks({ text }: { text: string }): ReactNode {
  const [before, setBefore] = useState(nothingCut);
  const read = chunksOf(before, text);
  if (read !== before) setBefore(read);
  const [only] = read.chunks;
  if (read.chunks.length === 1 && only !== undefined) return <Plain text={only.text} />;
  return read.chunks.map((chunk) => <Chunk key={chunk.key} text={chunk.text} />);
}

const Chunk = memo(function Chunk({ text }: { text: string }): ReactNode {
  return (
    <span className="chunk">
      <Plain text={text} />
    </span>
  );
});
