import { useState, type ReactNode } from "react";
import type { Problem } from "../../../contract/errors.ts";
import { currentStanding, currentWorktree, useApp, workstreamIn, type App } from "../../store/app.ts";
import type { Workstream } from "../../../contract/states.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Plain, WithCode } from "../../ui/plain.tsx";

/** Asks once; where something exists nowhere else it says what, and only the name, typed, goes on. */
export function DeleteDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const [workstream] = useState(() => chosen(app));
  const [looking, setLooking] = useState(false);
  const [refusal, setRefusal] = useState<Problem>();
  const [typed, setTyped] = useState("");
  if (workstream === undefined) return null;
  const { name, number } = workstream;
  const sure = refusal === undefined || typed.trim() === name;
  async function remove(): Promise<void> {
    if (workstream === undefined || !sure || looking) return;
    setLooking(true);
    const why = await app.actions.remove(workstream, refusal === undefined ? undefined : name);
    setLooking(false);
    if (why === undefined) onClose();
    else setRefusal(why);
  }
  return (
    <Dialog title={`Delete workstream ${String(number)}?`} onClose={onClose}>
      <p className="dialog-note">
        The worktree, the branches and the transcript of <Plain text={name} /> go. The vault keeps its work for thirty
        days; its transcript is gone for good.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void remove();
        }}
      >
        {refusal !== undefined && (
          <>
            <p className="dialog-note" role="alert">
              <strong>
                <WithCode text={refusal.message} />
              </strong>{" "}
              <WithCode text={refusal.next} />
            </p>
            <label className="field">
              <span>
                Type <Plain text={name} /> to delete it all the same
              </span>
              <input value={typed} autoFocus onChange={(event) => setTyped(event.target.value)} />
            </label>
          </>
        )}
        <div className="dialog-verbs">
          <VerbButton label="Keep it" binding="Escape" onPress={onClose} />
          <button
            type="submit"
            className="verb"
            data-tone="danger"
            disabled={!sure || looking}
            autoFocus={refusal === undefined}
          >
            {looking ? "Looking at what it holds…" : "Delete it"} <kbd className="keys">↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Among the worktrees it is the one selected there, which may have been put away. */
function chosen(app: App): Workstream | undefined {
  if (app.stores.view.getState().route.screen !== "worktrees") return currentStanding(app)?.workstream;
  const worktree = currentWorktree(app);
  return worktree === undefined ? undefined : workstreamIn(app, worktree);
}
