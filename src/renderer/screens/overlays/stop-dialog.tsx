import { useState, type ReactNode } from "react";
import { currentStanding, useApp } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Plain } from "../../ui/plain.tsx";

/** Stopping ends a turn that may have run for an hour, so it is confirmed by typing the number: a name could be made to mislead. */
export function StopDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const [typed, setTyped] = useState("");
  const workstream = currentStanding(app)?.workstream;
  if (workstream === undefined) return null;
  const sure = typed.trim() === String(workstream.number);
  return (
    <Dialog title={`Stop workstream ${String(workstream.number)}?`} onClose={onClose}>
      <p className="dialog-note">
        <Plain text={workstream.name} /> ends its turn and the command it runs. Its branch, worktree and transcript
        stay, and you can take it up again.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!sure) return;
          onClose();
          void app.actions.stop(workstream);
        }}
      >
        <label className="field">
          <span>Type {workstream.number} to stop it</span>
          <input value={typed} autoFocus inputMode="numeric" onChange={(event) => setTyped(event.target.value)} />
        </label>
        <div className="dialog-verbs">
          <VerbButton label="Keep it going" binding="Escape" onPress={onClose} />
          <button type="submit" className="verb" data-tone="danger" disabled={!sure}>
            Stop it <kbd className="keys">↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
