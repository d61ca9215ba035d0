import type { ReactNode, RefObject } from "react";
import { VerbButton } from "./kbd.tsx";
import { Plain } from "./plain.tsx";
import "./composer.css";

export interface ComposerProps {
  readonly text: string;
  readonly name: string;
  /** Whether a turn is running that words can go into. */
  readonly running: boolean;
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
  const { text, name, running, offline, waiting, fieldRef, onText, onSend, onRegion } = props;
  const empty = text.trim() === "";
  return (
    <div className="composer">
      {waiting.length > 0 && (
        <ul className="composer-waiting" aria-label="Words on their way">
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
        placeholder={running ? "Steer the running turn…" : "What should it do next?"}
        onChange={(event) => onText(event.target.value)}
        onFocus={() => onRegion(true)}
        onBlur={() => onRegion(false)}
      />
      <div className="composer-verbs">
        {running ? (
          <>
            <VerbButton
              label="Steer now"
              binding="$mod+Enter"
              tone="primary"
              disabled={empty || offline}
              onPress={() => onSend("now")}
            />
            <VerbButton
              label="Queue for next turn"
              binding="Alt+Enter"
              disabled={empty || offline}
              onPress={() => onSend("next")}
            />
            <VerbButton
              label="Interrupt and send"
              binding="$mod+Shift+Enter"
              disabled={empty || offline}
              onPress={() => onSend("interrupt")}
            />
          </>
        ) : (
          <VerbButton
            label="Send as next turn"
            binding="$mod+Enter"
            tone="primary"
            disabled={empty || offline}
            onPress={() => onSend("next")}
          />
        )}
        {text !== "" && <span className="composer-draft">draft kept</span>}
      </div>
    </div>
  );
}
