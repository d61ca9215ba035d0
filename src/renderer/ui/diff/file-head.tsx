import type { ReactNode } from "react";
import type { ChangedFile, FoldReason } from "../../../contract/diffs.ts";
import { sizeOnDisk } from "../../../contract/size.ts";
import { FoldIcon } from "../fold-icon.tsx";
import { Name } from "../plain.tsx";
import { returnsOf } from "./metadata.ts";
import type { ShownFile } from "./rows.ts";

export interface FileHeadProps {
  readonly shown: ShownFile;
  readonly isOpen: boolean;
  readonly isViewed: boolean;
  /** Whether the cursor stands on the head itself, because no line of the file is shown. */
  readonly isCurrent: boolean;
  readonly onToggle: () => void;
  /** Beside the counts: whatever the screen wants to say of this file. */
  readonly aside?: ReactNode;
}

/** The line above each file: its name, what became of it, and why it is folded. */
export function FileHead({ shown, isOpen, isViewed, isCurrent, onToggle, aside }: FileHeadProps): ReactNode {
  const { file, patch } = shown;
  return (
    <div className="diff-head" data-current={isCurrent || undefined} data-viewed={isViewed || undefined}>
      <button type="button" className="diff-fold" aria-expanded={isOpen} tabIndex={-1} onClick={onToggle}>
        <FoldIcon open={isOpen} />
        <span className="diff-name">
          {file.previousPath !== undefined && (
            <>
              <Name text={file.previousPath} /> <span className="diff-note">→</span>{" "}
            </>
          )}
          <Name text={file.path} />
        </span>
      </button>
      <span className="diff-notes">
        {notesOf(shown).map((note) => (
          <span key={note} className="diff-note">
            {note}
          </span>
        ))}
        {!isOpen && patch?.folded !== undefined && (
          <span className="diff-note" data-tone="reason">
            {foldWords[patch.folded]}, {patch.lines} lines
          </span>
        )}
        {isViewed && <span className="diff-note">viewed</span>}
        {aside}
        {file.added + file.removed > 0 && (
          <span className="diff-counts">
            <span className="added">+{file.added}</span> <span className="removed">−{file.removed}</span>
          </span>
        )}
      </span>
    </div>
  );
}

const foldWords: Readonly<Record<FoldReason, string>> = {
  generated: "generated",
  lock: "lock file",
  minified: "minified",
  "long lines": "lines too long to read",
  huge: "huge",
};

/** What git knows of a file besides its lines. */
function notesOf(shown: ShownFile): string[] {
  const { file, patch } = shown;
  const { change, modes, similarity, sizes, binary } = file;
  const notes: string[] = [];
  if (change === "renamed" || change === "copied") notes.push(`${change}, ${String(similarity ?? 0)} % the same`);
  else if (change === "typechange") notes.push("another kind of file");
  else if (change !== "modified") notes.push(change);
  if (modes !== undefined && change !== "typechange") notes.push(modeWords(modes));
  if (file.submodule === true) notes.push("submodule");
  if (binary) notes.push(sizes === undefined ? "binary" : `binary, ${sizeWords(sizes)}`);
  if (patch?.latin1 === true) notes.push("not UTF-8, shown as Latin-1");
  const returns = returnsOf(shown);
  if (returns !== "none") notes.push(returns === "all" ? "CRLF" : "CRLF in part");
  if (patch?.cut === true) notes.push("its end is not shown");
  return notes;
}

function modeWords({ old, new: now }: { readonly old: string; readonly new: string }): string {
  if (old === "100644" && now === "100755") return "made executable";
  if (old === "100755" && now === "100644") return "no longer executable";
  return `mode ${old} → ${now}`;
}

function sizeWords({ old, new: now }: NonNullable<ChangedFile["sizes"]>): string {
  const words = [old, now].flatMap((size) => (size === undefined ? [] : [sizeOnDisk(size)]));
  return words.join(" → ");
}
