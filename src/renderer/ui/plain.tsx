import type { ReactNode } from "react";
import type { AttentionKind } from "../../contract/states.ts";
import "./plain.css";
import { boundLines, boundText, visible, visibleParts, withoutEscapes, type Part } from "./visible-text.ts";

/** Text from outside: escape sequences are gone, and characters that act unseen are shown by their names. */
export function Plain({ text }: { text: string }): ReactNode {
  const parts = visibleParts(boundLines(withoutEscapes(boundText(text))));
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "text") return only.text;
  return parts.map((part, at) =>
    part.kind === "text" ? (
      <span key={at}>{part.text}</span>
    ) : (
      <span key={at} className="mark" title={part.says}>
        {part.text}
      </span>
    ),
  );
}

/**
 * A command exactly as it would run: nothing is cut or removed, every character that acts unseen is named, and
 * characters stand in the order in which they are read by the machine.
 */
export function Command({ text }: { text: string }): ReactNode {
  return (
    <code className="command-text" dir="ltr">
      <Parts of={visibleParts(text, "command")} />
    </code>
  );
}

/** The same for the name of a file, a branch or a folder, which is one line. */
export function Name({ text }: { text: string }): ReactNode {
  return (
    <code className="command-text" dir="ltr">
      <Parts of={visibleParts(text, "name")} />
    </code>
  );
}

/** The same within a line of text: for words that hold a command or names, and for a line of code. */
export function AsWritten({ text }: { text: string }): ReactNode {
  return (
    <span className="as-written" dir="ltr">
      <Parts of={visibleParts(boundLines(text), "name")} />
    </span>
  );
}

function Parts({ of }: { of: readonly Part[] }): ReactNode {
  return of.map((part, at) =>
    part.kind === "text" ? (
      part.text
    ) : (
      <span key={at} className="mark" title={part.says}>
        {part.text}
      </span>
    ),
  );
}

const tailLength = 8;
const segmenter = new Intl.Segmenter();
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** One line that gives way in its middle, so that names which differ at the end stay apart. */
export function MiddleEllipsis({ text }: { text: string }): ReactNode {
  const characters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  // Halves of a text that runs to the left would stand in the wrong order.
  if (characters.length <= 2 * tailLength || rightToLeft.test(text)) {
    return (
      <span className="ellipsis" title={visible(text)}>
        <Plain text={text} />
      </span>
    );
  }
  return (
    <span className="middle" title={visible(text)}>
      <span className="middle-head">
        <Plain text={characters.slice(0, -tailLength).join("")} />
      </span>
      <span className="middle-tail">
        <Plain text={characters.slice(-tailLength).join("")} />
      </span>
    </span>
  );
}

/** One line in which `code` is shown as such; everything else is text as it stands. */
export function WithCode({ text }: { text: string }): ReactNode {
  const pieces = text.split(/`([^`\n]+)`/);
  return pieces.map((piece, at) => (at % 2 === 0 ? <Plain key={at} text={piece} /> : <Code key={at} text={piece} />));
}

/** What an attention item says of itself. Of some it is a command or names of files, and of others a sentence. */
export function AskLine({ kind, text }: { kind: AttentionKind; text: string }): ReactNode {
  return kind === "approval" || kind === "conflict" ? <AsWritten text={text} /> : <WithCode text={text} />;
}

export function Code({ text }: { text: string }): ReactNode {
  return (
    <code className="inline-code">
      <AsWritten text={text} />
    </code>
  );
}
