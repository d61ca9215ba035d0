import { createContext, use, type ReactNode } from "react";
import type { CommandId } from "../../keys/table.ts";
import { printKeys } from "../../keys/print.ts";
import "./kbd.css";

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** The first key of a command as the human has it; undefined for a command without one. Handed in by the app. */
export const KeysOfCommands = createContext<(command: string) => string | undefined>(() => undefined);

export function Keys({ binding }: { binding: string }): ReactNode {
  return <kbd className="keys">{printKeys(binding, isMac)}</kbd>;
}

/** The key of a command, wherever the human has put it. */
export function KeysOf({ command }: { command: CommandId }): ReactNode {
  const binding = use(KeysOfCommands)(command);
  return binding === undefined ? null : <Keys binding={binding} />;
}

/** A verb with its key printed beside it: that of its command, or one that is the dialog's own. */
export function VerbButton(props: {
  label: string;
  command?: CommandId;
  binding?: string;
  tone?: "primary" | "plain" | "danger";
  disabled?: boolean;
  onPress: () => void;
}): ReactNode {
  const { label, command, binding, tone = "plain", disabled = false, onPress } = props;
  return (
    <button type="button" className="verb" data-tone={tone} disabled={disabled} onClick={onPress}>
      {label}
      {command !== undefined && <KeysOf command={command} />}
      {binding !== undefined && <Keys binding={binding} />}
    </button>
  );
}
