import { useEffect, useRef, type ReactNode } from "react";
import { VerbButton } from "../kbd.tsx";

export interface WritingProps {
  readonly label: string;
  readonly text: string;
  /** What Mod+Enter does. */
  readonly verb: string;
  readonly disabled?: boolean;
  readonly onText: (text: string) => void;
  readonly onDone: () => void;
  /** Esc: what was written stays. */
  readonly onLeave: () => void;
}

/** Where a comment or a reply is written, at the place it is about. */
export function Writing({ label, text, verb, disabled = false, onText, onDone, onLeave }: WritingProps): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const area = field.current;
    area?.focus({ preventScroll: true });
    area?.setSelectionRange(area.value.length, area.value.length);
  }, []);
  return (
    <div className="writing">
      <textarea
        ref={field}
        aria-label={label}
        rows={3}
        maxLength={4_000}
        value={text}
        placeholder={`${label}…`}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          // Else the same key would also leave the screen.
          event.preventDefault();
          onLeave();
        }}
      />
      <div className="writing-verbs">
        <VerbButton
          label={verb}
          binding="$mod+Enter"
          tone="primary"
          disabled={disabled || text.trim() === ""}
          onPress={onDone}
        />
        <VerbButton label="Keep as a draft" binding="Escape" onPress={onLeave} />
      </div>
    </div>
  );
}
