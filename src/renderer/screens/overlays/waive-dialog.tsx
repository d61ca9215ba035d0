import { useRef, useState, type ReactNode } from "react";
import type { Gate, Workstream } from "../../../contract/states.ts";
import { heldChange } from "../../store/abilities.ts";
import { currentStanding, useApp, type App } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Name, Plain } from "../../ui/plain.tsx";
import { useWholeInView } from "../../ui/whole-in-view.ts";
import { ReasonForm } from "./reason-form.tsx";
import "./passing.css";

interface Held {
  readonly workstream: Workstream;
  readonly gate: Gate;
}

/** Lets a change to harness files pass: the one that is shown, and no later one. */
export function WaiveDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  // What was judged when it opened: what is judged behind it is neither shown nor let pass.
  const [held, setHeld] = useState(() => heldNow(app));
  if (held === undefined) return null;
  const lookAnew = (): void => {
    const now = heldNow(app);
    if (now === undefined) onClose();
    else setHeld(now);
  };
  return <Waive key={held.gate.digest} held={held} onAnew={lookAnew} onClose={onClose} />;
}

function heldNow(app: App): Held | undefined {
  const workstream = currentStanding(app)?.workstream;
  const gate = workstream === undefined ? undefined : heldChange(workstream);
  return workstream === undefined || gate === undefined ? undefined : { workstream, gate };
}

function Waive({ held, onAnew, onClose }: { held: Held; onAnew: () => void; onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const { workstream, gate } = held;
  const { number, name } = workstream;
  const [whole, setWhole] = useState(false);
  const readDiff = (): void => {
    onClose();
    actions.go({ screen: "workstream", number, tab: "diff" });
  };
  return (
    <Dialog title={`Let this change of workstream ${String(number)} pass?`} onClose={onClose}>
      <p className="dialog-note">
        <Plain text={name} /> changes files that say how work is done and judged. All work after it is held to them.
      </p>
      <Files gate={gate} onWhole={setWhole} />
      <p className="dialog-note">
        Commit <code className="inline-code">{(gate.commit ?? "").slice(0, 12)}</code>, judged as{" "}
        <code className="inline-code">{gate.digest.slice(0, 8)}</code>. Only exactly this passes: once one of these
        files changes again, you are asked again.
        {!whole && " Scroll the list to its end to decide."}
      </p>
      <ReasonForm
        label="Why may it pass? Kept with the verdict."
        ready={whole}
        leave="Leave it"
        verb="Let it pass"
        onSend={(why) => actions.waive(workstream, gate.digest, why)}
        onClose={onClose}
        onAnew={onAnew}
        onDone={onClose}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !event.shiftKey) return;
          event.preventDefault();
          readDiff();
        }}
      >
        <VerbButton label="Read the diff" binding="Shift+Enter" onPress={readDiff} />
      </ReasonForm>
    </Dialog>
  );
}

/** Everything that was judged, or how much of it only the diff has. */
function Files({ gate, onWhole }: { gate: Gate; onWhole: (whole: boolean) => void }): ReactNode {
  const { digest, files = [], moreFiles = 0 } = gate;
  const list = useRef<HTMLUListElement>(null);
  useWholeInView(list, digest, onWhole);
  return (
    <ul ref={list} className="passing" aria-label="Harness files it changes" tabIndex={0}>
      {files.map(({ path, change }) => (
        <li key={path}>
          <span className="passing-change" data-change={change}>
            {change}
          </span>
          <Name text={path} />
        </li>
      ))}
      {moreFiles > 0 && (
        <li>
          <span className="passing-change">and</span>
          {String(moreFiles)} more, which only the diff shows
        </li>
      )}
    </ul>
  );
}
