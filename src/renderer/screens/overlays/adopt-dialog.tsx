import { useState, type ReactNode } from "react";
import { currentWorktree, useApp } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Name } from "../../ui/plain.tsx";

/** Says what is to be done in a worktree that was made by hand, and what becomes of it. */
export function AdoptDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  // What was selected when it opened: the list may change behind it.
  const [worktree] = useState(() => currentWorktree(app));
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  if (worktree === undefined) return null;
  const { projectId, path, branch } = worktree;
  const adopt = async (): Promise<void> => {
    setBusy(true);
    const adopted = await app.actions.adopt({ projectId, path, text: text.trim() });
    setBusy(false);
    if (adopted !== undefined) onClose();
  };
  return (
    <Dialog title="Have a workstream work in this worktree" onClose={onClose}>
      <p className="dialog-note">
        <Name text={path} /> gets a branch of the workstream. Its files, its index and{" "}
        {branch === undefined ? "its commit" : <Name text={branch} />} stay as they are, and you can have it back.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "" && !busy) void adopt();
        }}
      >
        <label className="field">
          <span>What is to be done in it</span>
          <textarea
            value={text}
            autoFocus
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey) return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
          />
        </label>
        <div className="dialog-verbs">
          <VerbButton label="Leave it" binding="Escape" onPress={onClose} />
          <button type="submit" className="verb" data-tone="primary" disabled={text.trim() === "" || busy}>
            {busy ? "Adopting…" : "Adopt"} <kbd className="keys">↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
