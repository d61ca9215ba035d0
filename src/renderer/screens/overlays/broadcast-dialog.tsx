import { useState, type ReactNode } from "react";
import type { Problem } from "../../../contract/errors.ts";
import type { Workstream } from "../../../contract/states.ts";
import { isSteerable, takesWords } from "../../store/abilities.ts";
import { chosenStandings, useApp, useDraft, useEngine } from "../../store/app.ts";
import { counted } from "../../store/format.ts";
import type { Standing } from "../../store/standing.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { MiddleEllipsis, Plain } from "../../ui/plain.tsx";
import "./broadcast-dialog.css";

type Sent =
  | { readonly kind: "sending" }
  | { readonly kind: "accepted"; readonly wordsId: string }
  | { readonly kind: "failed"; readonly problem: Problem };

const draftKey = "broadcast";

/** One line for several authors: who gets it and when, and what became of it for each. */
export function BroadcastDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const { actions, stores } = app;
  // Who gets it was decided when it was opened: nobody joins while one writes.
  const [chosen] = useState(() => chosenStandings(app));
  const [sent, setSent] = useState<Readonly<Record<string, Sent>>>({});
  const text = useDraft(draftKey);
  const takers = chosen.filter(({ workstream }) => takesWords(workstream));
  const waiting = takers.filter(({ workstream: { id } }) => sent[id] === undefined || sent[id].kind === "failed");
  const begun = Object.keys(sent).length > 0;
  const busy = Object.values(sent).some(({ kind }) => kind === "sending");
  const failed = Object.values(sent).filter(({ kind }) => kind === "failed").length;

  const send = async ({ id }: Workstream): Promise<boolean> => {
    const now = stores.engine.getState().fleet.workstreams[id];
    setSent((before) => ({ ...before, [id]: { kind: "sending" } }));
    const outcome =
      now === undefined ? { kind: "failed" as const, problem: gone } : await actions.tell(now, text.trim());
    setSent((before) => ({ ...before, [id]: outcome }));
    return outcome.kind === "accepted";
  };
  const sendAll = async (): Promise<void> => {
    const outcomes = await Promise.all(waiting.map(({ workstream }) => send(workstream)));
    if (!outcomes.every(Boolean)) return;
    actions.setDraft(draftKey, "");
    actions.chooseNone();
  };

  return (
    <Dialog title={`Tell ${counted(takers.length, "workstream")}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (begun && waiting.length === 0 && !busy) onClose();
          else if (!busy && text.trim() !== "" && waiting.length > 0) void sendAll();
        }}
      >
        <label className="field">
          <span>One line for each author</span>
          <input
            value={text}
            autoFocus
            readOnly={busy}
            maxLength={4_000}
            onChange={(event) => actions.setDraft(draftKey, event.target.value)}
          />
        </label>
        <ul className="broadcast" aria-label="Who gets it">
          {chosen.map((standing) => (
            <Receiver key={standing.workstream.id} standing={standing} sent={sent[standing.workstream.id]} />
          ))}
        </ul>
        <p className="dialog-note" role="status">
          {failed > 0 && !busy && `${String(failed)} of ${String(takers.length)} were not told. Your words are kept.`}
        </p>
        <div className="dialog-verbs">
          <VerbButton label="Close" binding="Escape" onPress={onClose} />
          <button
            type="submit"
            className="verb"
            data-tone="primary"
            disabled={busy || (!begun && (text.trim() === "" || takers.length === 0))}
          >
            {verb(begun, waiting.length)} <kbd className="keys">↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Receiver({ standing, sent }: { standing: Standing; sent: Sent | undefined }): ReactNode {
  const { workstream } = standing;
  const settled = useEngine(({ settledWords }) => (sent?.kind === "accepted" ? settledWords[sent.wordsId] : undefined));
  const steers = useEngine(({ agents }) => isSteerable(workstream, agents));
  const [tone, words] = ((): [string, string] => {
    if (!takesWords(workstream)) return ["out", `left out: it is ${standing.status} and takes no words`];
    if (settled?.kind === "delivered") return ["done", "delivered"];
    if (settled?.kind === "dropped") return ["failed", `not delivered: ${settled.why}`];
    switch (sent?.kind) {
      case undefined:
        return ["plain", steers ? "into its running turn" : "with its next turn"];
      case "sending":
        return ["plain", "sending…"];
      case "accepted":
        return ["plain", "accepted, on its way"];
      case "failed":
        return ["failed", `not told: ${sent.problem.message} ${sent.problem.next}`];
    }
  })();
  return (
    <li data-tone={tone}>
      <span className="broadcast-number">{workstream.number}</span>
      <span className="broadcast-name">
        <MiddleEllipsis text={workstream.name} />
      </span>
      <span className="broadcast-state">
        <Plain text={words} />
      </span>
    </li>
  );
}

const gone: Problem = { code: "NOT_FOUND", message: "It is not there any more.", next: "Nothing is to be done." };

function verb(begun: boolean, waiting: number): string {
  if (!begun) return "Tell them";
  return waiting === 0 ? "Done" : `Try ${String(waiting)} again`;
}
