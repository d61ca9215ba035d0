import { useEffect, useState, type ReactNode } from "react";
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
  const [looking, setLooking] = useState<AbortController>();
  const [refusal, setRefusal] = useState<Problem>();
  const [typed, setTyped] = useState("");
  if (workstream === undefined) return null;
  const { name, number } = workstream;
  const sure = refusal === undefined || typed.trim() === name;
  async function remove(): Promise<void> {
    if (workstream === undefined || !sure || looking !== undefined) return;
    const mine = new AbortController();
    setLooking(mine);
    const why = await app.actions.remove(workstream, mine.signal, refusal === undefined ? undefined : name);
    if (mine.signal.aborted) return;
    setLooking(undefined);
    if (why === undefined) onClose();
    else setRefusal(why);
  }
  /** Until it has been looked at whole nothing goes, and who asked may change their mind. */
  function keep(): void {
    if (looking !== undefined) {
      looking.abort();
      app.actions.notify({ tone: "done", text: `${name} is kept.` });
    }
    onClose();
  }
  return (
    <Dialog title={`Delete workstream ${String(number)}?`} onClose={keep}>
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
        {looking !== undefined && <Looking />}
        <div className="dialog-verbs">
          <VerbButton label="Keep it" binding="Escape" onPress={keep} />
          <button
            type="submit"
            className="verb"
            data-tone="danger"
            disabled={!sure || looking !== undefined}
            data-first={refusal === undefined ? true : undefined}
          >
            Delete it <kbd className="keys">↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** How much is left is not known, so it says how long it has been at it. */
function Looking(): ReactNode {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="dialog-note">
      <span role="status">Copying what it holds to the vault, to lose nothing.</span> {seconds} s so far. Nothing is
      removed before that has ended.
    </p>
  );
}

/** Among the worktrees it is the one selected there, which may have been put away. */
function chosen(app: App): Workstream | undefined {
  if (app.stores.view.getState().route.screen !== "worktrees") return currentStanding(app)?.workstream;
  const worktree = currentWorktree(app);
  return worktree === undefined ? undefined : workstreamIn(app, worktree);
}
