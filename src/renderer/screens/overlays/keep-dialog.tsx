import type { ReactNode } from "react";
import { useApp, useCompare } from "../../store/app.ts";
import { othersToPutAway, selectedAttempt } from "../../store/compare-store.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Plain } from "../../ui/plain.tsx";
import { ReasonForm } from "./reason-form.tsx";

const reasons = ["smaller", "tested", "clearer", "faster", "simpler"];

/** Keeps one attempt and puts the others away, with the reason that says later what was good about it. */
export function KeepDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const state = useCompare((compare) => compare);
  const kept = selectedAttempt(state)?.workstream;
  const others = othersToPutAway(state);
  if (kept === undefined) return null;
  return (
    <Dialog title={`Keep workstream ${String(kept.number)}?`} onClose={onClose}>
      <p className="dialog-note">
        <Plain text={kept.name} /> stays. Put away, and brought back by <kbd className="keys">z</kbd>:{" "}
        {others.map(({ number }) => `#${String(number)}`).join(", ")}. Branches, worktrees and transcripts stay.
      </p>
      <ReasonForm
        label="Why this one? Kept with the choice."
        choices={reasons}
        ready
        leave="Leave it open"
        verb="Keep it"
        onSend={(why) => actions.keep(kept, others, why)}
        onClose={onClose}
        onDone={onClose}
      />
    </Dialog>
  );
}
