import { useState, type ReactNode } from "react";
import { useApp } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Name } from "../../ui/plain.tsx";

/** A folder was dropped on the window, or a link or another start of the program asks to open a folder. Nothing of it is read before the human says so. */
export function OfferedProject({ path, onClose }: { path: string; onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const [busy, setBusy] = useState(false);
  const open = async (): Promise<void> => {
    setBusy(true);
    const opened = await actions.openProject(path);
    setBusy(false);
    if (opened === undefined) return;
    actions.notify({ tone: "done", text: `Opened ${opened.name}.` });
    onClose();
  };
  return (
    <Dialog title="Open this project?" onClose={onClose}>
      <p className="dialog-note">
        It was dropped here, or a link or another program asks for it. Open it only if you trust the repository: its
        WORKFLOW.md then says what runs for its workstreams.
      </p>
      <p className="dialog-note">
        <Name text={path} />
      </p>
      <div className="dialog-verbs">
        <VerbButton label="Leave it" binding="Escape" onPress={onClose} />
        <VerbButton label={busy ? "Opening…" : "Open it"} tone="primary" disabled={busy} onPress={() => void open()} />
      </div>
    </Dialog>
  );
}
