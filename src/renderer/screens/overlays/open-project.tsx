import { useState, type ReactNode } from "react";
import { useApp, useView } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";

/** Names a folder on the engine's machine. Once it is open, the dialog that starts a workstream takes over. */
export function OpenProject({ onClose }: { onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const isOnItsOwn = useView((view) => view.overlay === "project");
  const [path, setPath] = useState("");
  const [busy, setBusy] = useState(false);
  const open = async (): Promise<void> => {
    setBusy(true);
    const opened = await actions.openProject(path.trim());
    setBusy(false);
    // The dialog that starts a workstream has taken this one's place where it was the first project.
    if (opened !== undefined && isOnItsOwn) onClose();
  };
  return (
    <Dialog title="Open a project" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== "" && !busy) void open();
        }}
      >
        <label className="field">
          <span>Folder of a git repository on the engine’s machine</span>
          <input
            value={path}
            autoFocus
            placeholder="/home/you/code/project"
            onChange={(event) => setPath(event.target.value)}
          />
        </label>
        <div className="dialog-verbs">
          <VerbButton label="Cancel" binding="Escape" onPress={onClose} />
          <button type="submit" className="verb" data-tone="primary" disabled={path.trim() === "" || busy}>
            {busy ? "Opening…" : "Open"} <kbd className="keys">↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
