import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import type { Problem } from "../../../contract/errors.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { WithCode } from "../../ui/plain.tsx";

/** As many characters as are kept of a reason. */
const longest = 500;

/**
 * Lets the human do what is put on record with a reason. Without one nothing is sent, so that neither the key that opened
 * the dialog nor a held Enter does it.
 */
export function ReasonForm(props: {
  label: string;
  /** Reasons given often: in an empty field a digit writes one. */
  choices?: readonly string[];
  ready: boolean;
  leave: string;
  verb: string;
  /** Sends it; answers why it was refused. */
  onSend: (why: string) => Promise<Problem | undefined>;
  onClose: () => void;
  /** Where what is shown is not what there is any more: shows it anew. */
  onAnew?: () => void;
  onDone: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  /** Verbs that change nothing. */
  children?: ReactNode;
}): ReactNode {
  const { label, choices = [], ready, leave, verb, onSend, onClose, onAnew, onDone, onKeyDown, children } = props;
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Problem>();
  const field = useRef<HTMLInputElement>(null);
  // A dialog gives the focus to the first that takes it, which may be a list above.
  useEffect(() => field.current?.focus(), []);
  const stale = refusal?.code === "CONFLICT" ? onAnew : undefined;
  const sure = ready && !busy && why.trim() !== "";
  async function send(): Promise<void> {
    if (stale !== undefined) return stale();
    if (!sure) return;
    setBusy(true);
    const problem = await onSend(why.trim());
    setBusy(false);
    if (problem === undefined) onDone();
    else setRefusal(problem);
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label className="field">
        <span>{label}</span>
        <input
          ref={field}
          value={why}
          maxLength={longest}
          onChange={(event) => setWhy(event.target.value)}
          onKeyDown={(event) => {
            const choice = why === "" && /^[1-9]$/.test(event.key) ? choices[Number(event.key) - 1] : undefined;
            if (choice === undefined) return onKeyDown?.(event);
            event.preventDefault();
            setWhy(choice);
          }}
        />
      </label>
      {choices.length > 0 && (
        <p className="dialog-choices">
          {choices.map((choice, at) => (
            <button key={choice} type="button" className="verb" onClick={() => setWhy(choice)}>
              {choice} <kbd className="keys">{at + 1}</kbd>
            </button>
          ))}
        </p>
      )}
      {refusal !== undefined && (
        <p className="dialog-note" role="alert">
          <strong>
            <WithCode text={refusal.message} />
          </strong>{" "}
          <WithCode text={refusal.next} />
        </p>
      )}
      <div className="dialog-verbs">
        <VerbButton label={leave} binding="Escape" onPress={onClose} />
        {children}
        {stale === undefined ? (
          <button type="submit" className="verb" data-tone="danger" disabled={!sure}>
            {busy ? "Sending…" : verb} <kbd className="keys">↵</kbd>
          </button>
        ) : (
          <button type="submit" className="verb" data-tone="primary">
            Look at it anew <kbd className="keys">↵</kbd>
          </button>
        )}
      </div>
    </form>
  );
}
