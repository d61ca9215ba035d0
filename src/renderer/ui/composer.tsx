import type { ReactNode, RefObject } from "react";
import type { CommandId } from "../../keys/table.ts";
import { VerbButton } from "./kbd.tsx";
import { Plain } from "./plain.tsx";
import "./composer.css";

export interface ComposerProps {
  readonly text: string;
  readonly name: string;
  /** Whether a turn is running. */
  readonly running: boolean;
  /** Whether words can go into the running turn. */
  readonly steers: boolean;
  /** Whether the running turn can be ended for words. */
  readonly interrupts: boolean;
  readonly offline: boolean;
  /** Words accepted and not delivered yet, with when they will be. */
  readonly waiting: readonly { readonly id: string; readonly text: string; readonly when: string }[];
  readonly fieldRef: RefObject<HTMLTextAreaElement | null>;
  readonly onText: (text: string) => void;
  readonly onSend: (when: "now" | "next" | "interrupt") => void;
  readonly onRegion: (inside: boolean) => void;
}

/** Words for the author. What each way of sending does is printed beside it. */
export function Composer(props: ComposerProps): ReactNode {
  const { text, name, steers, waiting, fieldRef, onText, onRegion } = props;
  return (
    <div className="composer">
      {waiting.length > 0 && (
        <ul className="composer-waiting" aria-label="Words on their way" tabIndex={0}>
          {waiting.map((words) => (
            <li key={words.id}>
              <span className="composer-when">{words.when}</span>
              <span className="composer-words">
                <Plain text={words.text} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={fieldRef}
        aria-label={`Words for ${name}`}
        rows={1}
        value={text}
        placeholder={steers ? "Steer the running turn…" : "What should it do next?"}
        onChange={(event) => onText(event.target.value)}
        onFocus={() => onRegion(true)}
        onBlur={() => onRegion(false)}
      />
      <div className="composer-verbs">
        <Ways {...props} />
        {text !== "" && <span className="composer-draft">draft kept</span>}
      </div>
    </div>
  );
}

/** The ways in which the words can go, the plainest first. */
function Ways({ text, running, steers, interrupts, offline, onSend }: ComposerProps): ReactNode {
  const disabled = text.trim() === "" || offline;
  const way = (label: string, command: CommandId, when: "now" | "next" | "interrupt"): ReactNode => (
    <VerbButton
      label={label}
      command={command}
      tone={command === "send" ? "primary" : "plain"}
      disabled={disabled}
      onPress={() => onSend(when)}
    />
  );
  if (!running) return way("Send as next turn", "send", "next");
  return (
    <>
      {steers && way("Steer now", "send", "now")}
      {way("Queue for next turn", steers ? "send-next" : "send", "next")}
      {interrupts && way("Interrupt and send", "send-interrupt", "interrupt")}
    </>
  );
}
