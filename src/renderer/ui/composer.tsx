import { useId, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import type { Mention } from "../../contract/mentions.ts";
import type { CommandId } from "../../keys/table.ts";
import { VerbButton } from "./kbd.tsx";
import { MentionList, optionId } from "./mention-list.tsx";
import { withMention } from "./mentions.ts";
import { Plain } from "./plain.tsx";
import { useMentions, type FindMentions } from "./use-mentions.ts";
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
  /** What was said here before, the newest last. */
  readonly said: readonly string[];
  /** Whether another window wrote what stands here. */
  readonly elsewhere: boolean;
  readonly fieldRef: RefObject<HTMLTextAreaElement | null>;
  readonly onText: (text: string) => void;
  readonly onSend: (when: "now" | "next" | "interrupt") => void;
  readonly onUnsay: (id: string) => void;
  readonly onEdit: (id: string) => void;
  readonly onMention: FindMentions;
  readonly onRegion: (inside: boolean) => void;
}

/** Words for the author. What each way of sending does is printed beside it. */
export function Composer(props: ComposerProps): ReactNode {
  const { text, name, steers, said, fieldRef, onText, onRegion, onMention } = props;
  const { offer, look, move, wave, done } = useMentions(onMention);
  const recall = useRecall(text, said, onText);
  const list = useId();

  function insert(mention: Mention): void {
    const { current } = fieldRef;
    if (offer === undefined || current === null) return;
    const written = withMention(text, offer.trigger, mention);
    done();
    onText(written.text);
    // After the field shows it.
    requestAnimationFrame(() => current.setSelectionRange(written.caret, written.caret));
  }

  function onKey(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.nativeEvent.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    if (offer !== undefined && !event.shiftKey) {
      const chosen = offer.found[offer.chosen];
      if (key === "ArrowDown") move(1);
      else if (key === "ArrowUp") move(-1);
      else if (key === "Escape") wave();
      else if ((key === "Enter" || key === "Tab") && chosen !== undefined) insert(chosen);
      else return;
      event.preventDefault();
      return;
    }
    if (key === "ArrowUp" ? recall(-1) : key === "ArrowDown" && recall(1)) event.preventDefault();
  }

  const looked = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): void => {
    if (selectionStart === selectionEnd) look(value, selectionStart);
    else done();
  };

  return (
    <div className="composer">
      <Waiting {...props} />
      {offer !== undefined && <MentionList id={list} offer={offer} onChoose={insert} />}
      <textarea
        ref={fieldRef}
        aria-label={`Words for ${name}`}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={offer === undefined ? undefined : list}
        aria-activedescendant={offer === undefined ? undefined : optionId(list, offer.chosen)}
        rows={1}
        value={text}
        placeholder={steers ? "Steer the running turn…" : "What should it do next?"}
        onChange={(event) => {
          onText(event.target.value);
          looked(event.target);
        }}
        onSelect={(event) => looked(event.currentTarget)}
        onKeyDown={onKey}
        onFocus={() => onRegion(true)}
        onBlur={() => {
          done();
          onRegion(false);
        }}
      />
      <div className="composer-verbs">
        <Ways {...props} />
        <Draft {...props} />
      </div>
    </div>
  );
}

/** Walks what was said before, from an empty field; whether there was somewhere to go. */
function useRecall(text: string, said: readonly string[], onText: (text: string) => void): (by: 1 | -1) => boolean {
  const [at, setAt] = useState<number | undefined>(undefined);
  const shown = useRef<string | undefined>(undefined);
  return (by) => {
    const isOurs = at !== undefined && text === shown.current;
    if (text !== "" && !isOurs) return false;
    const next = (isOurs ? at : said.length) + by;
    if (next < 0 || next > said.length || (next === said.length && !isOurs)) return isOurs;
    setAt(next === said.length ? undefined : next);
    shown.current = said[next] ?? "";
    onText(shown.current);
    return true;
  };
}

function Waiting({ waiting, offline, onUnsay, onEdit }: ComposerProps): ReactNode {
  if (waiting.length === 0) return null;
  return (
    <ul className="composer-waiting" aria-label="Words on their way">
      {waiting.map(({ id, text, when }) => (
        <li key={id}>
          <span className="composer-when">{when}</span>
          <span className="composer-words">
            <Plain text={text.length > 300 ? `${text.slice(0, 300)}…` : text} />
          </span>
          <button type="button" disabled={offline} aria-label={`Edit: ${text.slice(0, 60)}`} onClick={() => onEdit(id)}>
            Edit
          </button>
          <button
            type="button"
            disabled={offline}
            aria-label={`Take back: ${text.slice(0, 60)}`}
            onClick={() => onUnsay(id)}
          >
            Take back
          </button>
        </li>
      ))}
    </ul>
  );
}

function Draft({ text, offline, elsewhere }: ComposerProps): ReactNode {
  if (text === "") return <span className="composer-draft">@ file · # symbol · ↑ said before</span>;
  const kept = offline ? "not connected: kept as a draft" : "draft kept";
  return <span className="composer-draft">{elsewhere ? `${kept}, as another window wrote it` : kept}</span>;
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
