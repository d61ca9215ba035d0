import type { ReactNode } from "react";
import "./kbd.css";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

const printed: Readonly<Record<string, string>> = {
  $mod: isMac ? "⌘" : "Ctrl",
  Control: isMac ? "⌃" : "Ctrl",
  Shift: isMac ? "⇧" : "Shift",
  Alt: isMac ? "⌥" : "Alt",
  Escape: "Esc",
  Enter: "↵",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Space: "Space",
};

/** A key binding as it is printed on keys: `$mod+Shift+Enter` becomes Ctrl Shift ↵. */
export function printKeys(binding: string): string {
  return binding
    .split(" ")
    .map((press) =>
      press
        .replaceAll(/\[[^\]]*\]\+/g, "")
        .split(/(?<=\w)\+/)
        .map((key, _at, { length }) => printed[key] ?? (length > 1 ? key.toUpperCase() : key))
        .join(isMac ? "" : "+"),
    )
    .join(" ");
}

export function Keys({ binding }: { binding: string }): ReactNode {
  return <kbd className="keys">{printKeys(binding)}</kbd>;
}

/** A verb with its key printed beside it. */
export function VerbButton(props: {
  label: string;
  binding?: string;
  tone?: "primary" | "plain" | "danger";
  disabled?: boolean;
  onPress: () => void;
}): ReactNode {
  const { label, binding, tone = "plain", disabled = false, onPress } = props;
  return (
    <button type="button" className="verb" data-tone={tone} disabled={disabled} onClick={onPress}>
      {label}
      {binding !== undefined && <Keys binding={binding} />}
    </button>
  );
}
